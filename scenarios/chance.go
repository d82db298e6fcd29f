package scenarios

import "pgregory.net/rapid"

func between(t *rapid.T, label string, least, most int) int {
	return rapid.IntRange(least, most).Draw(t, label)
}

// chance is true about once in that many draws, and false when shrunk.
func chance(t *rapid.T, label string, once int) bool {
	return rapid.IntRange(0, once-1).Draw(t, label) == once-1
}
