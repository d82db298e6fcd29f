package crash

import "github.com/ackproof/ackproof/faultfs/fault"

// Aftermaths returns the profile once for each thing that a failed fsync may leave on its
// file system, its own first. A disk takes SyncFailure and SyncReport from the same one.
// Clean pages may leave the cache at any time, so that where they are kept they may also be
// lost. A file system of which nothing is promised does what any of the others does.
func (p Profile) Aftermaths() []Profile {
	out := []Profile{p}
	add := func(failure fault.SyncFailure, report fault.SyncReport) {
		other := p
		other.SyncFailure, other.SyncReport = failure, report
		other.Name = other.String()
		out = append(out, other)
	}
	switch p.SyncFailure {
	case fault.SyncFailureClean:
		add(fault.SyncFailureLost, p.SyncReport)
	case fault.SyncFailureUnknown:
		add(fault.SyncFailureClean, fault.SyncReportEachOpen)
		add(fault.SyncFailureLost, fault.SyncReportEachOpen)
		add(fault.SyncFailureRevert, fault.SyncReportEachOpen)
		add(fault.SyncFailureUnknown, fault.SyncReportLate)
	}
	return out
}
