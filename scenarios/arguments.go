package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// argument is one argument of a step: how it is read and how it is written.
// Both in one place, so that what is printed parses back.
type argument struct {
	// key names an argument key=value; one without a key stands right after the
	// step's word and is required.
	key      string
	required bool
	// want says what a value is, for errors.
	want string
	// unset gives the step the value of an argument left out.
	unset func(*Step)
	// read takes a value; false refuses it.
	read func(*Step, string) bool
	// readRest is there instead of read where the argument is all that is left of the
	// line. Its error says what is wrong.
	readRest func(*Step, string) error
	// write returns the value, or "" to leave the argument out.
	write func(Step) string
}

// literal is a word that stands there for readers.
func literal(text string) argument {
	return argument{
		required: true,
		want:     strconv.Quote(text),
		read:     func(_ *Step, got string) bool { return got == text },
		write:    func(Step) string { return text },
	}
}

// callsWord is the word after the number of calls that Hold waits for.
func callsWord() argument {
	return argument{
		required: true,
		want:     `"calls"`,
		read:     func(_ *Step, got string) bool { return got == "call" || got == "calls" },
		write: func(s Step) string {
			if s.Returns == 1 {
				return "call"
			}
			return "calls"
		},
	}
}

// position is a number that stands right after the step's word.
func position(what string, most int, at func(*Step) *int) argument {
	return positionFrom(0, what, most, at)
}

// positionFrom is position for a number that is least or more.
func positionFrom(least int, what string, most int, at func(*Step) *int) argument {
	return argument{
		required: true,
		want:     fmt.Sprintf("the number of %s, %d to %d", what, least, most),
		read:     readNumber(least, most, at),
		write:    func(s Step) string { return strconv.Itoa(max(least, *at(&s))) },
	}
}

// option is key=number, left out where it is standard, which is also the least.
func option(key string, most, standard int, at func(*Step) *int) argument {
	return argument{
		key:   key,
		want:  fmt.Sprintf("a number from %d to %d", standard, most),
		unset: func(s *Step) { *at(s) = standard },
		read:  readNumber(standard, most, at),
		write: func(s Step) string {
			if *at(&s) <= standard {
				return ""
			}
			return strconv.Itoa(*at(&s))
		},
	}
}

func readNumber(least, most int, at func(*Step) *int) func(*Step, string) bool {
	return func(s *Step, text string) bool {
		n, err := strconv.ParseUint(text, 10, 31)
		*at(s) = int(n)
		return err == nil && int(n) >= least && int(n) <= most
	}
}

// persistArgument is the number of entries, or again.
func persistArgument() argument {
	const again = "again"
	number := position("entries to write", EntriesLimit, func(s *Step) *int { return &s.Count })
	read, write := number.read, number.write
	number.want += ", or " + again
	number.read = func(s *Step, text string) bool {
		s.Again = text == again
		return s.Again || read(s, text)
	}
	number.write = func(s Step) string {
		if s.Again {
			return again
		}
		return write(s)
	}
	return number
}

func raiseArgument() argument {
	at := func(s *Step) *int { return &s.Raise }
	number := option("term", numberLimit, 0, at)
	write := number.write
	number.want = fmt.Sprintf("+ and a number from 0 to %d", numberLimit)
	number.read = func(s *Step, text string) bool {
		digits, relative := strings.CutPrefix(text, "+")
		return relative && readNumber(0, numberLimit, at)(s, digits)
	}
	number.write = func(s Step) string {
		if text := write(s); text != "" {
			return "+" + text
		}
		return ""
	}
	return number
}

func purgeArgument() argument {
	read := readNumber(0, distanceLimit, func(s *Step) *int { return &s.Count })
	beyond := readNumber(1, distanceLimit, func(s *Step) *int { return &s.Beyond })
	return argument{
		required: true,
		want:     fmt.Sprintf("all, all+ and a number, or a number, to %d", distanceLimit),
		read: func(s *Step, text string) bool {
			word, past, further := strings.Cut(text, "+")
			s.All = word == "all"
			switch {
			case s.All && further:
				return beyond(s, past)
			case s.All:
				return true
			}
			return read(s, text)
		},
		write: func(s Step) string {
			switch {
			case s.All && s.Beyond > 0:
				return "all+" + strconv.Itoa(s.Beyond)
			case s.All:
				return "all"
			}
			return strconv.Itoa(max(0, s.Count))
		},
	}
}

