package crash

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackproof/ackproof/faultfs/fault"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
)

// Profile is what a file system promises about a crash: which effects a sync
// forces, which order holds among the rest, and what can tear. The zero value
// promises next to nothing; [Profiles] lists those of real file systems.
//
// Sources: A is ALICE (OSDI'14, table 1), F is Ferrite (ASPLOS'16), EXT4 the
// kernel's documentation of ext4, MAN fsync(2), CH and TS Chinner and Ts'o on
// linux-fsdevel, CUT "Can applications recover from fsync failures?" (ATC'20). Where they disagree, the weaker reading is the profile's.
type Profile struct {
	// Name is the name that reports show.
	Name string

	// TearUnitBytes is the largest write that a power loss cannot tear, 512 or
	// 4096. A saw whole 512-byte sectors everywhere, and whole 4 KiB blocks on
	// btrfs only. 0 means 512.
	TearUnitBytes int
	// TearBytes lets a loss tear within the unit as well, at any byte.
	TearBytes bool
	// NoPowersafeOverwrite lets a torn unit lose bytes that the write did not
	// touch; it matters only with TearBytes.
	NoPowersafeOverwrite bool

	// OverwriteOrdered: an overwrite is durable before all that came later. No
	// file system promises it (A).
	OverwriteOrdered bool
	// AppendOrdered: an append is durable before all that came later, other
	// files included. No file system promises it (A).
	AppendOrdered bool
	// SizeBeforeData says where a longer size may be durable before the bytes
	// under it.
	SizeBeforeData SizeRule
	// Fill says what such bytes then are.
	Fill Fills

	// SplitRename lets a crash keep one of a rename's two names without the
	// other (A's default).
	SplitRename bool
	// NamesOrdered: changes of names, and truncations if TruncateOrdered, are
	// durable in their order: one journal (A, TS), or replayed in order (CH).
	NamesOrdered bool
	// TruncateOrdered: truncating is metadata, which stands in that order and
	// takes the bytes that it cut with it [derived]. Otherwise it is an
	// unordered change of size, and of bytes (A).
	TruncateOrdered bool
	// RenameFlushes: a rename over a file waits for the bytes of the new one, as
	// ext4's auto_da_alloc tries to. F broke it, so no profile has it.
	RenameFlushes bool

	// SyncNewName: fsync of a file that has no durable name forces its name. MAN
	// promises nothing; ext4, xfs and btrfs do it.
	SyncNewName bool
	// SyncOlder says which changes of names fsync of a file forces besides.
	SyncOlder OlderRule
	// SyncFailure says what a failed fsync leaves to later ones.
	SyncFailure fault.SyncFailure
}

// SizeRule says where a longer size may be durable before the bytes under it.
type SizeRule uint8

const (
	// SizeAnywhere: in any block (A; ext4's data=writeback).
	SizeAnywhere SizeRule = iota
	// SizeInTailBlock: only within the block that already ended the file; the
	// bytes of new blocks come first (EXT4; F saw 4096 bytes with 1596 zeros
	// after two appends of 2500).
	SizeInTailBlock
	// SizeAfterData: nowhere; the size follows the bytes (CH on xfs, F on btrfs).
	SizeAfterData
)

// OlderRule says which earlier changes of names fsync of a file forces.
type OlderRule uint8

const (
	// OlderNone: none, so that they may be kept or lost.
	OlderNone OlderRule = iota
	// OlderDependent: those that concern the file itself (CH on xfs).
	OlderDependent
	// OlderAll: all (TS on ext4 without fast commits).
	OlderAll
)

// Fills is a set of fills.
type Fills uint8

// Has reports whether s holds f.
func (s Fills) Has(f Fill) bool { return s&(1<<f) != 0 }

// Fill is what bytes hold whose size is durable and which are not.
type Fill uint8

// The fills. Garbage is bytes that nobody wrote; stale is bytes that were
// written once, elsewhere or before.
const (
	FillZero Fill = iota
	FillGarbage
	FillStale
)

var fillNames = [...]string{FillZero: "zero", FillGarbage: "garbage", FillStale: "stale"}

// String returns the word for f.
func (f Fill) String() string {
	if int(f) < len(fillNames) {
		return fillNames[f]
	}
	return "unknown"
}

const (
	onlyZero = Fills(1 << FillZero)
	anyFill  = Fills(1<<FillZero | 1<<FillGarbage | 1<<FillStale)
)

// Profiles returns the profiles of real file systems, weakest first.
func Profiles() []Profile {
	return []Profile{StrictPosix(), Ext4Writeback(), Ext4Ordered(), XFS(), Btrfs()}
}

// StrictPosix promises what POSIX and the manuals do and no more.
func StrictPosix() Profile {
	return Profile{Name: "strict-posix", TearUnitBytes: 512, Fill: anyFill, SplitRename: true}
}

// Ext4Ordered is ext4 with data=ordered, the default of most distributions.
func Ext4Ordered() Profile {
	return Profile{
		Name: "ext4-ordered", TearUnitBytes: 512, SizeBeforeData: SizeInTailBlock, Fill: onlyZero,
		NamesOrdered: true, TruncateOrdered: true, SyncNewName: true, SyncFailure: fault.SyncFailureClean,
	}
}

// Ext4Writeback is ext4 with data=writeback.
func Ext4Writeback() Profile {
	p := Ext4Ordered()
	p.Name, p.SizeBeforeData, p.Fill = "ext4-writeback", SizeAnywhere, anyFill
	return p
}

// XFS is xfs.
func XFS() Profile {
	p := Ext4Ordered()
	p.Name, p.SizeBeforeData, p.SyncOlder = "xfs", SizeAfterData, OlderDependent
	return p
}

// Btrfs is btrfs.
func Btrfs() Profile {
	return Profile{
		Name: "btrfs", TearUnitBytes: 4096, SizeBeforeData: SizeAfterData, Fill: onlyZero,
		TruncateOrdered: true, SyncNewName: true, SyncFailure: fault.SyncFailureRevert,
	}
}

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
	boolKnob("overwrite-ordered", func(p *Profile) *bool { return &p.OverwriteOrdered }),
	boolKnob("append-ordered", func(p *Profile) *bool { return &p.AppendOrdered }),
	{
		"size-before-data",
		[]string{"anywhere", "tail-block", "never"},
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
	boolKnob("names-ordered", func(p *Profile) *bool { return &p.NamesOrdered }),
	boolKnob("truncate-ordered", func(p *Profile) *bool { return &p.TruncateOrdered }),
	boolKnob("rename-flushes", func(p *Profile) *bool { return &p.RenameFlushes }),
	boolKnob("sync-new-name", func(p *Profile) *bool { return &p.SyncNewName }),
	{
		"sync-older",
		[]string{"none", "dependent", "all"},
		func(p *Profile) int { return int(p.SyncOlder) },
		func(p *Profile, v int) { p.SyncOlder = OlderRule(v) },
	},
	{
		"sync-failure",
		[]string{"unknown", "keep-clean", "revert"},
		func(p *Profile) int { return int(p.SyncFailure) },
		func(p *Profile, v int) { p.SyncFailure = fault.SyncFailure(v) },
	},
}

// ParseProfile reads the name of a profile, which knobs may follow that differ
// from it: "ext4-ordered" or "strict-posix,split-rename=no,tear-bytes=yes".
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
	return fmt.Errorf("unknown profile knob %q: want one of %s", name, strings.Join(names, ", "))
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
	return out
}

// unit returns the tear unit in bytes.
func (p Profile) unit() int64 {
	if p.TearUnitBytes == 0 {
		return 512
	}
	return int64(p.TearUnitBytes)
}
