package corrupt

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// Kind is a manner in which stored bytes go wrong.
type Kind string

// The kinds.
const (
	// Flip is one bit that changed.
	Flip Kind = "bit flip"
	// Zero is a sector that reads as zeros.
	Zero Kind = "zeroed sector"
	// Swap are two sectors, each with the content of the other.
	Swap Kind = "swapped sectors"
	// Stale is a sector with what stood there before the write: that never reached it.
	Stale Kind = "stale sector"
	// Lost is a write that the disk acknowledged and that never was, all of it.
	Lost Kind = "lost write"
	// Misdirected is a write that went to where an earlier one had gone: both are wrong then.
	Misdirected Kind = "misdirected write"
	// Lying is a disk that acknowledges flushes and keeps some of what was written, in any
	// order. No bytes change: a crash state says what is left.
	Lying Kind = "lying flush"
)

// Kinds returns the kinds of what goes wrong with one record, the smallest first.
func Kinds() []Kind { return []Kind{Flip, Zero, Swap, Stale, Lost, Misdirected} }

// Short returns the kind in one word, for the head of a table.
func (k Kind) Short() string {
	return map[Kind]string{
		Flip: "flip", Zero: "zeroed", Swap: "swapped", Stale: "stale", Lost: "lost", Misdirected: "misdirected",
	}[k]
}

// SectorBytes is the unit in which disks lose and mix up what they store, as they are
// addressed.
const SectorBytes = 512

// Corruption is one thing that went wrong with a record.
type Corruption struct {
	Kind Kind
	// What says it in words: the bytes, and the file.
	What string
	// RestoresOld says that a whole earlier version stands in its place, which was valid, so
	// that no checksum tells.
	RestoresOld bool `json:",omitempty"`
	// Parts are the bytes that are not as they were stored.
	Parts []Part
}

// Part is a range of a file with other bytes than were stored.
type Part struct {
	Path string
	Off  int64
	Data []byte
}

// String returns the corruption in words.
func (c *Corruption) String() string { return fmt.Sprintf("%s: %s", c.Kind, c.What) }

// Of returns an image with the corruption. Sizes and names stay. It fails if the image has no such
// file, or a shorter one.
func (c *Corruption) Of(image *tree.Image) (*tree.Image, error) {
	t := tree.Of(image).Thaw()
	for _, p := range c.Parts {
		if err := t.Overwrite(p.Path, p.Off, p.Data); err != nil {
			return nil, fmt.Errorf("corrupt %s: %w", p.Path, err)
		}
	}
	return tree.NewImage(t), nil
}

// Between returns the bytes of one image that are others in another with the same files.
func Between(before, after *tree.Image) (out []Part) {
	for _, f := range after.Files() {
		if f.IsDir || f.Target != "" {
			continue
		}
		is, err := after.ReadFile(f.Path)
		was, errBefore := before.ReadFile(f.Path)
		if err != nil || errBefore != nil || len(is) != len(was) {
			continue
		}
		for from := 0; from < len(is); from++ {
			if is[from] == was[from] {
				continue
			}
			end := from + 1
			for end < len(is) && is[end] != was[end] {
				end++
			}
			out = append(out, Part{f.Path, int64(from), is[from:end]})
			from = end
		}
	}
	return out
}

// Damages reports whether the corruption changes bytes of a record of the image that it was
// made for.
func (c *Corruption) Damages(r Record) bool {
	return slices.ContainsFunc(c.Parts, func(p Part) bool {
		from, to := max(p.Off, r.Off), min(p.Off+int64(len(p.Data)), r.end())
		return p.Path == r.Path && from < to && !bytes.Equal(p.Data[from-p.Off:to-p.Off], r.Data[from-r.Off:to-r.Off])
	})
}

// flipsMax is in how many places of a record a bit flips. They are spread over its bytes that are no
// zeros, as much of what is written is padding, and the first and the last of these are among them.
const flipsMax = 16

// flipPlaces returns where bits of data flip.
func flipPlaces(data []byte) (out []int) {
	var set []int
	for i, b := range data {
		if b != 0 {
			set = append(set, i)
		}
	}
	if len(set) == 0 {
		set = []int{0}
	}
	n := min(flipsMax, len(set))
	for i := range n {
		out = append(out, set[i*(len(set)-1)/max(1, n-1)])
	}
	return out
}

