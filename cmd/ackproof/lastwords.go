package main

import (
	"errors"
	"strings"

	"github.com/ackproof/ackproof/engines/hosted"
)

// lastWords returns, on lines of their own, what a worker that err is about left: the end of
// its stderr, and the stack of a panic that it answered.
func lastWords(err error) (words string) {
	failure := (*hosted.Failure)(nil)
	if !errors.As(err, &failure) {
		return ""
	}
	for _, left := range []string{failure.Log, failure.Stack} {
		if left = strings.TrimRight(left, "\n"); left != "" {
			words += "\n" + left
		}
	}
	return words
}
