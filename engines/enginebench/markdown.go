package enginebench

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// WriteMarkdown writes reports as tables: one of what was measured for each kind of engine, with a
// column for each engine, and one of the disk and the journals.
func WriteMarkdown(w io.Writer, reports []Report) error {
	var out strings.Builder
	for len(reports) > 0 {
		n := 1
		for n < len(reports) && slices.Equal(namesOf(reports[n]), namesOf(reports[0])) {
			n++
		}
		writeMeasured(&out, reports[:n])
		writeCosts(&out, reports[:n])
		reports = reports[n:]
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func namesOf(r Report) []string {
	var out []string
	for _, result := range r.Results {
		out = append(out, result.Name)
	}
	return out
}

// writeMeasured writes a table of engines that the same was measured of.
func writeMeasured(w io.Writer, reports []Report) {
	row(w, "What is measured", "Target", engineNames(reports)...)
	row(w, "---", "---", slices.Repeat([]string{"---"}, len(reports))...)
	for i, result := range reports[0].Results {
		var cells []string
		for _, r := range reports {
			cells = append(cells, cell(r.Results[i], r.Device))
		}
		row(w, "`"+result.Name+"`", result.Target.String(), cells...)
	}
	fmt.Fprintln(w)
	for _, result := range reports[0].Results {
		fmt.Fprintf(w, "- `%s` %s.\n", result.Name, result.Does)
	}
	fmt.Fprintln(w)
}

func engineNames(reports []Report) []string {
	var out []string
	for _, r := range reports {
		out = append(out, "`"+r.Engine+"`")
	}
	return out
}

// cell returns a value, its ratio in brackets, and its verdict where it is not met.
func cell(r Result, d Device) string {
	switch standing := Judge(r, d).Standing; standing {
	case NotOffered:
		return "-"
	case Failed:
		return "**" + string(Failed) + "**"
	case NoTarget:
		return valueText(r)
	case Met:
		return fmt.Sprintf("%s (%s)", valueText(r), ratioText(r))
	case WithinFsync:
		return fmt.Sprintf("%s (%s), %s", valueText(r), ratioText(r), standing)
	}
	return fmt.Sprintf("%s (%s), **%s**", valueText(r), ratioText(r), verdictText(r, d))
}

// writeCosts writes a table of the disk, as it was when each engine was measured, and of what
// their journals show.
func writeCosts(w io.Writer, reports []Report) {
	row(w, "Engine", "Fsyncs a second of the device", "Syncs for each commit", "Bytes written for each entry", "Times the payload")
	row(w, "---", "---", "---", "---", "---")
	for _, r := range reports {
		cells := []string{digits(r.Costs.SyncsPerCommit()), digits(r.Costs.BytesPerEntry()), digits(r.Costs.Amplification())}
		if r.Costs.PayloadBytes == 0 {
			cells[1], cells[2] = "-", "-"
		}
		if r.CostsErr != nil {
			cells = []string{"-", "-", "-"}
		}
		row(w, "`"+r.Engine+"`", Thousands(per(1, r.Device.Fsync.Seconds())), cells...)
	}
	fmt.Fprintln(w)
}

func row(w io.Writer, first, second string, more ...string) {
	fmt.Fprintf(w, "| %s |\n", strings.Join(append([]string{first, second}, more...), " | "))
}
