package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/engines/memlog"
	"github.com/ackproof/ackproof/harness"
)

// screen is what a terminal makes of the control sequences that progress uses. It
// knows no others, and no line that is too long for it.
type screen struct {
	t           *testing.T
	columns     int
	lines       []string
	row, column int
	writes      int
}

func (s *screen) Write(b []byte) (int, error) {
	s.writes++
	for text := string(b); text != ""; {
		text = s.next(text)
	}
	return len(b), nil
}

// next does what the text begins with and returns the rest.
func (s *screen) next(text string) string {
	for len(s.lines) <= s.row {
		s.lines = append(s.lines, "")
	}
	var up int
	switch {
	case strings.HasPrefix(text, "\r"):
		s.column = 0
		return text[1:]
	case strings.HasPrefix(text, "\n"):
		s.row, s.column = s.row+1, 0
		return text[1:]
	case strings.HasPrefix(text, "\x1b[K"):
		s.lines[s.row] = s.lines[s.row][:min(len(s.lines[s.row]), s.column)]
		return text[3:]
	case strings.HasPrefix(text, "\x1b[J"):
		s.lines[s.row] = s.lines[s.row][:min(len(s.lines[s.row]), s.column)]
		s.lines = s.lines[:s.row+1]
		return text[3:]
	case strings.HasPrefix(text, red), strings.HasPrefix(text, plainColor):
		return text[strings.IndexByte(text, 'm')+1:]
	case strings.HasPrefix(text, "\x1b["):
		if n, err := fmt.Sscanf(text, cursorUp, &up); n != 1 || err != nil || up > s.row {
			s.t.Fatalf("no such sequence, or no such line: %q", text)
		}
		s.row -= up
		return text[strings.IndexByte(text, 'A')+1:]
	}
	s.put(text[0])
	return text[1:]
}

func (s *screen) put(c byte) {
	if s.column >= s.columns-1 {
		s.t.Fatalf("the line %q has no room for %q", s.lines[s.row], c)
	}
	line := []byte(s.lines[s.row])
	for len(line) <= s.column {
		line = append(line, ' ')
	}
	line[s.column] = c
	s.lines[s.row] = string(line)
	s.column++
}

// text returns the lines that are not empty.
func (s *screen) text() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(s.lines), func(l string) bool { return l == "" }), "\n")
}

// fill lets a progress show a real run.
func fill(t *testing.T, p *harness.Progress) {
	t.Helper()
	c := harness.Config{Programs: -1, Progress: p, Workers: 1}
	if _, err := harness.Verify(context.Background(), memlog.Factory(), c); err != nil {
		t.Fatal(err)
	}
}

func onScreen(s *screen, rows int) (*progress, *time.Time) {
	now := time.Unix(1000, 0)
	return &progress{
		w: s, color: true, now: func() time.Time { return now },
		screen: func() (int, int) { return s.columns, rows },
	}, &now
}

