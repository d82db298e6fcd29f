package harness

import (
	"os"
	"slices"
	"strings"
)

// Required reports whether ACKPROOF_REQUIRE, a list of words, has this one: what is
// required is an error where it is missing, and not a reason to test less. "complete"
// wants runs that nothing cuts short; the other words are for the project's own tests.
func Required(what string) bool {
	return slices.Contains(strings.FieldsFunc(os.Getenv("ACKPROOF_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), what)
}
