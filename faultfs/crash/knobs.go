package crash

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// knob is one setting of a profile that has a text form.
type knob struct {
	name   string
	values []string
	get    func(*Profile) int
	set    func(*Profile, int)
}

func boolKnob(name string, field func(*Profile) *bool) knob {
	return knob{
		name,
		[]string{"no", "yes"},
		func(p *Profile) int { return int(tree.BoolWord(*field(p))) },
		func(p *Profile, v int) { *field(p) = v == 1 },
	}
}

var knobs = []knob{
	{
		"tear-unit",
		[]string{"512", "4096"},
		func(p *Profile) int { return int(tree.BoolWord(p.TearUnitBytes == 4096)) },
		func(p *Profile, v int) { p.TearUnitBytes = []int{512, 4096}[v] },
	},
	boolKnob("tear-bytes", func(p *Profile) *bool { return &p.TearBytes }),
	boolKnob("no-powersafe-overwrite", func(p *Profile) *bool { return &p.NoPowersafeOverwrite }),
	{
		"physical-sector",
		[]string{"512", "4096"},
		func(p *Profile) int { return int(tree.BoolWord(p.PhysicalSectorBytes == 4096)) },
		func(p *Profile, v int) { p.PhysicalSectorBytes = []int{0, 4096}[v] },
	},
	boolKnob("unreadable", func(p *Profile) *bool { return &p.Unreadable }),
	boolKnob("overwrite-ordered", func(p *Profile) *bool { return &p.OverwriteOrdered }),
	boolKnob("append-ordered", func(p *Profile) *bool { return &p.AppendOrdered }),
	{
		"size-before-data",
		[]string{"anywhere", "new-blocks", "tail-block", "never"},
		func(p *Profile) int { return int(p.SizeBeforeData) },
		func(p *Profile, v int) { p.SizeBeforeData = SizeRule(v) },
	},
	{
		"fill",
		[]string{"zero", "any"},
		func(p *Profile) int { return int(tree.BoolWord(p.Fill == anyFill)) },
		func(p *Profile, v int) { p.Fill = []Fills{onlyZero, anyFill}[v] },
	},
	boolKnob("split-rename", func(p *Profile) *bool { return &p.SplitRename }),
	{
		"names-ordered",
		[]string{"no", "removals-last", "yes"},
		func(p *Profile) int { return int(p.NamesOrdered) },
		func(p *Profile, v int) { p.NamesOrdered = NamesRule(v) },
	},
	boolKnob("truncate-ordered", func(p *Profile) *bool { return &p.TruncateOrdered }),
	{
		"truncated-tail",
		[]string{"unordered", "before-size", "with-size"},
		func(p *Profile) int { return int(p.TruncatedTail) },
		func(p *Profile, v int) { p.TruncatedTail = TailRule(v) },
	},
	{
		"rename-flushes",
		[]string{"no", "size", "yes"},
		func(p *Profile) int { return int(p.RenameFlushes) },
		func(p *Profile, v int) { p.RenameFlushes = RenameRule(v) },
	},
	boolKnob("sync-new-name", func(p *Profile) *bool { return &p.SyncNewName }),
	{
		"sync-older",
		[]string{"none", "dependent", "all"},
		func(p *Profile) int { return int(p.SyncOlder) },
		func(p *Profile, v int) { p.SyncOlder = OlderRule(v) },
	},
	{
		"sync-failure",
		[]string{"unknown", "keep-clean", "revert", "lose-clean"},
		func(p *Profile) int { return int(p.SyncFailure) },
		func(p *Profile, v int) { p.SyncFailure = fault.SyncFailure(v) },
	},
	{
		"sync-report",
		[]string{"once", "each-open", "late"},
		func(p *Profile) int { return int(p.SyncReport) },
		func(p *Profile, v int) { p.SyncReport = fault.SyncReport(v) },
	},
	boolKnob("flushes-lie", func(p *Profile) *bool { return &p.FlushesLie }),
}

// ParseProfile reads the name of a profile, which knobs may follow that differ
// from it: "ext4-ordered" or "strict-posix,split-rename=no,tear-bytes=yes". The
// profile's Name is its normal form.
func ParseProfile(text string) (Profile, error) {
	name, rest, more := strings.Cut(text, ",")
	p, err := profileByName(name)
	if err != nil {
		return Profile{}, err
	}
	for more {
		var setting string
		setting, rest, more = strings.Cut(rest, ",")
		if err := p.set(setting); err != nil {
			return Profile{}, err
		}
	}
	p.Name = p.String()
	return p, nil
}

func profileByName(name string) (Profile, error) {
	var names []string
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Profile{}, fmt.Errorf("unknown profile %q: want one of %s", name, strings.Join(names, ", "))
}

func (p *Profile) set(setting string) error {
	name, value, _ := strings.Cut(setting, "=")
	if name == disksKnob {
		disks, err := parseDisks(value)
		if err != nil {
			return fmt.Errorf("profile knob %s: got %q, %w", disksKnob, value, err)
		}
		p.Disks = disks
		return nil
	}
	var names []string
	for _, k := range knobs {
		if k.name == name {
			i := slices.Index(k.values, value)
			if i < 0 {
				return fmt.Errorf("profile knob %s: got %q, want one of %s", name, value, strings.Join(k.values, ", "))
			}
			k.set(p, i)
			return nil
		}
		names = append(names, k.name)
	}
	return fmt.Errorf("unknown profile knob %q: want one of %s", name, strings.Join(append(names, disksKnob), ", "))
}

// String returns the text that [ParseProfile] reads.
func (p Profile) String() string {
	name, _, _ := strings.Cut(p.Name, ",")
	base, err := profileByName(name)
	if err != nil {
		base = StrictPosix()
	}
	out := base.Name
	for _, k := range knobs {
		if v := k.get(&p); v != k.get(&base) {
			out += "," + k.name + "=" + k.values[v]
		}
	}
	if p.Disks != "" {
		out += "," + disksKnob + "=" + p.Disks
	}
	return out
}

// Below returns the profile with those directories of Disks that have no absolute path
// taken for ones below dir.
func (p Profile) Below(dir string) Profile {
	dirs := p.DiskDirs()
	if len(dirs) == 0 {
		return p
	}
	for i, d := range dirs {
		if !path.IsAbs(d) {
			dirs[i] = path.Join(dir, d)
		}
	}
	p.Disks = joinDisks(dirs)
	p.Name = p.String()
	return p
}
