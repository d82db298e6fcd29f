package crash

// The table of litmusTest tests. The letters after a group name what it follows
// from: A, F, EXT4, MAN, CH, TS, L and [d] as in the comment of [Profile].
var litmuses = []litmusTest{
	// Appends.
	{"append", "f=0", "append f 512 A", []outcomes{
		states("SOW", "f=0", "f=512[A|z]"), // size before data: A; a new block is unwritten: L
		states("XB", "f=0", "f=512A"),      // CH; F
	}},
	{"append within a block", "f=0", "append f 1024 A", []outcomes{
		states("S", "f=0", "f=[512A|512z]*1-2"), // any subset: A; the size by sectors [d]
		states("OW", "f=0", "f=1024[A|z]"),      // a new block as a whole: L
		states("XB", "f=0", "f=1024A"),
	}},
	{"append two blocks", "f=0", "append f 4608 A", []outcomes{
		states("S", "f=0", "f=[512A|512z]*1-9"),                       // any subset: A
		states("OW", "f=0", "f=4096[A|z]", "f=[4096A|4096z]512[A|z]"), // any blocks: L, and extents of one block [d]
		states("XB", "f=0", "f=4096A", "f=4608A"),                     // block prefix: A
	}},
	{"append behind the end of a block", "f=4096A", "append f 512 B", []outcomes{
		states("SOW", "f=4096A", "f=4096A512[B|z]"), // L
		states("XB", "f=4096A", "f=4096A512B"),
	}},
	{"append in an allocated block", "f=2500A", "append f 2500 B", []outcomes{
		// Sectors of block 0 in any way: F; those of block 1 all or none: L.
		states("OW", "f=2500A", "f=2500A[60B|60z][512B|512z]*3", "f=2500A[60B|60z][512B|512z]*3+904[B|z]"),
		states("XB", "f=2500A", "f=2500A1596B", "f=2500A2500B"), // CH; F
		// A: the size ends at any sector, and any sector is missing.
		states("S", "f=2500A", "f=2500A60[B|z]", "f=2500A60[B|z][512B|512z]*1-4",
			"f=2500A60[B|z][512B|512z]*4+392[B|z]"),
	}},
	{"append and append", "f=0", "append f 512 A; append f 512 B", []outcomes{
		states("SOW", "f=0", "f=512[A|z]", "f=512[A|z]512[B|z]"), // no order: A; L, F
		states("XB", "f=0", "f=512A", "f=512A512B"),              // ordered: A
	}},
	{"write beyond the end", "f=512A", "write f 8192 512 B", []outcomes{
		states("S", "f=512A[512z]*0-15", "f=512A7680z512[B|z]"),
		states("OW", "f=512A", "f=512A3584z", "f=512A7680z", "f=512A7680z512[B|z]"), // L
		states("XB", "f=512A", "f=512A3584z", "f=512A7680z", "f=512A7680z512B"),
	}},
	{"append and create", "f=0", "append f 512 A; create g", []outcomes{
		states("SOW", "f=0[| g=0]", "f=512[A|z][| g=0]"), // no order: A; L
		states("XB", "f=0[| g=0]", "f=512A[| g=0]"),      // A x
	}},
	{"appends to two files", "f=0 g=0", "append f 512 A; append g 512 B", []outcomes{
		states("SOW", "f=[0|512A|512z] g=[0|512B|512z]"), // L
		states("XB", "f=[0|512A] g=[0|512B]"),            // A x
	}},
	{"appends to two files, one synced", "f=0 g=0", "append f 512 A; append g 512 B; fsync g", []outcomes{
		states("SOW", "f=[0|512A|512z] g=512B"), // L
		states("XB", "f=[0|512A] g=512B"),
	}},

	// Overwrites.
	{"overwrite in a sector", "f=1024A", "write f 0 100 B", []outcomes{
		states("SOWXB", "f=1024A", "f=100B924A"), // a sector is whole: A
	}},
	{"overwrite sectors of a block", "f=4096A", "write f 0 1024 B", []outcomes{
		states("SOWX", "f=[512A|512B]*2+3072A"), // 512 B: A, A x
		states("B", "f=4096A", "f=1024B3072A"),  // 4 KiB: A, no x
	}},
	{"overwrite across blocks", "f=8192A", "write f 3584 1024 B", []outcomes{
		states("SOWXB", "f=3584A[512A|512B]*2+3584A"), // blocks are not tied: A
	}},
	{"overwrite and create", "f=512A", "write f 0 512 B; create g", []outcomes{
		states("SOWXB", "f=512[A|B][| g=0]"), // no order: A, A x, [d] for btrfs
	}},
	{"overwrite and overwrite", "f=1024A", "write f 0 512 B; write f 512 512 C", []outcomes{
		states("SOWX", "f=512[A|B]512[A|C]"),
		states("B", "f=1024A", "f=512B512A", "f=512B512C"), // one block is one cell
	}},

	// Renames.
	{"replace by rename", "f=512A", "create t; append t 512 B; rename t f", []outcomes{
		states("XB", "f=512A", "f=512A t=[0|512B]", "f=0", "f=512B"),           // empty is allowed: F, L
		states("OW", "f=512A", "f=512A t=[0|512B|512z]", "f=512[B|z]"),         // its size first, auto_da_alloc: L
		states("S", "f=512A[| t=0| t=512B| t=512z]", "f=[0|512B|512z][| t~f]"), // two entries: A
	}},
	{"replace by rename after fsync", "f=512A", "create t; append t 512 B; fsync t; rename t f", []outcomes{
		states("OWXB", "f=512A t=512B", "f=512B"),        // the new entry by fsync: ext4/fsync.c, CH
		states("S", "f=512A[| t=512B]", "f=512B[| t~f]"), // the entry not: MAN
	}},
	{
		"replace by rename after fsync, directory synced", "f=512A",
		"create t; append t 512 B; fsync t; rename t f; dirsync /",
		[]outcomes{states("SOWXB", "f=512B")},
	},
	{
		"replace by rename, directory synced", "f=512A",
		"create t; append t 512 B; rename t f; dirsync /",
		[]outcomes{
			states("XB", "f=[0|512B]"),     // L
			states("OW", "f=512[B|z]"),     // L
			states("S", "f=[0|512B|512z]"), // MAN
		},
	},
	{"create by rename", "", "create t; append t 512 A; rename t f", []outcomes{
		states("XB", "-", "t=[0|512A]", "f=[0|512A]"),
		states("OW", "-", "t=[0|512A|512z]", "f=[0|512A|512z]"),
		states("S", "-", "t=[0|512A|512z]", "f=[0|512A|512z][| t~f]"),
	}},
	{"fsync and rename without directory", "", "create t; append t 512 A; fsync t; rename t f", []outcomes{
		states("OWXB", "t=512A", "f=512A"),
		states("S", "-", "t=512A", "f=512A[| t~f]"),
	}},
	{"rename a directory", "d/ d/x=512A", "rename d e", []outcomes{
		states("SOWXB", "d/ d/x=512A", "e/ e/x=512A"), // [d]: no directory has two parents
	}},
	{"rename across directories", "d/ e/ d/x=512A", "rename d/x e/x", []outcomes{
		states("OWXB", "d/ e/ d/x=512A", "d/ e/ e/x=512A"), // atomic: A
		states("S", "d/ e/ [|d/x=512A|e/x=512A|d/x=512A e/x~d/x]"),
	}},

	{"rename a directory over an empty one", "d/ d/x=512A e/", "replace d e", []outcomes{
		states("SOWXB", "d/ d/x=512A e/", "e/ e/x=512A"), // as above [d]
	}},
	{"rename a directory over one that was emptied", "d/ e/ e/x=0", "unlink e/x; replace d e", []outcomes{
		states("OWX", "d/ e/ e/x=0", "d/ e/", "e/"),
		states("SB", "d/ e/[| e/x=0]", "e/"), // what is in a lost directory is lost
	}},
	{"exchange", "f=512A g=512B", "exchange f g", []outcomes{
		states("OWXB", "f=512A g=512B", "f=512B g=512A"), // one transaction: rename(2)
		states("S", "f=512A g=512B", "f=512B g=512A", "f=512A g~f", "f=512B g~f"),
	}},
	{"exchange a file and a directory", "f=512A d/ d/x=0", "exchange f d", []outcomes{
		states("SOWXB", "f=512A d/ d/x=0", "d=512A f/ f/x=0"), // [d]: no directory has two parents
	}},
	{"exchange for a new file", "f=512A", "create t; append t 512 B; exchange t f", []outcomes{
		states("XB", "f=512A[| t=0| t=512B]", "f=[0|512B] t=512A"), // as a replacement, and the old one stays
		states("OW", "f=512A[| t=0| t=512B| t=512z]", "f=[0|512B|512z] t=512A"),
		states("S", "f=512A[| t=0| t=512B| t=512z]", "f=[0|512B|512z][| t~f| t=512A]", "f=512A t~f"),
	}},

	// Names.
	{"symlink", "f=512A", "symlink s f", []outcomes{
		states("SOWXB", "f=512A[| s->f]"), // the target is in the inode: EXT4
	}},
	{"symlink and create", "", "symlink s f; create f", []outcomes{
		states("OWX", "-", "s->f", "s->f f=0"),
		states("SB", "[|s->f][| f=0]"),
	}},
	{"symlink by rename", "f=512A s->f", "symlink t g; rename t s", []outcomes{
		states("OWXB", "f=512A s->f", "f=512A s->f t->g", "f=512A s->g"),
		states("S", "f=512A s->f[| t->g]", "f=512A s->g[| t~s]"),
	}},
	{"create and create", "", "create a; create b", []outcomes{
		states("OWX", "-", "a=0", "a=0 b=0"),       // one journal: A, TS; in order: CH
		states("SB", "-", "a=0", "b=0", "a=0 b=0"), // A; A x
	}},
	{"create and unlink", "m=512A", "create n; unlink m", []outcomes{
		states("OWXB", "m=512A", "m=512A n=0", "n=0"), // in order; on btrfs too: L
		states("S", "[m=512A |][n=0|]"),               // A
	}},
	{"create and unlink in two directories", "d/ e/ d/m=0", "create e/n; unlink d/m", []outcomes{
		states("OWX", "d/ e/ d/m=0", "d/ e/ d/m=0 e/n=0", "d/ e/ e/n=0"),
		states("SB", "d/ e/[| d/m=0][| e/n=0]"), // btrfs: each on its own: L
	}},
	{"create and rename", "x=512A", "create n; rename x y", []outcomes{
		states("OWXB", "x=512A", "n=0 x=512A", "n=0 y=512A"), // a name goes last: L
		states("S", "[|n=0 ][|x=512A|y=512A|x=512A y~x]"),
	}},
	{"create and rename in another directory", "d/ e/ d/x=0", "create e/n; rename d/x d/y", []outcomes{
		states("OWX", "d/ e/ d/x=0", "d/ e/ d/x=0 e/n=0", "d/ e/ d/y=0 e/n=0"),
		states("B", "d/ e/ d/[x|y]=0[| e/n=0]"), // L
		states("S", "d/ e/[| d/x=0| d/y=0| d/x=0 d/y~d/x][| e/n=0]"),
	}},
	{"link and unlink", "a=512A", "link a b; unlink a", []outcomes{
		states("OWXB", "a=512A", "a=512A b~a", "b=512A"), // L
		states("S", "a=512A", "a=512A b~a", "b=512A", "-"),
	}},
	{"unlink and unlink", "a=0 b=0", "unlink a; unlink b", []outcomes{
		states("OWXB", "a=0 b=0", "b=0", "-"), // as a removal after a creation [d]
		states("S", "[a=0 |][b=0|]"),
	}},
	{"create, unlink and fsync", "c=0", "create a; unlink c; create b; fsync b", []outcomes{
		states("OWX", "a=0 b=0"),                         // b's entry pulls what its journal has before
		states("B", "b=0 c=0", "a=0 b=0 c=0", "a=0 b=0"), // b alone overtakes: L
		states("S", "[a=0 |][b=0 |][c=0|]"),
	}},
	{"create in a new directory", "", "mkdir d; create d/x", []outcomes{
		states("SOWXB", "-", "d/", "d/ d/x=0"), // what is in a lost directory is lost
	}},
	{"unlink", "a=512A", "unlink a", []outcomes{
		states("SOWXB", "a=512A", "-"), // it may come back
	}},
	{"unlink and create", "a=512A", "unlink a; create b", []outcomes{
		states("OWX", "a=512A", "-", "b=0"),
		states("SB", "[a=512A |][b=0|]"),
	}},
	{"unlink and create again", "a=512A", "unlink a; create a; append a 512 B; fsync a", []outcomes{
		states("OWXB", "a=512B"),
		states("S", "a=512A", "-", "a=512B"),
	}},
	{"link", "a=512A", "link a b", []outcomes{
		states("SOWXB", "a=512A[| b~a]"),
	}},

	// Truncations.
	{"truncate down", "f=1024A", "truncate f 512", []outcomes{
		states("SOWX", "f=1024A", "f=512A", "f=512A512z"), // size and bytes apart: A; L
		states("B", "f=1024A", "f=512A"),                  // L
	}},
	{"truncate and create", "f=1024A", "truncate f 512; create g", []outcomes{
		states("OWX", "f=1024A", "f=512A512z", "f=512A", "f=512A g=0"), // in the journal's order: L
		states("B", "f=[1024A|512A][| g=0]"),
		states("S", "f=[1024A|512A|512A512z][| g=0]"),
	}},
	{"truncate and append", "f=1024A", "truncate f 512; append f 512 B", []outcomes{
		states("SOWX", "f=1024A", "f=512A", "f=512A512[B|z]"), // with the old size or the new one: L
		states("B", "f=1024A", "f=512A", "f=512A512B"),
	}},
	{"truncate and append before old bytes", "f=2048A", "truncate f 512; append f 512 B", []outcomes{
		// The old size, with each sector cut, or not yet, or written anew: L.
		states("O", "f=512A[512A|512z|512B][512A|512z]*2", "f=512A", "f=512A512[B|z]"),
		states("X", "f=512A[512A|512z|512B][512A|512z]*2", "f=512A", "f=512A512B"),
		states("SW", "f=512A[512A|512z|512B][512A|512z]*2", "f=512A", "f=512A512[A|B|z]"), // cut bytes come back: L
		states("B", "f=2048A", "f=512A", "f=512A512B"),
	}},
	{"truncate and write beyond", "f=2048A", "truncate f 512; write f 1024 512 B", []outcomes{
		states("O", "f=512A[512A|512z][512A|512z|512B][512A|512z]", "f=512A", "f=512A512z512[B|z]"),
		states("X", "f=512A[512A|512z][512A|512z|512B][512A|512z]", "f=512A", "f=512A512z512B"),
		states("W", "f=512A[512A|512z][512A|512z|512B][512A|512z]", "f=512A", "f=512A[512A|512z][512A|512z|512B]"), // f=1536A: L
		states("S", "f=512A[512A|512z][512A|512z|512B][512A|512z]", "f=512A[512A|512z]*0-1", "f=512A[512A|512z][512A|512z|512B]"),
		states("B", "f=2048A", "f=512A", "f=512A512z512B"),
	}},
	{"truncate in a sector and grow", "f=1000A", "truncate f 300; truncate f 1000", []outcomes{
		states("SOWX", "f=[512A|300A212z][488A|488z]", "f=300A"), // L
		states("B", "f=1000A", "f=300A", "f=300A700z"),
	}},
	{"truncate and fsync", "f=2048A", "truncate f 512; fsync f", []outcomes{
		states("SOWXB", "f=512A"),
	}},
	{"truncate to nothing and append", "f=1024A", "truncate f 0; append f 512 B", []outcomes{
		states("OW", "f=1024A", "f=0", "f=512[B|z]"), // a whole block goes with the size: L
		states("XB", "f=1024A", "f=0", "f=512B"),
		states("S", "f=[512A|512z|512B][512A|512z]", "f=0", "f=512[A|B|z]"),
	}},
	{"truncate up", "f=512A", "truncate f 1024", []outcomes{
		states("SOWXB", "f=512A", "f=512A512z"),
	}},

	// Syncs.
	{"fsync a new file", "", "create f; append f 512 A; fsync f", []outcomes{
		states("OWXB", "f=512A"),
		states("S", "-", "f=512A"), // MAN
	}},
	{"sync the directory of a new file", "", "create f; append f 512 A; dirsync /", []outcomes{
		states("XB", "f=0", "f=512A"),
		states("SOW", "f=0", "f=512[A|z]"), // L
	}},
	{"fsync and append", "f=0", "append f 512 A; fsync f; append f 512 B", []outcomes{
		states("SOW", "f=512A", "f=512A512[B|z]"),
		states("XB", "f=512A", "f=512A512B"),
	}},
	{"fsync and older names", "f=0", "create a; append f 512 A; fsync f", []outcomes{
		states("SOWXB", "f=512A[| a=0]"), // both are sampled: TS; CH; no
	}},
	{"fsync a new file and older names", "", "create a; create b; fsync b", []outcomes{
		states("OWX", "a=0 b=0"), // b's entry pulls what its journal has before
		states("B", "b=0[| a=0]"),
		states("S", "[a=0 |][b=0|]"),
	}},
	{"fsync after rename", "f=512A", "rename f g; fsync g", []outcomes{
		states("X", "g=512A"),                              // older dependents: CH
		states("OWB", "f=512A", "g=512A"),                  // TS, weak reading; no
		states("S", "-", "f=512A", "g=512A", "f=512A g~f"), // A
	}},
	{"fsync in a new directory", "", "mkdir d; create d/f; fsync d/f", []outcomes{
		states("OWX", "d/ d/f=0"),
		states("B", "-", "d/ d/f=0"), // no order among names: A x
		states("S", "-", "d/", "d/ d/f=0"),
	}},
	{"sync a new directory", "", "mkdir d; create d/f; dirsync d", []outcomes{
		states("OWXB", "d/ d/f=0"), // a directory's own entry as a file's [d]
		states("S", "-", "d/ d/f=0"),
	}},
	{"fdatasync", "f=0", "append f 512 A; fdatasync f", []outcomes{
		states("SOWXB", "f=512A"), // the size too: MAN
	}},
	{"sync_file_range", "f=0", "append f 512 A; range f", []outcomes{
		states("SOW", "f=0", "f=512[A|z]"), // never a barrier: MAN
		states("XB", "f=0", "f=512A"),
	}},
	// Failed syncs, then one that says that all is well.
	{"failed fsync of an overwrite", "f=512A", "write f 0 512 B; failsync f; fsync f", []outcomes{
		states("SOWX", "f=512A", "f=512B"), // unknown [d]; the page is clean: CUT
		states("B", "f=512A"),              // the old data again: CUT
	}},
	{"failed fsync of an append", "f=0", "append f 512 A; failsync f; fsync f", []outcomes{
		states("S", "f=0", "f=512[A|z]"), // [d]
		states("OWX", "f=512[A|z]"),      // the size is metadata, which is not clean: CUT
		states("B", "f=0"),               // CUT
	}},
	{"failed fsync and append", "f=0", "append f 512 A; failsync f; append f 512 B; fsync f", []outcomes{
		states("SOWX", "f=512[A|z]512B"), // what is written later is safe
		states("B", "f=512B"),            // at the end, which is the old one
	}},
	{"failed fsync and overwrite", "f=0", "append f 512 A; failsync f; write f 0 100 B; fsync f", []outcomes{
		states("S", "f=0", "f=100B412A"), // the size may have failed too [d]
		states("OWX", "f=100B412A"),      // the sector is dirty again, and whole
		states("B", "f=100B"),
	}},
	{"O_SYNC", "f=0", "osync f 0 512 A", []outcomes{states("SOWXB", "f=512A")}},
	{"O_DSYNC", "f=0", "odsync f 0 512 A", []outcomes{states("SOWXB", "f=512A")}},
}
