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
	s := hosted.Server{Name: "log", Open: func(string, bool) (engines.StorageEngine, error) { return cutless{memlog.New()}, nil }}
	if s.Serve(os.Stdin, os.Stdout) != nil {
		os.Exit(1)
	}
}

// cutless is an engine whose log is never truncated.
type cutless struct{ engines.StorageEngine }

func (e cutless) Claims() engines.Claims     { return engines.ClaimsOf(e.StorageEngine) }
func (e cutless) LogStore() engines.LogStore { return cutlessLog{e.StorageEngine.LogStore()} }

type cutlessLog struct{ engines.LogStore }

func (cutlessLog) Truncate(context.Context, uint64) error { return errors.New("there is no truncate") }
