package faultfs

import (
	"slices"
	"sync"
)

// openFiles are the files that a process has open on a disk: a list that runs through the
// files themselves, as a recovery opens many and must not pay for a map.
type openFiles struct {
	mu    sync.Mutex
	first *openFile
}

// openFile is what the list has of a file, between prev and next.
type openFile struct {
	path       string
	among      *openFiles
	prev, next *openFile
}

// add adds f, which is in no list.
func (o *openFiles) add(f *openFile) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f.among, f.next = o, o.first
	if f.next != nil {
		f.next.prev = f
	}
	o.first = f
}

// remove removes f from its list.
func (f *openFile) remove() {
	o := f.among
	o.mu.Lock()
	defer o.mu.Unlock()
	if f.next != nil {
		f.next.prev = f.prev
	}
	if f.prev != nil {
		f.prev.next = f.next
	} else {
		o.first = f.next
	}
	f.prev, f.next = nil, nil
}

// paths returns the paths of the files, sorted.
func (o *openFiles) paths() (out []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for f := o.first; f != nil; f = f.next {
		out = append(out, f.path)
	}
	slices.Sort(out)
	return out
}
