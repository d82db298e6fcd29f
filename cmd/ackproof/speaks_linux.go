package main

import (
	"os/exec"
	"time"

	"github.com/ackproof/ackproof/engines/hosted"
)

// helloWithin is how long a program has to say hello.
const helloWithin = 20 * time.Second

// helloOf starts a program, and returns what it says first.
func helloOf(argv []string) (hosted.Hello, error) {
	p, err := hosted.Start(exec.Command(argv[0], argv[1:]...), hosted.Options{HangAfter: helloWithin})
	if err != nil {
		return hosted.Hello{}, err
	}
	defer func() { _ = p.Kill() }()
	return p.Conn().Hello()
}
