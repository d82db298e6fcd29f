package crash

import (
	"fmt"

	"github.com/ackproof/ackproof/faultfs/fault"
)

// Profile is what a file system promises about a crash: which effects a sync
// forces, which order holds among the rest, and what can tear. The zero value
// promises next to nothing; [Profiles] lists those of real file systems.
//
// Sources: A is ALICE (OSDI'14, table 1), F is Ferrite (ASPLOS'16), EXT4 the
// kernel's documentation of ext4, MAN fsync(2), CH and TS Chinner and Ts'o on
// linux-fsdevel, CUT "Can applications recover from fsync failures?" (ATC'20), L
// what power failures left on Linux 6.18. Where the others disagree, the weaker
// reading is the profile's; where L differs from them, it is right.
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

	// PhysicalSectorBytes is what the device writes at once, 512 or 4096; 0 means 512. A
	// power failure may make garbage of all of a larger one, synced neighbours of the
	// bytes that were written included.
	PhysicalSectorBytes int
	// Unreadable lets a power failure leave the physical sector that was being written
	// unreadable, until it is written over.
	Unreadable bool

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
	// NamesOrdered says which changes of names are durable in their order.
	NamesOrdered NamesRule
	// TruncateOrdered: truncating is metadata, which stands in the order of names
	// and takes the blocks that it cut with it [derived]. Otherwise it is an
	// unordered change of size, and of bytes (A).
	TruncateOrdered bool
	// TruncatedTail says when the bytes are zeroed that a truncation cuts from the
	// block in which the file then ends.
	TruncatedTail TailRule
	// RenameFlushes says what of the new file a rename over another one waits for.
	RenameFlushes RenameRule

	// SyncNewName: fsync of a file that has no durable name forces its name. MAN
	// promises nothing; ext4, xfs and btrfs do it.
	SyncNewName bool
	// SyncOlder says which changes of names fsync of a file forces besides.
	SyncOlder OlderRule
	// SyncFailure says what a failed fsync leaves to later ones.
	SyncFailure fault.SyncFailure
	// SyncReport says who is told of it. It changes what calls say, and no crash state.
	SyncReport fault.SyncReport

	// FlushesLie: a sync forces nothing, as on a device that acknowledges flushes and does
	// none. Nothing then keeps what it promises to keep.
	FlushesLie bool

	// Disks are directories at which other disks are mounted, by path, with a colon
	// between them. Nothing that happens on one disk is ordered with what happens on
	// another. A journal's disk must have them too.
	Disks string
}

// SizeRule says where a longer size may be durable before the bytes under it.
type SizeRule uint8

const (
	// SizeAnywhere: in any block (A; ext4's data=writeback).
	SizeAnywhere SizeRule = iota
	// SizeInNewBlocks: in the block that already ended the file, by sectors, and in
	// new ones, of which all bytes are durable or none: they are allocated as
	// unwritten, and the size does not wait until they are written (L on ext4).
	SizeInNewBlocks
	// SizeInTailBlock: only within the block that already ended the file; the
	// bytes of new blocks come first (EXT4; L on ext4 without delayed allocation).
	SizeInTailBlock
	// SizeAfterData: nowhere; the size follows the bytes (CH on xfs, F on btrfs).
	SizeAfterData
)

// NamesRule says which changes of names are durable in their order.
type NamesRule uint8

const (
	// NamesUnordered: none but those of one name (A's default).
	NamesUnordered NamesRule = iota
	// NamesRemovalsLast: no name goes before the older changes in its directory are
	// durable; a new name may overtake them, and directories are on their own (L on
	// btrfs).
	NamesRemovalsLast
	// NamesInOrder: all, and truncations if TruncateOrdered: one journal (A, TS), or
	// replayed in order (CH).
	NamesInOrder
)

// TailRule says when the bytes are zeroed that a truncation cuts from the block in
// which the file then ends.
type TailRule uint8

const (
	// TailUnordered: sector by sector, before or after the size (A; L on ext4 with
	// data=writeback).
	TailUnordered TailRule = iota
	// TailBeforeSize: sector by sector, before the size (L on ext4 and xfs).
	TailBeforeSize
	// TailWithSize: with the size, as one change (L on btrfs).
	TailWithSize
)

// RenameRule says what of a file must be durable before a rename of it over another.
type RenameRule uint8

const (
	// RenameFlushesNothing: neither bytes nor size (F; L on xfs and btrfs).
	RenameFlushesNothing RenameRule = iota
	// RenameFlushesSize: its size, not the bytes under it, as ext4's auto_da_alloc
	// allocates its blocks and does not wait until they are written (L).
	RenameFlushesSize
	// RenameFlushesAll: both. F broke it, so no profile has it.
	RenameFlushesAll
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
		Name: "ext4-ordered", TearUnitBytes: 512, SizeBeforeData: SizeInNewBlocks, Fill: onlyZero,
		NamesOrdered: NamesInOrder, TruncateOrdered: true, TruncatedTail: TailBeforeSize,
		RenameFlushes: RenameFlushesSize, SyncNewName: true, SyncFailure: fault.SyncFailureClean, SyncReport: fault.SyncReportEachOpen,
	}
}

// Ext4Writeback is ext4 with data=writeback: as [Ext4Ordered], but bytes that a
// truncation cut from a block can come back under a size of later (L). The bytes of
// other files show only without delayed allocation: then add
// size-before-data=anywhere,fill=any.
func Ext4Writeback() Profile {
	p := Ext4Ordered()
	p.Name, p.TruncatedTail = "ext4-writeback", TailUnordered
	return p
}

// XFS is xfs: the size follows the bytes, a rename waits for neither (L), and an
// fsync forces what happened to the file's own names (CH).
func XFS() Profile {
	return Profile{
		Name: "xfs", TearUnitBytes: 512, SizeBeforeData: SizeAfterData, Fill: onlyZero,
		NamesOrdered: NamesInOrder, TruncateOrdered: true, TruncatedTail: TailBeforeSize,
		SyncNewName: true, SyncOlder: OlderDependent, SyncFailure: fault.SyncFailureClean, SyncReport: fault.SyncReportEachOpen,
	}
}

// Btrfs is btrfs: 4 KiB blocks are whole (A), names are ordered within a directory
// as far as one goes (L), the size follows the bytes (F), and a failed fsync takes
// them back (CUT).
func Btrfs() Profile {
	return Profile{
		Name: "btrfs", TearUnitBytes: 4096, SizeBeforeData: SizeAfterData, Fill: onlyZero,
		NamesOrdered: NamesRemovalsLast, TruncateOrdered: true, TruncatedTail: TailWithSize,
		SyncNewName: true, SyncFailure: fault.SyncFailureRevert, SyncReport: fault.SyncReportEachOpen,
	}
}

// Assumes says what crashes under p take for granted of the disk itself.
func (p Profile) Assumes() string {
	if p.TearBytes {
		return "a disk that tears any write, and keeps what it flushed"
	}
	return fmt.Sprintf("a disk that tears no %d bytes, and keeps what it flushed", p.unit())
}

// damages returns what may become of a physical sector that is being written.
func (p Profile) damages() (out []Damage) {
	if p.PhysicalSectorBytes > 512 {
		out = append(out, DamageGarbage)
	}
	if p.Unreadable {
		out = append(out, DamageUnreadable)
	}
	return out
}

// physical returns the bytes that the device writes at once.
func (p Profile) physical() int64 { return max(p.unit(), int64(p.PhysicalSectorBytes)) }

func (p Profile) unit() int64 {
	if p.TearUnitBytes == 0 {
		return 512
	}
	return int64(p.TearUnitBytes)
}
