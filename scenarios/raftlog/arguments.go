package raftlog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ackproof/ackproof/scenarios"
)

// persistArgument is the number of entries, or again.
func persistArgument() scenarios.Argument {
	const again = "again"
	number := scenarios.Position("entries to write", scenarios.EntriesLimit, count)
	read, write := number.Read, number.Write
	number.Want += ", or " + again
	number.Read = func(s *scenarios.Step, text string) bool {
		s.Again = text == again
		return s.Again || read(s, text)
	}
	number.Write = func(s scenarios.Step) string {
		if s.Again {
			return again
		}
		return write(s)
	}
	return number
}

func raiseArgument() scenarios.Argument {
	at := func(s *scenarios.Step) *int { return &s.Raise }
	number := scenarios.Option("term", scenarios.NumberLimit, 0, at)
	write := number.Write
	number.Want = fmt.Sprintf("+ and a number from 0 to %d", scenarios.NumberLimit)
	number.Read = func(s *scenarios.Step, text string) bool {
		digits, relative := strings.CutPrefix(text, "+")
		return relative && scenarios.ReadNumber(0, scenarios.NumberLimit, at)(s, digits)
	}
	number.Write = func(s scenarios.Step) string {
		if text := write(s); text != "" {
			return "+" + text
		}
		return ""
	}
	return number
}

func purgeArgument() scenarios.Argument {
	read := scenarios.ReadNumber(0, scenarios.DistanceLimit, count)
	beyond := scenarios.ReadNumber(1, scenarios.DistanceLimit, func(s *scenarios.Step) *int { return &s.Beyond })
	return scenarios.Argument{
		Required: true,
		Want:     fmt.Sprintf("all, all+ and a number, or a number, to %d", scenarios.DistanceLimit),
		Read: func(s *scenarios.Step, text string) bool {
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
		Write: func(s scenarios.Step) string {
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

func termsArgument() scenarios.Argument {
	return scenarios.Option("terms", scenarios.EntriesLimit, 1, func(s *scenarios.Step) *int { return &s.Terms })
}

func count(s *scenarios.Step) *int { return &s.Count }

func place(s *scenarios.Step) *int { return &s.Position }
