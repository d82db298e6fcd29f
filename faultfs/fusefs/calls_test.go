//go:build linux

package fusefs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"
	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/fusefs"
)

// eachCall are faults that fail each call that there is, once; doFailEach makes them in
// this order.
var eachCall = []string{
	"open 1 path=o", "create 1 path=c error=EMFILE", "create 1 path=l lands=yes", "read 1 path=r",
	"write 1 path=w error=EDQUOT", "write 1 path=s error=short", "fsync 1 path=y error=EINTR", "fdatasync 1 path=y",
	"fsync-dir 1 path=d", "truncate 1 path=t", "rename 1 path=n", "remove 1 path=u", "mkdir 1 path=m error=ENOSPC",
	"write 1 path=z lands=yes", "truncate 1 path=z lands=yes", "fallocate 1 path=z lands=yes",
	"readdir 1 path=d", "close 1 path=x error=ENOSPC", "fallocate 1 path=a",
}

func doFailEach(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	for _, name := range []string{"o", "w", "s", "y", "t", "n", "u", "x", "a", "z"} {
		fd := h.make(name, "")
		if name != "x" {
			h.close(fd)
		}
	}
	h.must("mkdir", unix.Mkdir(h.path("d"), 0o750))
	_, err := unix.Open(h.path("o"), unix.O_RDWR, 0)
	h.refused("open", err, unix.EIO)
	_, err = unix.Open(h.path("c"), unix.O_RDWR|unix.O_CREAT, 0o640)
	h.refused("create", err, unix.EMFILE)
	_, err = unix.Open(h.path("l"), unix.O_RDWR|unix.O_CREAT, 0o640)
	h.refused("create that lands", err, unix.EIO)
	h.stat("l")
	h.failOnFiles()
	h.failAndLand()
	h.refused("truncate", unix.Truncate(h.path("t"), 5), unix.EIO)
	h.refused("rename", unix.Rename(h.path("n"), h.path("n2")), unix.EIO)
	h.refused("unlink", unix.Unlink(h.path("u")), unix.EIO)
	h.refused("mkdir", unix.Mkdir(h.path("m"), 0o750), unix.ENOSPC)
	d := h.open("d", unix.O_DIRECTORY)
	_, err = unix.Getdents(d, make([]byte, 4096))
	h.refused("getdents", err, unix.EIO)
	x := h.open("x", unix.O_RDWR)
	h.refused("close", unix.Close(x), unix.ENOSPC)
	h.refused("fallocate", unix.Fallocate(h.open("a", unix.O_RDWR), 0, 0, 100), unix.EIO)
	return nil, h.err
}

func (h *hand) failOnFiles() {
	buf := make([]byte, 30000)
	r, w, s, y := h.open("r", unix.O_RDONLY), h.open("w", unix.O_RDWR), h.open("s", unix.O_RDWR), h.open("y", unix.O_RDWR)
	_, err := unix.Pread(r, buf, 0)
	h.refused("pread", err, unix.EIO)
	for err != nil { // in the same call of the subject it may be refused again
		_, err = unix.Pread(r, buf, 0)
	}
	h.reads(r, strings.Repeat("abcd", 10000))
	_, err = unix.Pwrite(w, buf, 0)
	h.refused("pwrite", err, unix.EDQUOT)
	n, err := unix.Pwrite(s, []byte("abcdef"), 0)
	h.must("short pwrite", err)
	h.want("bytes of a short pwrite", n, 3)
	h.refused("fsync", unix.Fsync(y), unix.EINTR)
	h.refused("fdatasync", unix.Fdatasync(y), unix.EIO)
	d := h.open("d", unix.O_DIRECTORY)
	h.refused("fsync of a directory", unix.Fsync(d), unix.EIO)
	h.close(r, w, s, y, d)
}

