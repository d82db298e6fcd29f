package journal

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// version is the version of [Record]. A record of another one is refused: fates
// are named by numbers that only the same rules count alike.
const version = 3

// Record is a journal in a form that can be stored, as JSON for instance:
// stacks are symbolized, inodes keep their numbers, and effects too. Slices are
// shared with the journal and must not be changed.
type Record struct {
	// Version is that of the form; [Record.Journal] refuses any but its own.
	Version int `json:"version"`
	// Base is what the disk held at the start, by inode; the first is the root.
	Base []InodeRecord `json:"base"`
	// Events are all that happened, in order.
	Events []Event `json:"events"`
	// Stacks are the stacks that events cite; the first has the number 1.
	Stacks [][]Frame `json:"stacks,omitempty"`
	// Armed, Counts and Spaces are those of [FaultLog].
	Armed  []ArmedAfter `json:"armed,omitempty"`
	Counts []CountAfter `json:"counts,omitempty"`
	Spaces []SpaceAfter `json:"spaces,omitempty"`
}

// InodeRecord is a file, a directory or a symbolic link, whether it can still be
// reached or not: the bytes of a removed file may show as stale ones.
type InodeRecord struct {
	// Dir makes it a directory.
	Dir bool `json:"dir,omitempty"`
	// Mode are the permission bits.
	Mode fs.FileMode `json:"mode"`
	// Time is the number of the change that it saw last.
	Time int64 `json:"time,omitempty"`
	// Size is in bytes; 0 for all but files.
	Size int64 `json:"size,omitempty"`
	// Linked says that it may have several names.
	Linked bool `json:"linked,omitempty"`
	// Data are the pages that are not holes, in order.
	Data []ExtentRecord `json:"data,omitempty"`
	// Unreadable are the numbers of the sectors of 512 bytes that cannot be read,
	// ascending.
	Unreadable []int64 `json:"unreadable,omitempty"`
	// Names are those in a directory, sorted.
	Names []NameRecord `json:"names,omitempty"`
	// Target makes it a symbolic link.
	Target string `json:"target,omitempty"`
}

// ExtentRecord is whole pages of a file, and the offset in bytes of the first one.
type ExtentRecord struct {
	Off  int64  `json:"off,omitempty"`
	Data []byte `json:"data,omitempty"`
	// Zeros is how many zeros they hold, if there is no Data.
	Zeros int64 `json:"zeros,omitempty"`
}

func (x ExtentRecord) sizeBytes() int64 { return int64(len(x.Data)) + x.Zeros }

// add makes the extent longer by a page at off, and reports whether it could.
func (x *ExtentRecord) add(page []byte, off int64) bool {
	zero := tree.IsZero(page)
	if x.Off+x.sizeBytes() != off || zero && len(x.Data) > 0 || !zero && x.Zeros > 0 {
		return false
	}
	if zero {
		x.Zeros += tree.PageBytes
	} else {
		x.Data = append(x.Data, page...)
	}
	return true
}

// NameRecord is a name in a directory, and the inode that it means.
type NameRecord struct {
	Name string   `json:"name"`
	Ino  tree.Ino `json:"ino"`
}

// Record returns the journal as it can be stored.
func (j *Journal) Record() Record {
	r := Record{Version: version, Events: j.Events, Armed: j.Faults.Armed, Counts: j.Faults.Counts, Spaces: j.Faults.Spaces}
	for _, n := range tree.Of(j.Base).Nodes[tree.RootIno:] {
		r.Base = append(r.Base, recordInode(n))
	}
	for i := 1; i < len(j.Stacks); i++ {
		r.Stacks = append(r.Stacks, j.Frames(i))
	}
	return r
}

func recordInode(n *tree.Node) InodeRecord {
	r := InodeRecord{Dir: n.IsDir, Mode: n.Mode, Time: n.Mtime, Size: n.Size, Linked: n.Shared, Target: n.Target, Unreadable: n.Unreadable()}
	for _, d := range n.Names {
		r.Names = append(r.Names, NameRecord{d.Name, d.Ino})
	}
	for off := n.NextData(0); off < n.PageCount()*tree.PageBytes; off = n.NextData(off + tree.PageBytes) {
		p := n.Page(off / tree.PageBytes)
		if k := len(r.Data) - 1; k < 0 || !r.Data[k].add(p[:], off) {
			x := ExtentRecord{Off: off}
			x.add(p[:], off)
			r.Data = append(r.Data, x)
		}
	}
	return r
}

