// Package logstore makes Raft log stores a kind of subject.
package logstore

import (
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models/raftlog"
	programs "github.com/ackproof/ackproof/scenarios/raftlog"
)

// Kind is that of log stores.
var Kind = &subject.Kind{
	Name: "log", Shown: "log", Language: programs.Language, Stored: raftlog.Stored, Unopened: raftlog.Contract{},
	Go: subject.Go{
		Imports:  []string{"github.com/ackproof/ackproof/engines"},
		Programs: "github.com/ackproof/ackproof/scenarios/raftlog",
		Factory:  "engines.Factory", Store: "engines.StorageEngine", Run: "harness.Run",
	},
}

// Of returns the factory's engines as subjects.
func Of(f engines.Factory) subject.Factory {
	out := subject.Factory{
		Kind: Kind, Name: f.Name, Needs: f.Needs, Program: f.Program, Logs: []engines.Factory{f},
		Open: func(env engines.Env) (subject.Store, error) { return open(f, env, f.Open) },
		Connect: func(conn *hosted.Conn, dir string, _ engines.Env, readOnly bool) (subject.Store, error) {
			engine, err := conn.Open(dir, readOnly)
			if err != nil {
				return nil, err
			}
			return newStore(f, engine), nil
		},
		Server: func(before func(dir string)) *hosted.Server { return server(f, before) },
		Limited: func(l engines.Limits) subject.Factory {
			f := f
			f.Limits = f.Limits.And(l)
			return Of(f)
		},
		Greeted: func(hello hosted.Hello) subject.Factory {
			f := f
			f.Without, f.Limits = f.Without.And(hello.Without()), f.Limits.And(hello.Limits())
			return Of(f)
		},
	}
	if f.OpenReadOnly != nil {
		out.OpenReadOnly = func(env engines.Env) (subject.Store, error) { return open(f, env, f.OpenReadOnly) }
	}
	return out
}

func open(f engines.Factory, env engines.Env, with func(engines.Env) (engines.StorageEngine, error)) (subject.Store, error) {
	engine, err := with(env)
	if err != nil {
		return nil, err
	}
	return newStore(f, engine), nil
}

func server(f engines.Factory, before func(dir string)) *hosted.Server {
	return &hosted.Server{
		Name: f.Name, ReadOnly: f.OpenReadOnly != nil, Without: f.Without, Limits: f.Limits,
		Open: func(dir string, readOnly bool) (engines.StorageEngine, error) {
			before(dir)
			if readOnly {
				return f.OpenReadOnly(engines.Env{Dir: dir})
			}
			return f.Open(engines.Env{Dir: dir})
		},
	}
}