// failAndLand makes calls that fail and do all the same what they were to do: who asks
// for the size then sees it. Until then the kernel reads what it has.
func (h *hand) failAndLand() {
	z := h.open("z", unix.O_RDWR)
	_, err := unix.Pwrite(z, []byte("landed"), 0)
	h.refused("pwrite that lands", err, unix.EIO)
	h.reads(z, "landed")
	h.refused("ftruncate that lands", unix.Ftruncate(z, 4), unix.EIO)
	h.want("size after a truncation that landed", h.stat("z").Size, 4)
	h.reads(z, "land")
	h.refused("fallocate that lands", unix.Fallocate(z, 0, 0, 5), unix.EIO)
	h.want("size after a fallocate that landed", h.stat("z").Size, 5)
	h.close(z)
}

// TestEveryCallFails: over FUSE too each call can fail, and the process is told what the
// fault says.
func TestEveryCallFails(t *testing.T) {
	p, disk := start(t, fusefs.Options{}), faultfs.NewDisk(faultfs.Config{NoStacks: true})
	if err := afero.WriteFile(disk, "r", []byte(strings.Repeat("abcd", 10000)), 0o644); err != nil {
		t.Fatal(err) // here, so that no kernel has cached it
	}
	for _, text := range eachCall {
		f, err := fault.Parse(text)
		if err == nil {
			err = disk.Arm(f)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	_, dir := p.attach(disk)
	p.do(t, order{Do: "fail each", Dir: dir})
	for _, c := range disk.Faults() {
		if c.Fired != 1 {
			t.Errorf("%s fired %d times", c.Fault, c.Fired)
		}
	}
	var got []string
	for _, e := range disk.Journal().Events {
		if e.IsFault() {
			got = append(got, fmt.Sprintf("%s%s %s", e.Failed, e.Path, e.Error))
		}
	}
	slices.Sort(got)
	want := "close/x ENOSPC; create/c EMFILE; create/l EIO; fallocate/a EIO; fallocate/z EIO; fdatasync/y EIO; fsync-dir/d EIO; fsync/y EINTR; mkdir/m ENOSPC; " +
		"open/o EIO; read/r EIO; readdir/d EIO; remove/u EIO; rename/n EIO; truncate/t EIO; truncate/z EIO; write/s short; write/w EDQUOT; write/z EIO"
	if text := strings.Join(got, "; "); text != want {
		t.Errorf("got %s, want %s", text, want)
	}
}

func doStuck(o order) ([]string, error) {
	h := &hand{dir: o.Dir}
	fd := h.make("f", "x")
	err := unix.Fsync(fd)
	h.close(fd)
	return []string{fmt.Sprint(err)}, h.err
}

// TestStuckSync: an fsync that is stuck ends when the disk is released, and is given up
// when the process or the disk goes.
func TestStuckSync(t *testing.T) {
	for name, end := range map[string]func(p *place, disk *faultfs.Disk, attached string){
		"released": func(_ *place, disk *faultfs.Disk, _ string) { disk.Release() },
		"killed":   func(_ *place, disk *faultfs.Disk, _ string) { disk.Kill() },
		"detached": func(p *place, _ *faultfs.Disk, attached string) { p.server.Detach(attached) },
		"no process": func(p *place, disk *faultfs.Disk, _ string) {
			_ = p.cmd.Process.Kill()
			until(t, "the dead process's fsync to be given up", func() bool { return disk.StuckSyncs() == 0 })
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, fusefs.Options{})
			disk := faultfs.NewDisk(faultfs.Config{NoStacks: true, Faults: []fault.Fault{{Call: fault.Fsync, Nth: 1, Error: fault.Stuck, Times: 1}}})
			attached, dir := p.attach(disk)
			ended := make(chan string, 1)
			go func() {
				lines, err := p.ask(order{Do: "stuck", Dir: dir})
				ended <- fmt.Sprint(lines, err)
			}()
			until(t, "the fsync to be stuck", func() bool { return disk.StuckSyncs() == 1 })
			if len(ended) > 0 {
				t.Fatal("it returned")
			}
			end(p, disk, attached)
			got := <-ended
			if (got == "[<nil>] <nil>") != (name == "released" || name == "killed") {
				t.Errorf("got %s", got)
			}
		})
	}
}
