package canary

// settle makes what was recovered durable: the names, and what was appended to files. A
// killed process may have left that in the page cache only, and one whose fsync failed
// where no fsync reaches it, so it is written to a new file.
func (e *plain) settle() error {
	if !e.unsettled || e.plant == skipsLateSync {
		return nil
	}
	if e.appended && e.tail.file == nil {
		return e.rewrite(e.state, both)
	}
	err := e.try(e.syncDir())
	e.unsettled = err != nil
	return err
}
