package crash

// What calls leave that a fault failed: nothing, a part, or all that they were to do. The
// engine was told the same each time.
var faultLitmuses = []litmusTest{
	{"a write that failed, and landed all the same", "f=0", "arm write 1 lands=yes; failing append f 512 A", []outcomes{
		states("SOW", "f=0", "f=512[A|z]"),
		states("XB", "f=0", "f=512A"),
	}},
	{"a write that failed and landed, and an fsync", "f=0", "arm write 1 lands=yes; failing append f 512 A; fsync f", []outcomes{
		states("SOWXB", "f=512A"),
	}},
	{"a write that failed and did nothing", "f=512A", "arm write 1; failing write f 0 512 B; fsync f", []outcomes{
		states("SOWXB", "f=512A"),
	}},
	{"a short write", "f=0", "arm write 1 error=short; failing append f 1025 A; fsync f", []outcomes{
		states("SOWXB", "f=512A"),
	}},
	{"a rename that failed and landed", "f=512A g=512B", "arm rename 1 lands=yes; failing rename g f; dirsync /", []outcomes{
		states("SOWXB", "f=512B"),
	}},
	{"a removal that failed and did nothing", "f=512A", "arm remove 1; failing unlink f; dirsync /", []outcomes{
		states("SOWXB", "f=512A"),
	}},
	{"an fsync that failed and landed", "f=512A", "arm fsync 1 lands=yes; write f 0 512 B; failing fsync f", []outcomes{
		states("SOWXB", "f=512B"),
	}},
	{"an fsync that a signal interrupts is begun again", "f=512A", "arm fsync 1 error=EINTR; write f 0 512 B; fsync f", []outcomes{
		states("SOWXB", "f=512B"),
	}},
	{"a failed fsync of a directory forces no name", "f=0", "arm fsync-dir 1; create g; failing dirsync /", []outcomes{
		states("SOWXB", "f=0", "f=0 g=0"),
	}},
	{"a full disk keeps what it had space for", "f=0", "space 700; failing append f 1024 A; failing create g; fsync f", []outcomes{
		states("SOWXB", "f=700A"),
	}},
	{"a full disk has space again", "f=0", "space 512; failing append f 1024 A; space all; append f 512 B; fsync f", []outcomes{
		states("SOWXB", "f=512A512B"),
	}},
	{"what is within a file's size takes no space", "f=512A", "space 0; write f 0 512 B; fsync f", []outcomes{
		states("SOWXB", "f=512B"),
	}},
}
