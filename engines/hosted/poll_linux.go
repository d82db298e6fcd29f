package hosted

import (
	"errors"
	"io"
	"time"

	"golang.org/x/sys/unix"
)

// poll waits until one of fds is ready, an error or an end included; without wait
// it only looks.
func poll(fds []unix.PollFd, wait bool) error {
	limit := -1
	if !wait {
		limit = 0
	}
	_, err := ignoringEINTR(func() (int, error) { return unix.Poll(fds, limit) })
	return err
}

// pipeReader reads a pipe that other processes write to, until it ends or the
// process that we care about is dead: a child of that process may hold the pipe
// open forever. One goroutine reads.
//
// It blocks in the kernel, as this takes half the time of a wake-up through the
// runtime's poller.
type pipeReader struct {
	// fds are the pipe and the one that ends when the process is dead.
	fds [2]unix.PollFd
	// restBytesMax bounds what is read after the death.
	restBytesMax int
}

func newPipeReader(pipe, dead int) *pipeReader {
	const pipeBytesMax = 1 << 20 // the most that a pipe holds by default
	return &pipeReader{
		fds:          [2]unix.PollFd{{Fd: int32(pipe), Events: unix.POLLIN}, {Fd: int32(dead), Events: unix.POLLIN}},
		restBytesMax: pipeBytesMax,
	}
}

func (p *pipeReader) Read(b []byte) (int, error) {
	if err := poll(p.fds[:], true); err != nil {
		return 0, err
	}
	dead := p.fds[1].Revents != 0
	if dead {
		// What it wrote before its death may have come after poll looked there.
		if err := poll(p.fds[:1], false); err != nil {
			return 0, err
		}
		if p.fds[0].Revents == 0 || p.restBytesMax <= 0 {
			return 0, io.EOF
		}
	}
	n, err := ignoringEINTR(func() (int, error) { return unix.Read(int(p.fds[0].Fd), b) })
	switch {
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	case dead:
		p.restBytesMax -= n
	}
	return n, nil
}

// pipeWriter writes a pipe until nobody can read it or the process that we care
// about is dead. The pipe must not block. One goroutine writes.
type pipeWriter struct{ fds [2]unix.PollFd }

func newPipeWriter(pipe, dead int) *pipeWriter {
	return &pipeWriter{[2]unix.PollFd{{Fd: int32(pipe), Events: unix.POLLOUT}, {Fd: int32(dead), Events: unix.POLLIN}}}
}

func (p *pipeWriter) Write(b []byte) (int, error) {
	written := 0
	for written < len(b) {
		n, err := ignoringEINTR(func() (int, error) { return unix.Write(int(p.fds[0].Fd), b[written:]) })
		written += max(n, 0)
		if errors.Is(err, unix.EAGAIN) {
			if err = poll(p.fds[:], true); err == nil && p.fds[1].Revents != 0 {
				err = unix.EPIPE
			}
		}
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

func ignoringEINTR(do func() (int, error)) (int, error) {
	for {
		n, err := do()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

// within waits for done to be closed, at most for limit, and reports whether it was.
func within(limit time.Duration, done <-chan struct{}) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
