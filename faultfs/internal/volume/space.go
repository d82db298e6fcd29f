package volume

// Space is how full a disk is.
type Space struct {
	// Limited says that there is a limit: LeftBytes is what it leaves.
	Limited   bool
	LeftBytes int64
	// Refused is how many calls found the disk full so far.
	Refused int
}
