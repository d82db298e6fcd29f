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
	replay(j, func(event int, old []byte, within bool) {
		e := j.Events[event]
		r := Record{Event: event, Path: names[e.Ino], Off: e.Off, Data: e.Data, Old: old, Replaced: within && !tree.IsZero(old), ino: e.Ino}
		if r.Path != "" && len(e.Data) > 0 {
			out = append(slices.DeleteFunc(out, r.overlaps), r)
		}
	})
	return slices.DeleteFunc(out, func(r Record) bool {
		left := make([]byte, len(r.Data))
		image.ReadAt(r.ino, left, r.Off)
		return r.end() > tree.Of(image).Inode(r.ino).Size || !bytes.Equal(left, r.Data) // cut off since
	})
}

// Replacing returns the writes of a journal that went over bytes of a file, not all of them zeros, by
// the number of their events: if such a write is lost, what stood there before is back.
func Replacing(j *journal.Journal) map[int]bool {
	out := map[int]bool{}
	replay(j, func(event int, old []byte, within bool) {
		if within && !tree.IsZero(old) {
			out[event] = true
		}
	})
	return out
}

// replay does the writes and resizes of a journal, and shows of each write what stood there
// before, and whether all of it was within the file.
func replay(j *journal.Journal, visit func(event int, old []byte, within bool)) {
	content := tree.Of(j.Base).Thaw()
	for i, e := range j.Events {
		for len(content.Nodes) <= int(e.Ino) {
			content.Add(false, 0)
		}
		switch e.Kind {
		case journal.EventResize:
			content.Resize(e.Ino, e.Off)
		case journal.EventWrite:
			old := make([]byte, len(e.Data))
			content.Inode(e.Ino).ReadAt(old, e.Off)
			visit(i, old, e.Off+int64(len(e.Data)) <= content.Inode(e.Ino).Size)
			content.Edit(e.Ino).Write(e.Data, e.Off)
		}
	}
}

// overlaps reports whether two records share bytes.
func (r Record) overlaps(o Record) bool { return r.ino == o.ino && r.Off < o.end() && o.Off < r.end() }
