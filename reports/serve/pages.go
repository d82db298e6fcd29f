package serve

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/reports/archive"
)

// pagesBytesMax bounds the reports that are kept.
const pagesBytesMax = 64 << 20

// pages makes reports and keeps them until what they are made of changes. One is
// made at a time, which bounds the memory that many requests take.
type pages struct {
	root   *os.Root
	config archive.Config

	mu        sync.Mutex
	kept      map[string]keptPage
	sizeBytes int
}

type keptPage struct {
	stamp string
	page  []byte
}

func newPages(root *os.Root, c archive.Config) *pages {
	return &pages{root: root, config: c, kept: map[string]keptPage{}}
}

var errNothing = errors.New("neither bundles nor outcomes are there")

// get returns the report of the bundle or directory at name, which the caller may
// not change.
func (p *pages) get(name string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	make, stamp, err := p.plan(name)
	if err != nil {
		return nil, err
	}
	if k, ok := p.kept[name]; ok && k.stamp == stamp {
		return k.page, nil
	}
	var page bytes.Buffer
	if err := make(&page); err != nil {
		return nil, err
	}
	p.keep(name, keptPage{stamp, page.Bytes()})
	return page.Bytes(), nil
}

// plan returns how to make a report, and what it depends on.
func (p *pages) plan(name string) (make func(*bytes.Buffer) error, stamp string, err error) {
	info, err := p.root.Lstat(name)
	if err != nil {
		return nil, "", err
	}
	if info.IsDir() {
		stamps, err := archive.FolderStamps(p.root, name)
		return func(b *bytes.Buffer) error { return p.folder(b, name) }, stampText(stamps), err
	}
	if !strings.HasSuffix(name, archive.BundleSuffix) {
		return nil, "", fmt.Errorf("%s: %w", path.Base(name), evidence.ErrBundle)
	}
	stamp = fmt.Sprint(info.ModTime().UnixNano(), info.Size())
	return func(b *bytes.Buffer) error {
		_, err := archive.WriteBundlePage(b, p.root, name, p.config)
		return err
	}, stamp, nil
}

func (p *pages) folder(b *bytes.Buffer, dir string) error {
	folder, err := archive.ReadFolder(p.root, dir, p.config)
	if err != nil {
		return err
	}
	if err := folder.WritePage(b); err != nil {
		return err
	}
	if folder.Empty() && len(folder.Skipped) == 0 {
		return errNothing
	}
	return nil
}

// keep keeps a page. When all together are too large, none of the others is: the
// reader looks at few at a time.
func (p *pages) keep(name string, k keptPage) {
	p.sizeBytes += len(k.page) - len(p.kept[name].page)
	if p.sizeBytes > pagesBytesMax {
		clear(p.kept)
		p.sizeBytes = len(k.page)
	}
	p.kept[name] = k
}

// stampText returns a text that is equal for equal stamps.
func stampText(stamps map[string]archive.Stamp) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(stamps)) {
		fmt.Fprintf(h, "%q %d %d\n", name, stamps[name].Changed.UnixNano(), stamps[name].SizeBytes)
	}
	return string(h.Sum(nil))
}

// policyOf returns the content security policy that a report carries: it names
// the report's own style and script by their hashes. Nothing before it in the
// report is of anybody else's writing.
func policyOf(page []byte) string {
	const before = `<meta http-equiv="Content-Security-Policy" content="`
	_, rest, found := bytes.Cut(page, []byte(before))
	text, _, ended := bytes.Cut(rest, []byte(`">`))
	if !found || !ended {
		return policy // its script does not run then; it is read without
	}
	return string(text) + "; " + noFrames
}
