package canary

import (
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
)

// small makes short programs fill several segments.
var small = filelog.Options{SegmentBytes: 2048}

// in returns c with p planted in engines of mode m.
func (c Canary) in(m mode, p plant) Canary {
	c.healthy = m.factory()
	m.plant = p
	c.planted = m.factory()
	return c
}

// inLog returns c with the log of f changed.
func (c Canary) inLog(f engines.Factory, change func(fullLog) engines.LogStore) Canary {
	c.healthy, c.planted = f, plantInLog(f, change)
	return c
}

// inFiles returns c with the file system of f lying.
func (c Canary) inFiles(f engines.Factory, lies func(engines.Env, string) bool) Canary {
	c.healthy, c.planted = f, plantInFiles(f, lies)
	return c
}

// factory returns the factory of engines with mode m.
func (m mode) factory() engines.Factory {
	name := "plain"
	switch {
	case m.buffered:
		name += "-buffered"
	case m.loose:
		name += "-loose"
	case m.modest:
		name += "-modest"
	}
	return engines.Factory{Name: name, Open: func(env engines.Env) (engines.StorageEngine, error) {
		e := &plain{mode: m, fs: env.FS, dir: env.Dir}
		if err := e.recover(); err != nil {
			return nil, errors.Join(fmt.Errorf("plain: open: %w", err), e.release())
		}
		return e, nil
	}}
}
