package watch

import (
	"bytes"
	"runtime"
	"slices"
	"strings"
)

// stacksBytesMax bounds the stacks of a hang.
const stacksBytesMax = 64 << 10

// Goroutine returns the number of the calling goroutine.
func Goroutine() string {
	head := make([]byte, 64)
	fields := bytes.Fields(head[:runtime.Stack(head, false)]) // goroutine 7 [running]:
	return string(fields[1])
}

// Stacks returns the stacks of this process: first that of the goroutine with the
// number, then those of goroutines that it started, then the others, 64 KiB at most.
func Stacks(goroutine string) string {
	return First(allStacks(), func(stack string) bool {
		return strings.HasPrefix(stack, "goroutine "+goroutine+" ")
	}, func(stack string) bool {
		return strings.HasSuffix(creator(stack), " in goroutine "+goroutine)
	})
}

// allStacks returns all stacks, as long as they are not absurdly many.
func allStacks() string {
	const readBytesMin, readBytesMax = 1 << 18, 1 << 24
	for size := readBytesMin; ; size *= 4 {
		text := make([]byte, size)
		if n := runtime.Stack(text, true); n < size || size >= readBytesMax {
			return string(text[:n])
		}
	}
}

// creator returns the line of a stack that says who started the goroutine.
func creator(stack string) string {
	_, rest, _ := strings.Cut(stack, "\ncreated by ")
	line, _, _ := strings.Cut(rest, "\n")
	return line
}

// First returns stacks as Go prints them with those that meet the first of the tests
// first, then those that meet the second, and so on, 64 KiB at most.
func First(stacks string, tests ...func(stack string) bool) string {
	rank := func(stack string) int {
		for i, test := range tests {
			if test(stack) {
				return i
			}
		}
		return len(tests)
	}
	each := strings.Split(strings.TrimSpace(stacks), "\n\n")
	slices.SortStableFunc(each, func(a, b string) int { return rank(a) - rank(b) })
	sorted := strings.Join(each, "\n\n")
	return sorted[:min(len(sorted), stacksBytesMax)]
}
