package crash

import "github.com/ackproof/ackproof/faultfs/fault"

// Profile is what a file system promises about a crash: which effects a sync
// forces, which order holds among the rest, and what can tear. The zero value
// promises next to nothing; [Profiles] lists those of real file systems.
//
// Sources: A is ALICE (OSDI'14, table 1), F is Ferrite (ASPLOS'16), EXT4 the
// kernel's documentation of ext4, MAN fsync(2), CH and TS Chinner and Ts'o on
// linux-fsdevel, CUT "Can applications recover from fsync failures?" (ATC'20).
// Where they disagree, the weaker reading is the profile's.
type Profile struct {
	// Name is the name that reports show.
	Name string

	// TearUnitBytes is the largest write that a power failure cannot tear, 512 or
	// 4096. ALICE (A) found whole 512-byte sectors everywhere, and whole 4 KiB
	// blocks on btrfs only. 0 means 512.
	TearUnitBytes int
	// TearBytes lets a power failure tear within the unit as well, at any byte.
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

const (
	// FillZero is zeros.
	FillZero Fill = iota
	// FillGarbage is bytes that nobody wrote.
	FillGarbage
	// FillStale is bytes that were written once, elsewhere or before; garbage
	// where there are none.
	FillStale
)

var fillNames = [...]string{FillZero: "zero", FillGarbage: "garbage", FillStale: "stale"}

// String returns the word for f, "unknown" for none of these.
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

// Profiles returns strict-posix and the profiles of real file systems, weakest
// first. The slice is the caller's.
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

// Ext4Writeback is ext4 with data=writeback: as [Ext4Ordered], but a size may be
// durable before the bytes under it (EXT4).
func Ext4Writeback() Profile {
	p := Ext4Ordered()
	p.Name, p.SizeBeforeData, p.Fill = "ext4-writeback", SizeAnywhere, anyFill
	return p
}

// XFS is xfs: the size follows the bytes, and an fsync forces what happened to the
// file's own names (CH).
func XFS() Profile {
	p := Ext4Ordered()
	p.Name, p.SizeBeforeData, p.SyncOlder = "xfs", SizeAfterData, OlderDependent
	return p
}

// Btrfs is btrfs: 4 KiB blocks are whole and names in no order (A), the size follows
// the bytes (F), and a failed fsync takes them back (CUT).
func Btrfs() Profile {
	return Profile{
		Name: "btrfs", TearUnitBytes: 4096, SizeBeforeData: SizeAfterData, Fill: onlyZero,
		TruncateOrdered: true, SyncNewName: true, SyncFailure: fault.SyncFailureRevert,
	}
}

func (p Profile) unit() int64 {
	if p.TearUnitBytes == 0 {
		return 512
	}
	return int64(p.TearUnitBytes)
}
