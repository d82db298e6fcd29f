package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// literal is a word that stands there for readers.
func literal(text string) Argument {
	return Argument{
		Required: true,
		Want:     strconv.Quote(text),
		Read:     func(_ *Step, got string) bool { return got == text },
		Write:    func(Step) string { return text },
	}
}

// callsWord is the word after the number of calls that Hold waits for.
func callsWord() Argument {
	return Argument{
		Required: true,
		Want:     `"calls"`,
		Read:     func(_ *Step, got string) bool { return got == "call" || got == "calls" },
		Write: func(s Step) string {
			if s.Returns == 1 {
				return "call"
			}
			return "calls"
		},
	}
}

// Position is a number that stands right after the step's word.
func Position(what string, most int, at func(*Step) *int) Argument {
	return positionFrom(0, what, most, at)
}

// positionFrom is Position for a number that is least or more.
func positionFrom(least int, what string, most int, at func(*Step) *int) Argument {
	return Argument{
		Required: true,
		Want:     fmt.Sprintf("the number of %s, %d to %d", what, least, most),
		Read:     ReadNumber(least, most, at),
		Write:    func(s Step) string { return strconv.Itoa(max(least, *at(&s))) },
	}
}

// Option is key=number, left out where it is standard, which is also the least.
func Option(key string, most, standard int, at func(*Step) *int) Argument {
	return Argument{
		Key:   key,
		Want:  fmt.Sprintf("a number from %d to %d", standard, most),
		Unset: func(s *Step) { *at(s) = standard },
		Read:  ReadNumber(standard, most, at),
		Write: func(s Step) string {
			if *at(&s) <= standard {
				return ""
			}
			return strconv.Itoa(*at(&s))
		},
	}
}

// ReadNumber returns a Read of numbers from least to most.
func ReadNumber(least, most int, at func(*Step) *int) func(*Step, string) bool {
	return func(s *Step, text string) bool {
		n, err := strconv.ParseUint(text, 10, 31)
		*at(s) = int(n)
		return err == nil && int(n) >= least && int(n) <= most
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

func lossArgument() Argument {
	seed := ReadNumber(0, NumberLimit, func(s *Step) *int { return &s.Loss.Seed })
	return Argument{
		Key:      "lose",
		Required: true,
		Want:     fmt.Sprintf("nothing, everything, or sample: and a seed from 0 to %d", NumberLimit),
		Read: func(s *Step, text string) bool {
			word, digits, seeded := strings.Cut(text, ":")
			manner := slices.Index(lossWords[:], word)
			if manner < 0 || seeded != (manner == int(LoseSample)) {
				return false
			}
			s.Loss.Manner = LossManner(manner)
			return !seeded || seed(s, digits)
		},
		Write: func(s Step) string { return s.Loss.String() },
	}
}

func missingArgument() Argument {
	const missing = "missing"
	return Argument{
		Key:  "dir",
		Want: missing,
		Read: func(s *Step, text string) bool {
			s.DirMissing = text == missing
			return s.DirMissing
		},
		Write: func(s Step) string {
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

// SizesOption is size=, the sizes of the payloads that a step writes.
func SizesOption() Argument {
	return Argument{
		Key:  "size",
		Want: fmt.Sprintf("up to %d sizes such as 100 or 10-500, each to %d bytes", sizesLimit, PayloadLimitBytes),
		Read: func(s *Step, text string) bool {
			for part := range strings.SplitSeq(text, ",") {
				r, ok := readSizeRange(part)
				if !ok || len(s.Sizes) == sizesLimit {
					return false
				}
				s.Sizes = append(s.Sizes, r)
			}
			return true
		},
		Write: func(s Step) string {
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
	number := ReadNumber(0, PayloadLimitBytes, func(s *Step) *int { return &s.Count })
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

// FillOption is fill=, what those payloads hold.
func FillOption() Argument {
	return Argument{
		Key:   "fill",
		Want:  "random, compressible or zeros",
		Unset: func(s *Step) { s.Fill = FillRandom },
		Read: func(s *Step, text string) bool {
			i := slices.Index(fillWords[:], text)
			s.Fill = Fill(max(0, i))
			return i >= 0
		},
		Write: func(s Step) string {
			if s.Fill == FillRandom {
				return ""
			}
			return s.Fill.String()
		},
	}
}
