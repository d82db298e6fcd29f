package pebblefs_test

import (
	"fmt"

	"github.com/cockroachdb/pebble/v2"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/pebblefs"
)

// A commit that was not synced is gone after a power loss; a synced one is not.
func ExampleNew() {
	disk := faultfs.NewDisk(faultfs.Config{})
	db, err := pebble.Open("db", &pebble.Options{FS: pebblefs.New(disk), Logger: discard{}})
	if err != nil {
		panic(err)
	}
	_ = db.Set([]byte("synced"), []byte("1"), pebble.Sync)
	_ = db.Set([]byte("buffered"), []byte("2"), pebble.NoSync)

	space := crash.NewSpace(disk.Journal(), crash.Ext4Ordered())
	points := space.Points()
	image, err := space.Image(crash.State{Point: points[len(points)-1], Lost: true})
	if err != nil {
		panic(err)
	}
	_ = db.Close()

	db, err = pebble.Open("db", &pebble.Options{FS: pebblefs.New(faultfs.NewDisk(faultfs.Config{Image: image})), Logger: discard{}})
	if err != nil {
		panic(err)
	}
	defer db.Close()
	for _, key := range []string{"synced", "buffered"} {
		_, closer, err := db.Get([]byte(key))
		fmt.Println(key, err)
		if err == nil {
			_ = closer.Close()
		}
	}
	// Output:
	// synced <nil>
	// buffered pebble: not found
}

// discard is a logger for nobody.
type discard struct{}

func (discard) Infof(string, ...any)  {}
func (discard) Errorf(string, ...any) {}
func (discard) Fatalf(string, ...any) { panic("Pebble gave up") }
