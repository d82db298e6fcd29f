package corrupt

import (
	"bytes"
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// Record is what one write stored, and nothing has written over since.
type Record struct {
	// Event is the number of the write.
	Event int
	// Path is the file's name in the image, Off where the bytes stand there.
	Path string
	Off  int64
	// Data are the bytes, and Old what stood there before, zeros beyond the end of the file.
	// Neither may be changed.
	Data, Old []byte
	// Replaced says that the write went over bytes of the file, not all of them zeros: an older
	// version stood there.
	Replaced bool

	ino tree.Ino
}

// end returns the first offset behind the record.
func (r Record) end() int64 { return r.Off + int64(len(r.Data)) }

// Records returns the records of an image that all the events of a journal left, in the
// order of the writes.
func Records(j *journal.Journal, image *tree.Image) (out []Record) {
	names := map[tree.Ino]string{}
	for _, f := range image.Files() {
		if !f.IsDir && f.Target == "" && names[f.Ino] == "" {
			names[f.Ino] = f.Path
		}
	}
	content := tree.Of(j.Base).Thaw()
	for i, e := range j.Events {
		for len(content.Nodes) <= int(e.Ino) {
			content.Add(false, 0)
		}
		switch {
		case e.Kind == journal.EventResize:
			content.Resize(e.Ino, e.Off)
		case e.Kind == journal.EventWrite:
			r := Record{Event: i, Path: names[e.Ino], Off: e.Off, Data: e.Data, Old: make([]byte, len(e.Data)), ino: e.Ino}
			content.Inode(e.Ino).ReadAt(r.Old, r.Off)
			r.Replaced = r.end() <= content.Inode(e.Ino).Size && !tree.IsZero(r.Old)
			content.Edit(e.Ino).Write(e.Data, e.Off)
			if r.Path != "" && len(e.Data) > 0 {
				out = append(slices.DeleteFunc(out, r.overlaps), r)
			}
		}
	}
	return slices.DeleteFunc(out, func(r Record) bool {
		left := make([]byte, len(r.Data))
		image.ReadAt(r.ino, left, r.Off)
		return r.end() > tree.Of(image).Inode(r.ino).Size || !bytes.Equal(left, r.Data) // cut off since
	})
}

// overlaps reports whether two records share bytes.
func (r Record) overlaps(o Record) bool { return r.ino == o.ino && r.Off < o.end() && o.Off < r.end() }
