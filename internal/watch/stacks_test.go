package watch

import (
	"slices"
	"strings"
	"testing"
)

// TestStacks wants the goroutine that was asked for first, then the one that it started.
func TestStacks(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	number, running := make(chan string), make(chan struct{})
	go parent(number, running, release)
	go idle(release)
	asked := <-number
	<-running
	each := strings.Split(Stacks(asked), "\n\n")
	at := func(function string) int {
		return slices.IndexFunc(each, func(stack string) bool { return strings.Contains(stack, "watch."+function+"(") })
	}
	if parent, child := at("parent"), at("child"); parent != 0 || child != 1 {
		t.Errorf("got the parent at %d and its child at %d, want 0 and 1, in\n%s", parent, child, strings.Join(each, "\n\n"))
	}
}

func parent(number chan<- string, running chan<- struct{}, release <-chan struct{}) {
	go child(running, release)
	number <- Goroutine()
	<-release
}

func child(running chan<- struct{}, release <-chan struct{}) {
	close(running)
	<-release
}

func idle(release <-chan struct{}) { <-release }

// TestStacksAreBounded wants the first of many long stacks, and 64 KiB at most.
func TestStacksAreBounded(t *testing.T) {
	others := strings.Repeat("goroutine 1 [select]:\n"+strings.Repeat("frame\n", 1000)+"\n", 100)
	got := First(others+"goroutine 7 [select]:\nhere()", func(stack string) bool { return strings.HasPrefix(stack, "goroutine 7 ") })
	if !strings.HasPrefix(got, "goroutine 7 [select]:\nhere()\n\n") || len(got) != stacksBytesMax {
		t.Errorf("got %d bytes that begin with %q, want %d and goroutine 7 first", len(got), got[:30], stacksBytesMax)
	}
}
