package litmus

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/ackproof/ackproof/faultfs"
)

// Change makes a random change among few names, so that they meet. The disk may
// refuse it.
func Change(t *rapid.T, d *faultfs.Disk) {
	step := rapid.SampledFrom([]string{
		"write N OFF LEN", "append N LEN", "truncate N OFF", "fsync N", "dirsync d", "create N", "mkdir N", "unlink N",
		"link N TO", "replace N TO", "exchange N TO", "symlink N TO", "osync N OFF LEN", "chmod N 600",
	}).Draw(t, "step")
	name := rapid.SampledFrom([]string{"x", "y", "d", "d/x", "d/y"})
	_ = Step(d, strings.NewReplacer(
		"OFF", rapid.SampledFrom([]string{"0", "200", "512", "4096", "9000"}).Draw(t, "off"),
		"LEN", rapid.SampledFrom([]string{"1 A", "300 B", "512 C", "4096 z", "9000 D"}).Draw(t, "len"),
		"TO", name.Draw(t, "to"), "N", name.Draw(t, "name"),
	).Replace(step))
}