// TestProgressOnTerminal goes through a run as one sees it: lanes come and go,
// results come above them, and nothing is left of them.
func TestProgressOnTerminal(t *testing.T) {
	s := &screen{t: t, columns: 140}
	p, now := onScreen(s, 24)
	one, two := p.enter("mem under xfs", 0), p.enter("file under strict-posix", 20*time.Second)
	fill(t, &one.progress)
	*now = now.Add(2 * time.Second)
	p.tick()
	r := one.progress.Snapshot()
	rate := r.Visited / 2
	want := fmt.Sprintf("mem under xfs            %5d distinct  %5d visited  %5d/s  0 findings  %-9s  0s left  round 5/5, 50/50 programs\n", r.Distinct, r.Visited, rate, r.Activity) +
		"file under strict-posix      0 distinct      0 visited      0/s  0 findings  recording  18s left  round 0/0, 0/0 programs"
	if got := s.text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	p.leave(one)
	before := s.writes
	if err := p.printAbove(func() error { _, err := io.WriteString(s, "a result\n"); return err }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(s.text(), "\n"); len(got) != 2 || got[0] != "a result" || !strings.HasPrefix(got[1], "file under strict-posix      0 distinct") {
		t.Errorf("got %q, want the result above the lane that is left", got)
	}
	if s.writes != before+3 {
		t.Errorf("got %d writes, want one to clear, one for the result, one to draw", s.writes-before)
	}
	p.leave(two)
	p.end = func() {}
	p.stop()
	if got := s.text(); got != "a result" {
		t.Errorf("got %q after the end, want nothing but the result", got)
	}
}

// TestProgressFits wants all that is shown to fit the terminal, however small.
func TestProgressFits(t *testing.T) {
	for _, size := range [][2]int{{200, 50}, {80, 24}, {40, 5}, {10, 3}, {2, 2}, {1, 1}} {
		s := &screen{t: t, columns: size[0]}
		p, _ := onScreen(s, size[1])
		for i := range 8 {
			p.enter(fmt.Sprintf("canary/some-planted-bug-%d under ext4-ordered", i), time.Minute)
			p.tick()
			p.tick()
		}
		if lines := len(s.lines); lines > max(1, size[1]-1) {
			t.Errorf("%d by %d: got %d lines", size[0], size[1], lines)
		}
	}
}

// TestProgressElsewhere wants whole lines and no control sequences where there is
// no terminal that could be redrawn.
func TestProgressElsewhere(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	if p.screen != nil {
		t.Fatal("a buffer was taken for a terminal")
	}
	now := time.Unix(1000, 0)
	p.now = func() time.Time { return now }
	p.began, p.planned = now, 3
	p.tick()
	l := p.enter("mem under xfs", 90*time.Second)
	fill(t, &l.progress)
	now = now.Add(30 * time.Second)
	p.tick()
	r := l.progress.Snapshot()
	want := fmt.Sprintf("after 30s: 0 of 3 runs ended; mem under xfs: %d distinct, %d visited, %d/s, 0 findings, %s, 0s left, round 5/5, 50/50 programs\n",
		r.Distinct, r.Visited, r.Visited/30, r.Activity)
	if got := out.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestProgressTerminals wants a device that is no terminal, and a terminal that
// cannot move its cursor, to be given plain lines.
func TestProgressTerminals(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if newProgress(null).screen != nil {
		t.Errorf("%s was taken for a terminal", os.DevNull)
	}
	t.Setenv("NO_COLOR", "1")
	if newProgress(null).color {
		t.Error("NO_COLOR is not respected")
	}
}

func TestShort(t *testing.T) {
	for n, want := range map[int]string{
		0: "0", 99_999: "99999", 100_000: "100k", 9_999_999: "9999k", 10_000_000: "10M", 9_999_999_999: "9999M", 10_000_000_000: "10G",
	} {
		if got := short(n); got != want {
			t.Errorf("short(%d): got %q, want %q", n, got, want)
		}
	}
}

func TestLeft(t *testing.T) {
	began := time.Unix(1000, 0)
	now := began.Add(10 * time.Second)
	for _, c := range []struct {
		name     string
		deadline time.Time
		snapshot harness.Snapshot
		want     time.Duration
	}{
		{"nothing known", time.Time{}, harness.Snapshot{Planned: 4}, -1},
		{"by programs", time.Time{}, harness.Snapshot{Programs: 1, Planned: 4}, 30 * time.Second},
		{"by the budget", now.Add(5 * time.Second), harness.Snapshot{Programs: 1, Planned: 4}, 5 * time.Second},
		{"by programs, before the budget", now.Add(time.Minute), harness.Snapshot{Programs: 1, Planned: 4}, 30 * time.Second},
		{"by the budget alone", now.Add(time.Minute), harness.Snapshot{Planned: 4}, time.Minute},
		{"past the budget", now.Add(-time.Minute), harness.Snapshot{Planned: 4}, 0},
	} {
		l := &lane{began: began, deadline: c.deadline}
		if got := l.left(c.snapshot, now); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
