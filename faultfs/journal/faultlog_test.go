package journal_test

import (
	"fmt"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
)

// TestFaultOf: each event of a fault is told from which it came, those of a call that landed
// and those where the disk was full too.
func TestFaultOf(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{Faults: []fault.Fault{
		{Call: fault.Create, Nth: 2, Times: 1},
		{Call: fault.Write, Nth: 2, Times: 2, Lands: true},
		{Call: fault.AnyCall, Nth: 1, Times: 1, Error: fault.EMFILE},
	}})
	for _, name := range []string{"/a", "/b", "/c", "/d", "/e"} {
		_ = afero.WriteFile(d, name, []byte("text"), 0o644)
	}
	d.LimitSpace(0)
	_ = afero.WriteFile(d, "/f", []byte("text"), 0o644)
	var got []string
	j := d.Journal()
	for i, e := range j.Events {
		if e.IsFault() {
			number, ok := j.Faults.Of(i, e)
			got = append(got, fmt.Sprint(e.Failed, " ", e.Path, " ", number, " ", ok))
		}
	}
	want := "[create /a 2 true create /b 0 true write /d 1 true write /e 1 true create /f 0 false]"
	if fmt.Sprint(got) != want {
		t.Errorf("got  %v\nwant %s", got, want)
	}
}
