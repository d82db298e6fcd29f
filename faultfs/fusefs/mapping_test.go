//go:build linux

package fusefs_test

import (
	"slices"
	"testing"
	"time"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fusefs"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// mapped is what making and mapping the file says in the journal.
var mapped = []string{"create /a -rw-r-----", "resize /a to 8192"}

// stored returns the first bytes of the pages that were written after the mapping,
// and the other events as they are.
func stored(t *testing.T, d *faultfs.Disk) (out []string) {
	t.Helper()
	lines := eventLines(d)
	if len(lines) < len(mapped) || !slices.Equal(lines[:len(mapped)], mapped) {
		t.Fatalf("got the events %q, want %q first", lines, mapped)
	}
	for i, e := range d.Journal().Events[len(mapped):] {
		if e.Kind != journal.EventWrite {
			out = append(out, lines[len(mapped)+i])
			continue
		}
		if e.Off%4096 != 0 || len(e.Data)%4096 != 0 {
			t.Errorf("got %s, want whole pages", lines[len(mapped)+i])
		}
		out = append(out, "write "+string(e.Data[:5]))
	}
	return out
}

func TestMappings(t *testing.T) {
	store := order{Do: "store", Text: "hello"}
	for _, c := range []struct {
		name  string
		open  string
		force func(p *place, name string) error
		want  []string
	}{
		{"msync", "open", func(p *place, _ string) error {
			_, err := p.ask(order{Do: "msync"})
			return err
		}, []string{"write hello", "sync-data /a"}},
		{"Sync", "open", func(p *place, name string) error { return p.server.Sync(name) }, []string{"write hello"}},
		{"Sync after close", "", func(p *place, name string) error { return p.server.Sync(name) }, []string{"write hello"}},
		{"munmap", "", func(p *place, _ string) error {
			_, err := p.ask(order{Do: "munmap"})
			return err
		}, []string{"write hello"}},
		{"exit", "open", func(p *place, _ string) error {
			_, _ = p.ask(order{Do: "exit"})
			return p.cmd.Wait()
		}, []string{"write hello"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, disk := start(t, fusefs.Options{}), newDisk()
			name, dir := p.attach(disk)
			p.do(t, order{Do: "map", Dir: dir, Text: c.open})
			p.do(t, store)
			if err := c.force(p, name); err != nil {
				t.Fatal(err)
			}
			if got := stored(t, disk); !slices.Equal(got, c.want) {
				t.Errorf("got the events %q, want %q", got, c.want)
			}
		})
	}
}

// TestStoresSurviveSync: what was forced out is read again through the mapping,
// and a second store arrives too.
func TestStoresSurviveSync(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), newDisk()
	name, dir := p.attach(disk)
	p.do(t, order{Do: "map", Dir: dir})
	for _, text := range []string{"first", "other"} {
		p.do(t, order{Do: "store", Text: text})
		if err := p.server.Sync(name); err != nil {
			t.Fatal(err)
		}
		if got := p.do(t, order{Do: "load"}); !slices.Equal(got, []string{text}) {
			t.Errorf("got %q through the mapping, want %q", got, text)
		}
	}
	if got, want := stored(t, disk), []string{"write first", "write other"}; !slices.Equal(got, want) {
		t.Errorf("got the events %q, want %q", got, want)
	}
}

// TestWritebackEvery: a store arrives without any further call.
func TestWritebackEvery(t *testing.T) {
	p, disk := start(t, fusefs.Options{WritebackEvery: 2 * time.Millisecond}), newDisk()
	_, dir := p.attach(disk)
	p.do(t, order{Do: "map", Dir: dir})
	for _, text := range []string{"first", "other"} {
		p.do(t, order{Do: "store", Text: text})
		until(t, "the store of "+text, func() bool { return slices.Contains(stored(t, disk), "write "+text) })
	}
}
