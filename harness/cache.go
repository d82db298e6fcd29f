package harness

import (
	"sync"

	"github.com/ackproof/ackproof/internal/digest"
	"github.com/ackproof/ackproof/models"
)

// cachedRecovery is what an engine recovers to; all images that come to the same share
// one.
type cachedRecovery struct {
	id int32
	*models.Recovered
}

// recovery is what an engine recovers to from an image.
type recovery struct {
	*cachedRecovery // nil if that is not known
	// whole says that it recovered from the image in full. Otherwise a read-only open of
	// the image showed what it recovered to from another.
	whole bool
}

// answers reports whether r is known, and in full if that is asked for.
func (r recovery) answers(whole bool) bool { return r.cachedRecovery != nil && (r.whole || !whole) }

// cache remembers what the engine recovered from each image, so that it opens
// once for each. It is safe for concurrent use.
type cache struct {
	mu      sync.Mutex
	byImage map[digest.Digest]recovery
	byKey   map[models.Digest]*cachedRecovery
	// byView are those without a failure that left nothing, by what was shown first. What one
	// left may come of the image's files, which others with this view need not have.
	byView map[models.Digest]*cachedRecovery
}

func newCache() *cache {
	return &cache{
		byImage: map[digest.Digest]recovery{},
		byKey:   map[models.Digest]*cachedRecovery{},
		byView:  map[models.Digest]*cachedRecovery{},
	}
}

func (c *cache) get(image digest.Digest) recovery {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byImage[image]
}

// put remembers a recovery in full.
func (c *cache) put(image digest.Digest, r *models.Recovered) recovery {
	key := r.Key()
	if r.ShowsAgain() {
		// Nothing can be said of it any more, and a long log's weighs.
		r.Again = nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.byKey[key]
	if known == nil {
		known = &cachedRecovery{id: int32(len(c.byKey)), Recovered: r}
		c.byKey[key] = known
		if r.Failure == nil && len(r.Left) == 0 {
			c.byView[r.View.Key()] = known
		}
	}
	c.byImage[image] = recovery{known, true}
	return c.byImage[image]
}

// shown returns a recovery without a failure, which left nothing, that first showed the view of this
// key, and remembers that the image comes to it too; nil if there is none.
func (c *cache) shown(image digest.Digest, view models.Digest) *cachedRecovery {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.byView[view]
	if r != nil && c.byImage[image].cachedRecovery == nil {
		c.byImage[image] = recovery{r, false}
	}
	return r
}

// shows reports whether a recovery is known that first showed the view of this key.
func (c *cache) shows(view models.Digest) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byView[view] != nil
}

// size returns how many images were met.
func (c *cache) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.byImage)
}
