package evidence

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/ackproof/ackproof/internal/plain"
)

// Bounds of a line of an engine's words, and of all lines together.
const (
	lineBytesMax  = 300
	wordsBytesMax = 4 << 10
)

// asPrinted has spaces for tabs, and lines that end alike.
var asPrinted = strings.NewReplacer("\r\n", "\n", "\t", "    ")

// plainLines returns the lines of a text with escapes for what cannot be shown, without
// empty ones at both ends; nil if nothing is left.
func plainLines(text string) []string {
	text = strings.Trim(asPrinted.Replace(text), "\n")
	if strings.TrimSpace(text) == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = plainLine(line)
	}
	return lines
}

func plainLine(line string) string {
	rest := ""
	if len(line) > lineBytesMax {
		end := lineBytesMax
		for end > lineBytesMax-utf8.UTFMax && !utf8.RuneStart(line[end]) {
			end--
		}
		line, rest = line[:end], fmt.Sprintf("… (cut, %d bytes in all)", len(line))
	}
	return plain.Text(line, false) + rest
}

// crashBegins is the line that runtimes write first, or that names the exception, as they
// die of it: those of Go, Rust, Java and Node.js. Python names it last.
var crashBegins = regexp.MustCompile(`^(panic: |fatal error: |thread '.*panicked at |Exception in thread |[\w.]*(Error|Exception): )`)

// excerpt returns at most linesMax of the lines, and of wordsBytesMax: the end of them, or,
// where the engine died, the beginning and the end of what it said of that.
func excerpt(lines []string, linesMax int) []string {
	crash := lastCrash(lines)
	out := cutLines(lines, crash, linesMax)
	for sizeBytes(out) > wordsBytesMax && linesMax > 1 {
		linesMax--
		out = cutLines(lines, crash, linesMax)
	}
	return out
}

func sizeBytes(lines []string) (n int) {
	for _, line := range lines {
		n += len(line) + 1
	}
	return n
}

// cutLines returns at most linesMax lines, one of which says how many were left out. A
// crash in the lines begins at that number.
func cutLines(lines []string, crash, linesMax int) []string {
	if len(lines) <= linesMax {
		return lines
	}
	head, tail := 0, linesMax-1
	if len(lines)-crash > linesMax {
		head = linesMax / 3
		tail -= head
	}
	out := append([]string{}, lines[crash:crash+head]...)
	out = append(out, fmt.Sprintf("… (%s left out)", plain.Count(len(lines)-head-tail, "line")))
	return append(out, lines[len(lines)-tail:]...)
}

// lastCrash returns the number of the line with which the last crash begins, len(lines)
// if none does.
func lastCrash(lines []string) int {
	for i := len(lines) - 1; i >= 0; i-- {
		if crashBegins.MatchString(lines[i]) {
			return i
		}
	}
	return len(lines)
}
