package models

import (
	"slices"
	"testing"
)

// TestNewNames: a name is new that an earlier usage has not. Of one that was cut nothing is
// known.
func TestNewNames(t *testing.T) {
	now := &Usage{Files: 3, Names: []string{"1.log", "2.log", "LOCK"}}
	if got := now.newNames(&Usage{Files: 2, Names: []string{"1.log", "LOCK"}}); !slices.Equal(got, []string{"2.log"}) {
		t.Errorf("got %q, want 2.log", got)
	}
	if got := now.newNames(&Usage{Files: 3, Names: []string{"0.log", "1.log"}}); got != nil {
		t.Errorf("got %q since a usage whose names were cut, want none", got)
	}
}
