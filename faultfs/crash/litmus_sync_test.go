package crash

// What a sync covers: what was written before it began, and no more, though it returns
// later. fsync(2) transfers the data that is modified when it is called.
var syncLitmuses = []litmusTest{
	{"overwrite while fsync runs", "f=1024A", "fsync f while write f 0 512 B", []outcomes{
		states("SOWXB", "f=1024A", "f=512B512A"),
	}},
	{"overwrites before and while fsync runs", "f=1024A", "write f 0 512 B; fsync f while write f 512 512 C", []outcomes{
		states("SOWXB", "f=512B512A", "f=512B512C"),
	}},
	{"the same sector before and while fdatasync runs", "f=512A", "write f 0 512 B; fdatasync f while write f 0 512 C", []outcomes{
		states("SOWXB", "f=512B", "f=512C"),
	}},
	{"names before and while fsync of a directory runs", "f=0", "create g; dirsync / while create h", []outcomes{
		states("SOWXB", "f=0 g=0", "f=0 g=0 h=0"),
	}},
	{"the next fsync covers it", "f=1024A", "fsync f while write f 0 512 B; fsync f", []outcomes{
		states("SOWXB", "f=512B512A"),
	}},
	{"a failed fsync fails nothing that came while it ran", "f=1024A", "write f 0 512 B; failsync f while write f 512 512 C; fsync f", []outcomes{
		states("SOWX", "f=512A512C", "f=512B512C"),
		states("B", "f=1024A"),
	}},
}
