package models

import (
	"fmt"
	"slices"
	"strings"
)

// Measure is an operation that every kind of subject has and none sees: whoever runs the
// subject measures what its directory takes. Its answer is a [Usage].
var Measure Op = measure{}

type measure struct{}

const measureWord = "usage"

func (measure) String() string  { return measureWord }
func (measure) Word() string    { return measureWord }
func (measure) Reads() bool     { return true }
func (measure) MustWrite() bool { return false }
func (measure) Forces() bool    { return false }

func (measure) MarshalText() ([]byte, error) { return []byte(measureWord), nil }

func (measure) AnswerText(answer any) string {
	if u, ok := answer.(*Usage); ok {
		return u.String()
	}
	return "nothing"
}

// Usage is what a subject's directory takes on the disk.
type Usage struct {
	// Files is how many names there are below the directory, and Bytes the sum of the sizes
	// of the files, each counted once.
	Files int
	Bytes int64
	// Names are the first of those names, [UsageNamesMax] at most, in order.
	Names []string `json:",omitempty"`
	// Largest is the name of the largest file, "" without one, and LargestBytes its size.
	Largest      string `json:",omitempty"`
	LargestBytes int64  `json:",omitempty"`
}

// UsageNamesMax bounds the names of a Usage.
const UsageNamesMax = 256

// String returns for instance "5 files of 12 KiB".
func (u *Usage) String() string {
	return fmt.Sprintf("%s of %s", countText(u.Files, "file"), bytesText(u.Bytes))
}

// newNames returns some of the names that an earlier usage has not: none if that has more than
// it names.
func (u *Usage) newNames(since *Usage) (some []string) {
	const someMax = 3
	if len(since.Names) < since.Files {
		return nil
	}
	for _, name := range u.Names {
		if _, known := slices.BinarySearch(since.Names, name); !known && len(some) < someMax {
			some = append(some, name)
		}
	}
	return some
}

func countText(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// bytesText returns a number of bytes: in KiB, rounded up, where they are many.
func bytesText(n int64) string {
	const many, kib = 10_000, 1024
	if n < many {
		return countText(int(n), "byte")
	}
	return fmt.Sprintf("%d KiB", (n+kib-1)/kib)
}

func joined[T any](values []T) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return strings.Join(out, ", ")
}
