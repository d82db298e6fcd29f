package coverage

import (
	"encoding/binary"
	"errors"
	"testing"
)

// Data of another form, or that ends early, is an error.
func FuzzForms(f *testing.F) {
	for _, begin := range []string{metaMagic, counterMagic} {
		for _, v := range []uint32{version, version + 1} {
			head := binary.LittleEndian.AppendUint32([]byte(begin), v)
			f.Add(head)
			f.Add(append(head, make([]byte, 40)...))
		}
	}
	p := &program{packages: [][]function{make([]function, 1)}}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := readMeta(data); err != nil && !errors.Is(err, errForm) {
			t.Errorf("got %v, want %v", err, errForm)
		}
		if err := p.readCounters(data, nil); err != nil && !errors.Is(err, errForm) {
			t.Errorf("got %v, want %v", err, errForm)
		}
	})
}

func TestOtherVersionIsTold(t *testing.T) {
	data := binary.LittleEndian.AppendUint32([]byte(metaMagic), version+1)
	if _, err := readMeta(data); !errors.Is(err, errForm) {
		t.Errorf("got %v, want %v", err, errForm)
	}
	if err := (&program{}).readCounters([]byte(counterMagic), nil); !errors.Is(err, errForm) {
		t.Errorf("got %v, want %v", err, errForm)
	}
}
