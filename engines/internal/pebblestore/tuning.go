package pebblestore

import "github.com/cockroachdb/pebble/v2"

// Small tunes Pebble for short lives: engines that are opened and closed
// thousands of times a second on a few KiB of log, as when crash states are
// explored. It changes costs, not what is promised. For a long life take the
// defaults, which compact.
func Small(o *pebble.Options) {
	// An open allocates and clears memtables, and a close frees them: the largest
	// single cost of both. Small ones are also flushed sooner, so that short
	// programs reach tables too.
	o.MemTableSize = 64 << 10
	// Enough for the files of a short life.
	o.CacheSize = 1 << 20
	o.MaxOpenFiles = 64
	// Both run in the background after an open, and write or read at a time that
	// no seed decides.
	o.DisableAutomaticCompactions = true
	o.DisableTableStats = true
}

// Caches are what engines opened in turn or side by side can share, so that an
// open need not allocate its own. Nothing of one engine is found by another:
// each looks up its files under an identity of its own.
type Caches struct {
	blocks *pebble.Cache
	files  *pebble.FileCache
}

// NewCaches returns caches of a size for engines tuned with [Small]. The caller
// closes them after the last of the engines.
func NewCaches() *Caches {
	const blockBytes, shardCount, fileCount = 4 << 20, 1, 256
	return &Caches{blocks: pebble.NewCache(blockBytes), files: pebble.NewFileCache(shardCount, fileCount)}
}

// Small tunes as the function [Small] does, with these caches.
func (c *Caches) Small(o *pebble.Options) {
	Small(o)
	o.Cache, o.FileCache = c.blocks, c.files
}

// Close releases the caches; engines that still use them keep them.
func (c *Caches) Close() {
	c.files.Unref()
	c.blocks.Unref()
}
