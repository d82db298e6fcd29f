package coverage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/ackproof/ackproof/harness/evidence"
)

// The stored forms are version 1 of those that Go's internal/coverage/defs.go describes. Both
// are read here since no package exports a reader, and counters are read too often for
// "go tool covdata".
const (
	version          = 1
	metaMagic        = "\x00cvm"
	counterMagic     = "\x00cwm"
	metaHeaderBytes  = 56
	countHeaderBytes = 32 // magic, version, hash of the meta-data, flavour
	flavourULEB      = 2
)

var errForm = errors.New("coverage data of a form that is not known")

// reader reads little-endian values. It remembers if there were too few bytes.
type reader struct {
	data  []byte
	at    int
	short bool
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || r.at < 0 || n > len(r.data)-r.at {
		r.short = true
		return make([]byte, max(0, min(n, 8)))
	}
	r.at += n
	return r.data[r.at-n : r.at]
}

func (r *reader) uint32() int { return int(binary.LittleEndian.Uint32(r.bytes(4))) }
func (r *reader) uint64() int { return int(binary.LittleEndian.Uint64(r.bytes(8))) }

// uleb reads a number in ULEB128.
func (r *reader) uleb() int {
	if r.at < 0 || r.at >= len(r.data) {
		r.short = true
		return 0
	}
	v, n := binary.Uvarint(r.data[r.at:])
	if n <= 0 || v > math.MaxUint32 {
		r.short = true
		return 0
	}
	r.at += n
	return int(v)
}

// strings reads a table of strings.
func (r *reader) strings() []string {
	var out []string
	for n := r.uleb(); n > 0 && !r.short; n-- {
		out = append(out, string(r.bytes(r.uleb())))
	}
	return out
}

func (r *reader) begins(magic string) error {
	if got := string(r.bytes(4)); got != magic {
		return fmt.Errorf("%w: begins with %q, want %q", errForm, got, magic)
	}
	if got := r.uint32(); got != version {
		return fmt.Errorf("%w: version %d, want %d", errForm, got, version)
	}
	return nil
}

// readMeta reads what the program says of its functions.
func readMeta(data []byte) (*program, error) {
	r := &reader{data: data}
	if err := r.begins(metaMagic); err != nil {
		return nil, err
	}
	r.uint64() // length
	packages := r.uint64()
	r.at = metaHeaderBytes
	var offsets, lengths []int
	for range packages {
		if offsets = append(offsets, r.uint64()); r.short {
			break
		}
	}
	for range offsets {
		lengths = append(lengths, r.uint64())
	}
	p := &program{}
	for i, off := range offsets {
		if r.at = off; r.short {
			break
		}
		blob := &reader{data: r.bytes(lengths[i])}
		p.packages = append(p.packages, p.readPackage(blob))
		r.short = r.short || blob.short
	}
	if r.short {
		return nil, fmt.Errorf("%w: the meta-data ends early", errForm)
	}
	return p, nil
}

// readPackage reads the functions of one package.
func (p *program) readPackage(r *reader) []function {
	r.uint32() // length
	r.uint32() // name
	pkg, module := r.uint32(), r.uint32()
	r.bytes(16 + 4) // hash
	r.uint32()      // files
	var offsets []int
	for n := r.uint32(); n > 0 && !r.short; n-- {
		offsets = append(offsets, r.uint32())
	}
	names := r.strings()
	name := func(i int) string {
		if i < 0 || i >= len(names) {
			r.short = true
			return ""
		}
		return names[i]
	}
	own := isOwn(name(module), name(pkg))
	var out []function
	for _, off := range offsets {
		f := function{own: own, first: p.blocks}
		r.at = off
		blocks := r.uleb()
		r.uleb() // its name
		file := name(r.uleb())
		for ; blocks > 0 && !r.short; blocks-- {
			b := evidence.Block{File: file}
			b.Start.Line, b.Start.Column = r.uleb(), r.uleb()
			b.End.Line, b.End.Column = r.uleb(), r.uleb()
			b.Statements = r.uleb()
			f.blocks = append(f.blocks, b)
		}
		p.blocks += len(f.blocks)
		out = append(out, f)
	}
	return out
}

// readCounters reads the counters into counts, one for each block of the program.
func (p *program) readCounters(data []byte, counts []uint32) error {
	clear(counts)
	r := &reader{data: data}
	if err := r.begins(counterMagic); err != nil {
		return err
	}
	r.bytes(16)
	if got := int(r.bytes(1)[0]); got != flavourULEB {
		return fmt.Errorf("%w: flavour %d, want %d", errForm, got, flavourULEB)
	}
	r.at = countHeaderBytes
	functions, strings, args := r.uint64(), r.uint32(), r.uint32()
	r.bytes(strings + args)
	for ; functions > 0 && !r.short; functions-- {
		n, pkg, index := r.uleb(), r.uleb(), r.uleb()
		if pkg >= len(p.packages) || index >= len(p.packages[pkg]) || n > len(p.packages[pkg][index].blocks) {
			return fmt.Errorf("%w: function %d of package %d with %d blocks is not in the meta-data", errForm, index, pkg, n)
		}
		first := p.packages[pkg][index].first
		for i := range n {
			counts[first+i] = uint32(r.uleb())
		}
	}
	if r.short {
		return fmt.Errorf("%w: the counters end early", errForm)
	}
	return nil
}
