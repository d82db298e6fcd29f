package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
)

// chosen returns the engines that the arguments say: names, and after the first
// dash of them, a program's path and arguments. dash is negative for no program.
func chosen(all builtin.List, args []string, dash int) (builtin.List, error) {
	if dash < 0 {
		list, err := all.Find(args...)
		if err != nil {
			return nil, usage(err)
		}
		return list, nil
	}
	program, err := programEngine(args[dash:])
	if err != nil || dash == 0 {
		return builtin.List{program}, err
	}
	list, err := all.Find(args[:dash]...)
	if err != nil {
		return nil, usage(err)
	}
	return append(list, program), nil
}

// programEngine returns the engine that a program of another language runs. It is
// called what its command line says, without the folders. The program is started for its
// hello: without one it is the user's mistake, not an engine that breaks a promise.
func programEngine(argv []string) (builtin.Engine, error) {
	if len(argv) == 0 {
		return builtin.Engine{}, usage(fmt.Errorf("after --: want a program that speaks the worker protocol, with its arguments"))
	}
	path, err := exec.LookPath(argv[0])
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return builtin.Engine{}, usage(err)
	}
	words := make([]string, len(argv))
	for i, arg := range argv {
		words[i] = filepath.Base(arg)
	}
	name, argv := strings.Join(words, " "), append([]string{path}, argv[1:]...)
	hello, err := helloOf(argv)
	if err != nil {
		return builtin.Engine{}, usage(fmt.Errorf("%s does not speak the worker protocol (docs/PROTOCOL.md): %w%s", name, err, lastWords(err)))
	}
	return builtin.Engine{
		Factory: programFactory(name, argv, hello),
		About:   "a program that speaks the worker protocol",
	}, nil
}

// programFactory returns the factory of a program, as what it says that it runs.
func programFactory(name string, argv []string, hello hosted.Hello) subject.Factory {
	if hello.Subject == hosted.SubjectMachine {
		return machinestore.Of(engines.MachineFactory{Name: name, Needs: engines.NeedsDir, Program: argv})
	}
	return logstore.Of(engines.Factory{Name: name, Needs: engines.NeedsDir, Program: argv})
}
