package page

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of what is shown of texts that others wrote.
const (
	nameBytesMax = 300
	textBytesMax = 64 << 10
)

// line returns text as it is shown on one line: what cannot be seen, turns the
// direction of writing or is no UTF-8 stands as its escape, and what is too long
// is cut, with its length.
func line(text string) string { return shown(text, nameBytesMax, false) }

// block is line for texts of several lines.
func block(text string) string { return shown(text, textBytesMax, true) }

func shown(text string, bytesMax int, lines bool) string {
	rest := ""
	if len(text) > bytesMax {
		rest = fmt.Sprintf("… (cut, %d bytes in all)", len(text))
		text = text[:bytesMax]
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size <= 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case strconv.IsPrint(r), lines && (r == '\n' || r == '\t'):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		text = text[size:]
	}
	return b.String() + rest
}

// count returns "1 state" or "2 states".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