// Journal returns the journal that was recorded, which has the same effects
// under the same numbers. What no disk can have journaled is [ErrRecord].
func (r Record) Journal() (*Journal, error) {
	if r.Version != version {
		advice := "use a newer ackproof"
		if r.Version < version {
			advice = "use the ackproof that wrote it, or run the engine again"
		}
		return nil, fmt.Errorf("%w: it has version %d, and this ackproof reads version %d: %s", ErrRecord, r.Version, version, advice)
	}
	base, err := r.base()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(verifyFaults(r.Armed, r.Counts, len(r.Events)), verifySpaces(r.Spaces, len(r.Events))); err != nil {
		return nil, err
	}
	if err := verify(base, r.Events, len(r.Stacks)); err != nil {
		return nil, err
	}
	frames := append([][]Frame{nil}, r.Stacks...)
	return &Journal{
		Base: tree.NewImage(base), Events: r.Events, Faults: FaultLog{r.Armed, r.Counts, r.Spaces},
		Stacks: make([]Stack, len(frames)), frames: frames,
	}, nil
}

func (r Record) base() (*tree.Tree, error) {
	if len(r.Base) == 0 || !r.Base[0].Dir {
		return nil, fmt.Errorf("%w: the first inode is no directory", ErrRecord)
	}
	t := tree.EmptyTree()
	for _, in := range r.Base {
		n := t.Inode(t.Add(in.Dir, in.Mode))
		n.Mtime, n.Size, n.Shared, n.Target = in.Time, in.Size, in.Linked, in.Target
	}
	if err := r.checkNames(); err != nil {
		return nil, err
	}
	for i, in := range r.Base {
		ino := tree.Ino(i + 1)
		for _, d := range in.Names {
			t.SetName(ino, d.Name, d.Ino)
		}
		if err := fillInode(t.Edit(ino), in); err != nil {
			return nil, fmt.Errorf("%w: inode %d: %w", ErrRecord, ino, err)
		}
	}
	return t, nil
}

func fillInode(n *tree.Node, in InodeRecord) error {
	if in.Size < 0 || in.Size > spanBytesMax || in.Dir && in.Size != 0 {
		return fmt.Errorf("size %d: want 0 to %d", in.Size, spanBytesMax)
	}
	if in.Target != "" && (tree.CheckTarget(in.Target) != nil || in.Dir || in.Size != 0) {
		return fmt.Errorf("target %q of a symbolic link, or what it holds besides", in.Target)
	}
	end := (in.Size + tree.PageBytes - 1) / tree.PageBytes * tree.PageBytes
	at := int64(0)
	for _, x := range in.Data {
		pages := x.sizeBytes()
		if x.Off < at || x.Off%tree.PageBytes != 0 || pages <= 0 || pages%tree.PageBytes != 0 || x.Off > end-pages || x.Zeros != 0 && len(x.Data) > 0 {
			return fmt.Errorf("%d bytes at %d: want whole pages, in order, up to %d", pages, x.Off, end)
		}
		n.WriteAt(x.Data, x.Off)
		for off := x.Off; off < x.Off+x.Zeros; off += tree.PageBytes {
			n.WriteAt(tree.Zeros(tree.PageBytes), off)
		}
		at = x.Off + pages
	}
	next := int64(0)
	for _, s := range in.Unreadable {
		if s < next || s*tree.SectorBytes >= in.Size {
			return fmt.Errorf("unreadable sector %d, or its order", s)
		}
		n.Spoil(s*tree.SectorBytes, (s+1)*tree.SectorBytes)
		next = s + 1
	}
	if n.HasDataPastSize() {
		return errors.New("bytes behind the end")
	}
	return nil
}

// checkNames wants a tree below the root, and names that a directory can hold.
// What cannot be reached may be anything, a ring of directories too.
func (r Record) checkNames() error {
	parents := make([]int, len(r.Base)+1)
	parents[tree.RootIno] = 1
	for i, in := range r.Base {
		if len(in.Names) > 0 && !in.Dir {
			return fmt.Errorf("%w: inode %d is a file with names in it", ErrRecord, i+1)
		}
		for k, d := range in.Names {
			switch {
			case !tree.IsName(d.Name) || k > 0 && d.Name <= in.Names[k-1].Name:
				return fmt.Errorf("%w: inode %d: name %q, or its order", ErrRecord, i+1, d.Name)
			case d.Ino < tree.RootIno || int(d.Ino) > len(r.Base):
				return fmt.Errorf("%w: inode %d: name %q is inode %d of %d", ErrRecord, i+1, d.Name, d.Ino, len(r.Base))
			}
			if parents[d.Ino]++; parents[d.Ino] > 1 && r.Base[d.Ino-1].Dir {
				return fmt.Errorf("%w: directory %d has several names", ErrRecord, d.Ino)
			}
		}
	}
	return nil
}
