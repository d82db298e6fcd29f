package scenarios

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// faultArgument is the text of a fault, to the end of the line.
func faultArgument() Argument {
	return Argument{
		Required: true,
		Want:     "a fault such as fsync 2 path=*.log error=ENOSPC times=all lands=yes",
		readRest: func(s *Step, text string) (err error) {
			s.Fault, err = fault.Parse(text)
			return err
		},
		Write: func(s Step) string { return s.Fault.String() },
	}
}

func spaceArgument() Argument {
	const all = "all"
	read := ReadNumber(0, NumberLimit, func(s *Step) *int { return &s.FreeBytes })
	return Argument{
		Required: true,
		Want:     fmt.Sprintf("all, or the number of bytes that files may grow by, 0 to %d", NumberLimit),
		Read: func(s *Step, text string) bool {
			s.All = text == all
			return s.All || read(s, text)
		},
		Write: func(s Step) string {
			if s.All {
				return all
			}
			return strconv.Itoa(max(0, s.FreeBytes))
		},
	}
}

// cancelArgument is cancel=N. There is no cancel=0: it could mean a context that has
// ended before the call, and 0 is one that does not end.
func cancelArgument() Argument {
	at := func(s *Step) *int { return &s.CancelAfter }
	number := Option("cancel", eventsLimit, 0, at)
	number.Want = fmt.Sprintf("the number of file-system calls after which the context ends, 1 to %d", eventsLimit)
	number.Read = ReadNumber(1, eventsLimit, at)
	return number
}

// cancel is what each call may have.
var cancel = cancelArgument()

// arguments returns all arguments of steps of kind k.
func (k *Word) arguments() []Argument {
	if !k.Call {
		return k.Arguments
	}
	return append(slices.Clip(k.Arguments), cancel)
}
