package main

import (
	"context"
	"errors"
	"os"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/hosted"
	"github.com/ackproof/ackproof/engines/memlog"
)

// logWithoutTruncate is a program that runs a log without truncate, and does not say so.
func logWithoutTruncate() {
	serveCutless(func() error { return errors.New("there is no truncate") })
}

// logThatDies is one that ends in a truncate, and says why to stderr.
func logThatDies() {
	serveCutless(func() error {
		_, _ = os.Stderr.WriteString("Traceback\n  in truncate\n")
		os.Exit(1)
		return nil
	})
}

func serveCutless(truncate func() error) {
	s := hosted.Server{Name: "log", Open: func(string, bool) (engines.StorageEngine, error) {
		return cutless{memlog.New(), truncate}, nil
	}}
	if s.Serve(os.Stdin, os.Stdout) != nil {
		os.Exit(1)
	}
}

// cutless is an engine whose log is never truncated.
type cutless struct {
	engines.StorageEngine
	truncate func() error
}

func (e cutless) Claims() engines.Claims { return engines.ClaimsOf(e.StorageEngine) }
func (e cutless) LogStore() engines.LogStore {
	return cutlessLog{e.StorageEngine.LogStore(), e.truncate}
}

type cutlessLog struct {
	engines.LogStore
	truncate func() error
}

func (l cutlessLog) Truncate(context.Context, uint64) error { return l.truncate() }
