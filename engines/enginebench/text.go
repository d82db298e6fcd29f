package enginebench

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/ackproof/ackproof/internal/plain"
)

// WriteText writes r for a reader at a terminal.
func WriteText(w io.Writer, r Report) error {
	fmt.Fprintf(w, "%s: %s\n", plain.Text(r.Engine, false), r.About)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  measured\ttarget\tmedian\tratio\tverdict")
	for _, result := range r.Results {
		fmt.Fprintf(table, "  %s\t%v\t%s\t%s\t%s\n", result.Name, result.Target, valueText(result), ratioText(result),
			plain.Text(verdictText(result, r.Device), false))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "  device   %v\n  journal  %s\n\n", r.Device, plain.Text(r.costsText(), false))
	return err
}

// valueText returns the value with its unit, "" if there is none.
func valueText(r Result) string {
	if r.Err != nil {
		return ""
	}
	return r.Target.Unit.Format(r.Value)
}

// ratioText returns how many times better than the target the value is, "" if there is no target.
func ratioText(r Result) string {
	if r.Err != nil || r.Target.Limit == 0 {
		return ""
	}
	return digits(r.Ratio)
}
