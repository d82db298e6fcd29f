package crash

import (
	"os"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
)

// A file that grows gets another size and no other bytes, within its last sector too: what was
// there is not written again, so an unreadable sector stays one.
func TestGrowthWritesNothing(t *testing.T) {
	for _, size := range []int64{2, 512, 513, 9000} {
		d := faultfs.NewDisk(faultfs.Config{})
		f, err := d.OpenFile("file", os.O_CREATE|os.O_RDWR, 0o644)
		noError(t, err)
		_, err = f.WriteAt([]byte{1}, 0)
		noError(t, err)
		noError(t, f.Sync())
		before := len(NewSpace(d.Journal(), StrictPosix()).changes)
		noError(t, f.Truncate(size))
		if after := NewSpace(d.Journal(), StrictPosix()).changes[before:]; len(after) != 1 || after[0].kind != sizeCell {
			t.Errorf("to %d bytes: got %+v, want a size", size, after)
		}
	}
}
