package scenarios

import (
	"fmt"
	"strconv"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// faultArgument is the text of a fault, to the end of the line.
func faultArgument() argument {
	return argument{
		required: true,
		want:     "a fault such as fsync 2 path=*.log error=ENOSPC times=all lands=yes",
		readRest: func(s *Step, text string) (err error) {
			s.Fault, err = fault.Parse(text)
			return err
		},
		write: func(s Step) string { return s.Fault.String() },
	}
}

func spaceArgument() argument {
	const all = "all"
	read := readNumber(0, numberLimit, func(s *Step) *int { return &s.FreeBytes })
	return argument{
		required: true,
		want:     fmt.Sprintf("all, or the number of bytes that files may grow by, 0 to %d", numberLimit),
		read: func(s *Step, text string) bool {
			s.All = text == all
			return s.All || read(s, text)
		},
		write: func(s Step) string {
			if s.All {
				return all
			}
			return strconv.Itoa(max(0, s.FreeBytes))
		},
	}
}

// cancelArgument is cancel=N. There is no cancel=0: it could mean a context that has
// ended before the call, and 0 is one that does not end.
func cancelArgument() argument {
	at := func(s *Step) *int { return &s.CancelAfter }
	number := option("cancel", eventsLimit, 0, at)
	number.want = fmt.Sprintf("the number of file-system calls after which the context ends, 1 to %d", eventsLimit)
	number.read = readNumber(1, eventsLimit, at)
	return number
}
