package volume

// Gate decides who goes on where calls of a disk overlap. Its methods may wait. They
// are called without any lock of the disk, by whoever makes the call.
type Gate interface {
	// Pass is called before each call.
	Pass()
	// Hold is called while a sync runs, which covers what was written before.
	Hold()
	// Stick is called while a sync is stuck, which goes on when it returns: at the latest
	// once released is closed.
	Stick(released <-chan struct{})
}
