package scenarios

import "pgregory.net/rapid"

// Between draws a number from least to most.
func Between(t *rapid.T, label string, least, most int) int {
	return rapid.IntRange(least, most).Draw(t, label)
}

// Chance is true about once in that many draws, and false when shrunk.
func Chance(t *rapid.T, label string, once int) bool {
	return rapid.IntRange(0, once-1).Draw(t, label) == once-1
}