// All returns the corruptions of one of the records of an image, the smallest first, none of
// which leaves it as it is. Only bytes of records change: who wrote them, and when, is known. Other
// is an earlier record, which a misdirected write hits; nil for none.
func All(image *tree.Image, records []Record, r Record, other *Record) []Corruption {
	m := maker{image: image, r: r, records: records}
	for _, at := range flipPlaces(r.Data) {
		m.flip(at)
	}
	first, last := r.Off/SectorBytes, (r.end()-1)/SectorBytes
	for _, s := range slices.Compact([]int64{first, last}) {
		m.zero(s)
		m.swap(s)
		m.stale(s)
	}
	m.lost()
	if other != nil {
		m.misdirected(*other)
	}
	return m.out
}

// maker makes the corruptions of a record.
type maker struct {
	image   *tree.Image
	records []Record
	r       Record
	out     []Corruption
}

// add adds a corruption, unless it changes nothing.
func (m *maker) add(c Corruption) {
	for _, p := range c.Parts {
		there := make([]byte, len(p.Data))
		m.image.ReadAt(m.inoOf(p), there, p.Off)
		if !bytes.Equal(there, p.Data) {
			m.out = append(m.out, c)
			return
		}
	}
}

// addSectors adds a corruption of whole sectors, unless it changes bytes of no record.
func (m *maker) addSectors(c Corruption) {
	for _, p := range c.Parts {
		there := m.sector(p.Off / SectorBytes)
		for i := range there {
			if there[i] != p.Data[i] && !m.recorded(p.Off+int64(i)) {
				return
			}
		}
	}
	m.add(c)
}

// recorded reports whether a byte of the file is one of a record.
func (m *maker) recorded(at int64) bool {
	return slices.ContainsFunc(m.records, func(r Record) bool { return r.ino == m.r.ino && r.Off <= at && at < r.end() })
}

func (m *maker) inoOf(p Part) tree.Ino {
	i := slices.IndexFunc(m.records, func(r Record) bool { return r.Path == p.Path })
	return m.records[i].ino
}

func (m *maker) flip(at int) {
	bit := at % 8
	flipped := []byte{m.r.Data[at] ^ 1<<bit}
	m.add(Corruption{
		Kind: Flip, What: fmt.Sprintf("bit %d of byte %d of %s", bit, m.r.Off+int64(at), m.r.Path),
		Parts: []Part{{m.r.Path, m.r.Off + int64(at), flipped}},
	})
}

// sector returns what a sector of the file holds, up to the file's end.
func (m *maker) sector(s int64) []byte {
	size := tree.Of(m.image).Inode(m.r.ino).Size
	data := make([]byte, max(0, min(SectorBytes, size-s*SectorBytes)))
	m.image.ReadAt(m.r.ino, data, s*SectorBytes)
	return data
}

func (m *maker) zero(s int64) {
	m.addSectors(Corruption{
		Kind: Zero, What: fmt.Sprintf("sector %d of %s", s, m.r.Path),
		Parts: []Part{{m.r.Path, s * SectorBytes, make([]byte, len(m.sector(s)))}},
	})
}

// swap swaps a sector with the next that is whole, or with the one before.
func (m *maker) swap(s int64) {
	with := s + 1
	if len(m.sector(with)) < SectorBytes {
		with = s - 1
	}
	if with < 0 || len(m.sector(s)) < SectorBytes || len(m.sector(with)) < SectorBytes {
		return
	}
	m.addSectors(Corruption{
		Kind: Swap, What: fmt.Sprintf("sectors %d and %d of %s", s, with, m.r.Path),
		Parts: []Part{{m.r.Path, s * SectorBytes, m.sector(with)}, {m.r.Path, with * SectorBytes, m.sector(s)}},
	})
}

func (m *maker) stale(s int64) {
	from, to := max(0, s*SectorBytes-m.r.Off), min(int64(len(m.r.Data)), (s+1)*SectorBytes-m.r.Off)
	if from == 0 && to == int64(len(m.r.Data)) {
		return // a lost write
	}
	m.add(Corruption{
		Kind: Stale, What: fmt.Sprintf("sector %d of %s", s, m.r.Path),
		Parts: []Part{{m.r.Path, m.r.Off + from, m.r.Old[from:to]}},
	})
}

func (m *maker) lost() {
	m.add(Corruption{
		Kind: Lost, What: fmt.Sprintf("%d bytes at %d of %s", len(m.r.Data), m.r.Off, m.r.Path), RestoresOld: m.r.Replaced,
		Parts: []Part{{m.r.Path, m.r.Off, m.r.Old}},
	})
}

func (m *maker) misdirected(other Record) {
	m.add(Corruption{
		Kind: Misdirected, What: fmt.Sprintf("%d bytes for %d of %s went to %d of %s", len(m.r.Data), m.r.Off, m.r.Path, other.Off, other.Path),
		Parts: []Part{{m.r.Path, m.r.Off, m.r.Old}, {other.Path, other.Off, m.r.Data[:min(len(m.r.Data), len(other.Data))]}},
	})
}
