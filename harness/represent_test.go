package harness_test

import (
	"slices"
	"testing"

	"github.com/ackproof/ackproof/harness"
)

// TestChoice: each class of leftover has its turn, from both ends, and a recovery that was
// chosen comes again last.
func TestChoice(t *testing.T) {
	for _, test := range []struct {
		classes, recoveries []int
		n                   int
		want                []int
	}{
		{nil, nil, 3, nil},
		{[]int{0, 0, 0, 0}, []int{1, 2, 3, 4}, 2, []int{1, 3}}, // spread, the last among them
		{[]int{0, 8, 2}, []int{1, 2, 3}, 3, []int{1, 0, 2}},    // most, least, the rest
		{[]int{0, 8, 2}, []int{1, 2, 3}, 1, []int{1}},
		{[]int{8, 0, 0}, []int{1, 1, 2}, 2, []int{0, 2}}, // 1 is chosen already
		{[]int{8, 0}, []int{1, 1}, 2, []int{0, 1}},       // though there is no other
		{[]int{8, 0, 0}, []int{1, 2, 3}, 9, []int{0, 1, 2}},
	} {
		if got := harness.Choice(test.classes, test.recoveries, test.n); !slices.Equal(got, test.want) {
			t.Errorf("%d of classes %v with recoveries %v: got %v, want %v", test.n, test.classes, test.recoveries, got, test.want)
		}
	}
}
