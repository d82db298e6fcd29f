package canary

import (
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

var (
	durable  = mode{}
	buffered = mode{buffered: true}
	loose    = mode{loose: true}
	modest   = mode{modest: true}
)
