package main

import (
	"time"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/reports"
)

// job is one engine under one profile.
type job struct {
	engine  builtin.Engine
	profile crash.Profile
}

// begun is a job that has its turn, or waits for it.
type begun struct {
	job
	number int           // among all
	round  int           // of its next turn
	budget time.Duration // if it has but one turn; 0 is no bound
	pause  harness.Pause
	ended  chan done // nil before its first turn
	took   time.Duration
}

// done is a job's result.
type done struct {
	reports.Result
	err error
}
