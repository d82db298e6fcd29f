package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/enginetest"
	"github.com/ackproof/ackproof/engines/hosted/workers"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/harness/subject/machinestore"
)

// check is the conformance of one log or state machine in one place.
type check struct {
	engine, subject, place string
	newEnv                 enginetest.NewEnv
	// program is for what runs in processes of its own. The snapshots of a machine are then
	// read by no other kind of machine.
	program bool
	examine func(context.Context, enginetest.Options) (enginetest.Report, error)
}

// String names the check.
func (c check) String() string {
	return fmt.Sprintf("%s, a %s, in %s", c.engine, strings.ReplaceAll(c.subject, "-", " "), places[c.place])
}

// The places, by the words for them in JSON.
var places = map[string]string{inMemory: "memory", inDirectory: "a real directory"}

const inMemory, inDirectory = "memory", "directory"

// plan returns the checks of engines, with real directories below tempDir, and what ends
// their processes, which have hangAfter for a call.
func plan(list builtin.List, tempDir string, hangAfter time.Duration) (checks []check, end func(), err error) {
	var pools []*workers.Pool
	end = func() {
		for _, p := range pools {
			p.Kill() // how they end is no part of the contract
		}
	}
	for _, e := range list {
		if e.Program != nil {
			pool := workers.New(e.Program, hangAfter)
			pools = append(pools, pool)
			if e, err = hostedIn(pool, e); err != nil {
				return nil, end, err
			}
		}
		checks = append(checks, checksOf(e, tempDir)...)
	}
	return checks, end, nil
}

// hostedIn returns the engine of a program as one that runs in a pool's processes.
func hostedIn(pool *workers.Pool, e builtin.Engine) (builtin.Engine, error) {
	logs, machines := e.Logs, e.Machines
	e.Logs, e.Machines = nil, nil
	for _, f := range logs {
		f, err := pool.Log(f)
		if err != nil {
			return e, fmt.Errorf("%s: %w%s", e.Name, err, lastWords(err))
		}
		e.Logs = append(e.Logs, f)
	}
	for _, f := range machines {
		e.Machines = append(e.Machines, pool.Machine(f))
	}
	return e, nil
}

// checksOf returns the checks of all that an engine is made of.
func checksOf(e builtin.Engine, tempDir string) (out []check) {
	for _, f := range e.Logs {
		c := check{engine: e.Name, subject: logstore.Kind.Name, program: e.Program != nil, examine: func(ctx context.Context, o enginetest.Options) (enginetest.Report, error) {
			return enginetest.Examine(ctx, f, o)
		}}
		out = append(out, c.everywhere(f.Needs, tempDir)...)
	}
	for _, f := range e.Machines {
		c := check{
			engine: e.Name, subject: machinestore.Kind.Name, program: e.Program != nil,
			examine: func(ctx context.Context, o enginetest.Options) (enginetest.Report, error) {
				return enginetest.ExamineMachine(ctx, f, o)
			},
		}
		out = append(out, c.everywhere(f.Needs, tempDir)...)
	}
	return out
}

// everywhere returns c in each place where an engine with such needs runs.
func (c check) everywhere(needs engines.Needs, tempDir string) (out []check) {
	if needs == engines.NeedsFS {
		c.place, c.newEnv = inMemory, diskEnv
		out = append(out, c)
	}
	c.place, c.newEnv = inDirectory, enginetest.OnDirectories(needs, tempDir)
	return append(out, c)
}

// diskEnv makes a place on a simulated disk, which is what runs have.
func diskEnv() (engines.Env, error) {
	return enginetest.In(faultfs.NewDisk(faultfs.Config{Unjournaled: true}))
}
