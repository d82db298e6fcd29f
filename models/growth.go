package models

import "fmt"

// measurement is a usage, and the most that the subject held until then.
type measurement struct {
	*Usage
	most Size
}

// measurements are all that were made so far, in their order.
type measurements []measurement

// Growth is judged from that many measurements on, in quarters.
const (
	measurementsMin = 100
	quarters        = 4
)

// The least usage in a quarter may be that much more than in the quarter before: a file or
// two that come and go, what an engine gathers before it tidies up, and what it may take for
// what the subject holds more.
const (
	filesSlack       = 2
	filesSlackByItem = 2
	bytesSlack       = 16 << 10
	bytesSlackByItem = 4 << 10
	bytesSlackByByte = 2
)

// isJudged reports whether there are enough to compare the last ones with the first, and the
// subject held at most half as much again in their second half.
func (m measurements) isJudged() bool {
	if len(m) < measurementsMin {
		return false
	}
	before, more := m.halves()
	return 2*more.Items <= before.Items && 2*more.Bytes <= before.Bytes
}

// halves returns the most that the subject held in the first half of the measurements, and
// how much more it held in the second.
func (m measurements) halves() (before, more Size) {
	before, all := m[len(m)/2-1].most, m[len(m)-1].most
	return before, Size{all.Items - before.Items, all.Bytes - before.Bytes}
}

// grows reports whether the usage rises from quarter to quarter.
func (m measurements) grows() bool {
	return m.isJudged() && (m.filesRise() || isRising(m.least(bytesOf), m.bytesSlack()))
}

func (m measurements) filesRise() bool {
	_, more := m.halves()
	return isRising(m.least(filesOf), int64(filesSlack+filesSlackByItem*more.Items))
}

func (m measurements) bytesSlack() int64 {
	_, more := m.halves()
	return int64(bytesSlack + bytesSlackByItem*more.Items + bytesSlackByByte*more.Bytes)
}

func filesOf(m measurement) int64 { return int64(m.Files) }

func bytesOf(m measurement) int64 { return m.Bytes }

// least returns the least of each quarter of the measurements. What an engine gathers and
// tidies up now and then does not raise it.
func (m measurements) least(of func(measurement) int64) (out [quarters]int64) {
	n := len(m)
	for q := range out {
		part := m[q*n/quarters : (q+1)*n/quarters]
		out[q] = of(part[0])
		for _, one := range part[1:] {
			out[q] = min(out[q], of(one))
		}
	}
	return out
}

// isRising reports whether each is more than the one before by more than slack.
func isRising(least [quarters]int64, slack int64) bool {
	for q := 1; q < len(least); q++ {
		if least[q] <= least[q-1]+slack {
			return false
		}
	}
	return true
}

// growth says what there was first and last, over how much, what rose between, and where.
func (m measurements) growth(crashes int) string {
	what, least := "files", m.least(filesOf)
	if !m.filesRise() {
		what, least = "bytes", m.least(bytesOf)
	}
	first, last := m[0], m[len(m)-1]
	text := fmt.Sprintf("over %d measurements and %d crashes the store's directory went from %s to %s, though %s; the least number of %s in each quarter was %s",
		len(m), crashes, first, last, m.heldText(), what, joined(least[:]))
	if names := last.newNames(first.Usage); len(names) > 0 {
		text += fmt.Sprintf("; new since the first are %s", joined(names))
	}
	if last.Largest != "" {
		text += fmt.Sprintf("; the largest is %s of %s", last.Largest, bytesText(last.LargestBytes))
	}
	return text
}

// heldText says what the subject held.
func (m measurements) heldText() string {
	before, more := m.halves()
	if more == (Size{}) {
		return fmt.Sprintf("the store never held more than %s", before)
	}
	return fmt.Sprintf("the most that the store held rose only from %s to %s", before, m[len(m)-1].most)
}
