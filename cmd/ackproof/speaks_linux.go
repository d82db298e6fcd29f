package main

import (
	"os/exec"
	"time"

	"github.com/ackproof/ackproof/engines/hosted"
)

// helloWithin is how long a program has to say hello. One that does not say it is taken for
// a log: that it does not speak is found, and told, when it is run.
const helloWithin = 20 * time.Second

// runsMachine reports whether a program says in its hello that it runs a state machine. It
// is started for that, and ended.
func runsMachine(argv []string) bool {
	hello, err := helloOf(argv)
	return err == nil && hello.Subject == hosted.SubjectMachine
}

// helloOf starts a program, and returns what it says first.
func helloOf(argv []string) (hosted.Hello, error) {
	p, err := hosted.Start(exec.Command(argv[0], argv[1:]...), hosted.Options{HangAfter: helloWithin})
	if err != nil {
		return hosted.Hello{}, err
	}
	defer func() { _ = p.Kill() }()
	return p.Conn().Hello()
}
