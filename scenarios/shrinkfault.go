package scenarios

import (
	"slices"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// simplerFaults returns faults with one knob fewer, boldest first. The numbers of a fault
// are made smaller as those of any step.
func simplerFaults(f fault.Fault) []fault.Fault {
	out := []fault.Fault{f, f, f, f}
	out[0].Times = 1
	out[1].Lands = false
	out[2].Error = fault.EIO
	out[3].Path = ""
	return slices.DeleteFunc(out, func(simpler fault.Fault) bool { return simpler == f || simpler.Check() != nil })
}

// faultSize measures the knobs of a fault. One that never stops is larger than any that
// does.
func faultSize(f fault.Fault) (size int64) {
	for _, set := range []bool{f.Lands, f.Error != fault.EIO, f.Path != ""} {
		if set {
			size++
		}
	}
	if f.Times == fault.Forever {
		size += fault.TimesMax
	}
	return size
}