var lossWords = [...]string{LoseNothing: "nothing", LoseEverything: "everything", LoseSample: "sample"}

// String returns l as programs write it, such as sample:7.
func (l Loss) String() string {
	if int(l.Manner) >= len(lossWords) {
		return "unknown"
	}
	if l.Manner == LoseSample {
		return fmt.Sprintf("sample:%d", l.Seed)
	}
	return lossWords[l.Manner]
}

func lossArgument() argument {
	seed := readNumber(0, numberLimit, func(s *Step) *int { return &s.Loss.Seed })
	return argument{
		key:      "lose",
		required: true,
		want:     fmt.Sprintf("nothing, everything, or sample: and a seed from 0 to %d", numberLimit),
		read: func(s *Step, text string) bool {
			word, digits, seeded := strings.Cut(text, ":")
			manner := slices.Index(lossWords[:], word)
			if manner < 0 || seeded != (manner == int(LoseSample)) {
				return false
			}
			s.Loss.Manner = LossManner(manner)
			return !seeded || seed(s, digits)
		},
		write: func(s Step) string { return s.Loss.String() },
	}
}

func missingArgument() argument {
	const missing = "missing"
	return argument{
		key:  "dir",
		want: missing,
		read: func(s *Step, text string) bool {
			s.DirMissing = text == missing
			return s.DirMissing
		},
		write: func(s Step) string {
			if s.DirMissing {
				return missing
			}
			return ""
		},
	}
}

// String returns r as programs write it: 100 or 10-500.
func (r SizeRange) String() string {
	if r.Min == r.Max {
		return strconv.Itoa(r.Min)
	}
	return fmt.Sprintf("%d-%d", r.Min, r.Max)
}

func sizesArgument() argument {
	return argument{
		key:  "size",
		want: fmt.Sprintf("up to %d sizes such as 100 or 10-500, each to %d bytes", sizesLimit, PayloadLimitBytes),
		read: func(s *Step, text string) bool {
			for part := range strings.SplitSeq(text, ",") {
				r, ok := readSizeRange(part)
				if !ok || len(s.Sizes) == sizesLimit {
					return false
				}
				s.Sizes = append(s.Sizes, r)
			}
			return true
		},
		write: func(s Step) string {
			parts := make([]string, len(s.Sizes))
			for i, r := range s.Sizes {
				parts[i] = r.String()
			}
			return strings.Join(parts, ",")
		},
	}
}

func readSizeRange(text string) (SizeRange, bool) {
	var low, high Step
	number := readNumber(0, PayloadLimitBytes, func(s *Step) *int { return &s.Count })
	least, most, ranged := strings.Cut(text, "-")
	if !ranged {
		most = least
	}
	ok := number(&low, least) && number(&high, most) && low.Count <= high.Count
	return SizeRange{low.Count, high.Count}, ok
}

var fillWords = [...]string{FillRandom: "random", FillCompressible: "compressible", FillZeros: "zeros"}

// String returns the word for f in programs.
func (f Fill) String() string {
	if int(f) >= len(fillWords) {
		return "unknown"
	}
	return fillWords[f]
}

func fillArgument() argument {
	return argument{
		key:   "fill",
		want:  "random, compressible or zeros",
		unset: func(s *Step) { s.Fill = FillRandom },
		read: func(s *Step, text string) bool {
			i := slices.Index(fillWords[:], text)
			s.Fill = Fill(max(0, i))
			return i >= 0
		},
		write: func(s Step) string {
			if s.Fill == FillRandom {
				return ""
			}
			return s.Fill.String()
		},
	}
}
