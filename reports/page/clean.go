package page

import (
	"fmt"

	"github.com/ackproof/ackproof/internal/plain"
)

// Bounds of what is shown of texts that others wrote.
const (
	nameBytesMax     = 300
	sentenceBytesMax = 16 << 10
	textBytesMax     = 64 << 10
)

// line returns text as it is shown on one line: what cannot be seen, turns the
// direction of writing or is no UTF-8 stands as its escape, and what is too long
// is cut, with its length.
func line(text string) string { return shown(text, nameBytesMax, false) }

// sentence is line for what is read to its end.
func sentence(text string) string { return shown(text, sentenceBytesMax, false) }

// block is line for texts of several lines.
func block(text string) string { return shown(text, textBytesMax, true) }

func shown(text string, bytesMax int, lines bool) string {
	rest := ""
	if len(text) > bytesMax {
		rest = fmt.Sprintf("… (cut, %d bytes in all)", len(text))
		text = text[:bytesMax]
	}
	return plain.Text(text, lines) + rest
}
