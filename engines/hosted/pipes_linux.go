package hosted

import (
	"os"
	"sync"
	"syscall"
)

// pipes connect a worker. A child inherits none of them but as its stdin, stdout
// and stderr.
type pipes struct {
	childIn, childOut, childErr *os.File

	// in, out and err are our ends; dead ends when the worker is known to be dead.
	in, out, err, dead int

	mu      sync.Mutex // guards deadEnd
	deadEnd int
}

const noFD = -1

func newPipes() (*pipes, error) {
	p := &pipes{in: noFD, out: noFD, err: noFD, dead: noFD, deadEnd: noFD}
	var childIn, childOut, childErr int
	for _, ends := range []struct{ read, write *int }{
		{&childIn, &p.in}, {&p.out, &childOut}, {&p.err, &childErr}, {&p.dead, &p.deadEnd},
	} {
		var fds [2]int
		if err := syscall.Pipe2(fds[:], syscall.O_CLOEXEC); err != nil {
			p.closeAll()
			return nil, os.NewSyscallError("pipe2", err)
		}
		*ends.read, *ends.write = fds[0], fds[1]
		switch ends.read {
		case &childIn:
			p.childIn = os.NewFile(uintptr(childIn), "stdin of the worker")
		case &p.out:
			p.childOut = os.NewFile(uintptr(childOut), "stdout of the worker")
		case &p.err:
			p.childErr = os.NewFile(uintptr(childErr), "stderr of the worker")
		}
	}
	// Only our end: a worker must not find that its input does not block.
	if err := syscall.SetNonblock(p.in, true); err != nil {
		p.closeAll()
		return nil, os.NewSyscallError("fcntl", err)
	}
	return p, nil
}

// closeChildEnds closes what only the child needs.
func (p *pipes) closeChildEnds() {
	for _, f := range []*os.File{p.childIn, p.childOut, p.childErr} {
		if f != nil {
			_ = f.Close()
		}
	}
}

// closeIn ends the worker's input. Nobody may be writing.
func (p *pipes) closeIn() { closeFD(&p.in) }

// sayDead lets readers and writers know that the worker is dead. It may be called
// at any time.
func (p *pipes) sayDead() {
	p.mu.Lock()
	defer p.mu.Unlock()
	closeFD(&p.deadEnd)
}

// closeAll closes everything. Nobody may be reading or writing.
func (p *pipes) closeAll() {
	p.sayDead()
	p.closeChildEnds()
	for _, fd := range []*int{&p.in, &p.out, &p.err, &p.dead} {
		closeFD(fd)
	}
}

func closeFD(fd *int) {
	if *fd != noFD {
		_ = syscall.Close(*fd)
		*fd = noFD
	}
}
