package harness

import (
	"slices"
	"sync"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// recovery is what an engine recovers to; all images that come to the same share
// one.
type recovery struct {
	id int32
	*models.Recovered
}

// cache remembers what the engine recovered from each image, so that it opens
// once for each. It is safe for concurrent use.
type cache struct {
	mu      sync.Mutex
	byImage map[digest.Digest]*recovery
	byKey   map[models.Digest]*recovery
	byView  map[models.Digest]*recovery // those without a failure, by what was shown first
}

func newCache() *cache {
	return &cache{
		byImage: map[digest.Digest]*recovery{},
		byKey:   map[models.Digest]*recovery{},
		byView:  map[models.Digest]*recovery{},
	}
}

func (c *cache) get(image digest.Digest) *recovery {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byImage[image]
}

func (c *cache) put(image digest.Digest, r *models.Recovered) *recovery {
	key := r.Key()
	if r.Again != nil && showsAgain(r) {
		// Nothing can be said of it any more, and a long log's weighs.
		r.Again = nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.byKey[key]
	if known == nil {
		known = &recovery{id: int32(len(c.byKey)), Recovered: r}
		c.byKey[key] = known
		if r.Failure == nil {
			c.byView[viewKey(r.View)] = known
		}
	}
	c.byImage[image] = known
	return known
}

// showsAgain tells whether the second open showed what the first one did, and the
// probe's entry.
func showsAgain(r *models.Recovered) bool {
	first, again, probe := r.View, *r.Again, r.Probe
	if probe == nil || r.Failure != nil {
		return false
	}
	n := len(first.Entries)
	return len(again.Entries) == n+1 && again.Entries[n] == *probe && slices.Equal(again.Entries[:n], first.Entries) &&
		again.LastIndex == probe.Index && again.HasBoundary == first.HasBoundary && again.Boundary == first.Boundary &&
		again.HasHardState == first.HasHardState && again.HardState == first.HardState
}

// shown returns a recovery without a failure that first showed the view of this
// key, and remembers that the image comes to it too; nil if there is none.
func (c *cache) shown(image digest.Digest, view models.Digest) *recovery {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.byView[view]
	if r != nil {
		c.byImage[image] = r
	}
	return r
}

func viewKey(v models.View) models.Digest { return (&models.Recovered{View: v}).Key() }
