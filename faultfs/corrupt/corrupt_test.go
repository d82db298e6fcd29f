package corrupt_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/corrupt"
)

// written returns a disk with a file to which writes of random bytes went.
func written(t *rapid.T) *faultfs.Disk {
	d := faultfs.NewDisk(faultfs.Config{})
	f, err := d.OpenFile("/log", os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	end, appends := int64(0), rapid.Bool().Draw(t, "appends")
	for i := range rapid.IntRange(1, 6).Draw(t, "writes") {
		data := make([]byte, rapid.SampledFrom([]int{1, 30, 512, 700, 1500}).Draw(t, fmt.Sprint("size", i)))
		for at := range data {
			data[at] = byte(31*i + at)
		}
		off := end
		if !appends {
			off = rapid.Int64Range(0, 3000).Draw(t, fmt.Sprint("off", i))
		}
		end = off + int64(len(data))
		if _, err := f.WriteAt(data, off); err != nil {
			t.Fatal(err)
		}
	}
	if size := rapid.Int64Range(-1, 4000).Draw(t, "size"); size >= 0 {
		if err := f.Truncate(size); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestRecords: a record is there as it was written, no two share bytes, and one before it in
// the file's bytes was there before.
func TestRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := written(t)
		image := d.Image()
		content, err := image.ReadFile("/log")
		if err != nil {
			t.Fatal(err)
		}
		owner := map[int64]int{}
		for _, r := range corrupt.Records(d.Journal(), image) {
			if int(r.Off)+len(r.Data) > len(content) || !bytes.Equal(content[r.Off:int(r.Off)+len(r.Data)], r.Data) {
				t.Fatalf("event %d: got a record that is not there", r.Event)
			}
			if len(r.Old) != len(r.Data) {
				t.Fatalf("event %d: got %d old bytes, want %d", r.Event, len(r.Old), len(r.Data))
			}
			for i := range r.Data {
				at := r.Off + int64(i)
				if e, taken := owner[at]; taken {
					t.Fatalf("events %d and %d share byte %d", e, r.Event, at)
				}
				owner[at] = r.Event
			}
		}
	})
}

// TestAll: a corruption changes what it says, in the file's bounds, and nothing of the image
// that it was made for.
func TestAll(t *testing.T) {
	met := map[corrupt.Kind]int{}
	rapid.Check(t, func(t *rapid.T) {
		d := written(t)
		image := d.Image()
		before, _ := image.ReadFile("/log")
		hash := image.Hash()
		records := corrupt.Records(d.Journal(), image)
		for i, r := range records {
			var other *corrupt.Record
			if i > 0 {
				other = &records[i-1]
			}
			for _, c := range corrupt.All(image, records, r, other) {
				met[c.Kind]++
				harmed, err := c.Of(image)
				if err != nil {
					t.Fatal(err)
				}
				after, err := harmed.ReadFile("/log")
				if err != nil || len(after) != len(before) {
					t.Fatalf("%v: got %d bytes and %v, want %d", &c, len(after), err, len(before))
				}
				differ := 0
				for i := range before {
					if before[i] != after[i] {
						differ++
					}
				}
				if !slices.ContainsFunc(records, c.Damages) {
					t.Fatalf("%v: got no damaged record", &c)
				}
				if differ == 0 || harmed.Hash() == hash {
					t.Fatalf("%v: got the same bytes", &c)
				}
				if c.Kind == corrupt.Flip && differ != 1 {
					t.Fatalf("%v: got %d bytes that differ, want 1", &c, differ)
				}
				if c.Kind == corrupt.Lost && !bytes.Equal(after[r.Off:int(r.Off)+len(r.Old)], r.Old) {
					t.Fatalf("%v: got other bytes than stood there before", &c)
				}
			}
		}
		if now, _ := image.ReadFile("/log"); !bytes.Equal(now, before) || image.Hash() != hash {
			t.Fatal("the image that corruptions were made for has changed")
		}
	})
	for _, kind := range corrupt.Kinds() {
		if met[kind] == 0 {
			t.Errorf("no %s in any image", kind)
		}
	}
}

// TestOfRefuses: a part that is not within its file, as a bundle that was altered may have it, makes
// no image.
func TestOfRefuses(t *testing.T) {
	d := faultfs.NewDisk(faultfs.Config{})
	f, err := d.OpenFile("/log", os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(make([]byte, 10), 0); err != nil {
		t.Fatal(err)
	}
	for _, p := range []corrupt.Part{
		{Path: "/other", Data: []byte{1}},
		{Path: "/", Data: []byte{1}},
		{Path: "/log", Off: -1, Data: []byte{1}},
		{Path: "/log", Off: 10, Data: []byte{1}},
		{Path: "/log", Off: math.MaxInt64, Data: []byte{1, 2}},
	} {
		if _, err := (&corrupt.Corruption{Parts: []corrupt.Part{p}}).Of(d.Image()); err == nil {
			t.Errorf("%+v: got an image, want an error", p)
		}
	}
}
