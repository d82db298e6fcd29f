package host

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/models"
)

// A file with two names is counted once in bytes and twice in names, and what is beside the
// directory not at all.
func TestUsage(t *testing.T) {
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d := faultfs.NewDisk(faultfs.Config{})
	for _, dir := range []string{"/db", "/db/sub", "/dbs"} {
		check(d.Mkdir(dir, 0o755))
	}
	for name, size := range map[string]int{"/db/a": 10, "/db/sub/b": 300, "/dbs/c": 5000} {
		f, err := d.Create(name)
		check(err)
		_, err = f.Write(make([]byte, size))
		check(err)
		check(f.Close())
	}
	check(d.Link("/db/sub/b", "/db/b"))
	got := usageOf(d.Image(), "/db")
	want := models.Usage{Files: 4, Bytes: 310, Largest: "b", LargestBytes: 300}
	if names := []string{"a", "b", "sub", "sub/b"}; !slices.Equal(got.Names, names) {
		t.Errorf("got names %v, want %v", got.Names, names)
	}
	if got.Names = nil; got.Files != want.Files || got.Bytes != want.Bytes || got.LargestBytes != want.LargestBytes || got.Largest != want.Largest {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if empty := usageOf(d.Image(), "/none"); empty.Files != 0 || empty.Bytes != 0 {
		t.Errorf("got %v of no directory", empty)
	}
}
