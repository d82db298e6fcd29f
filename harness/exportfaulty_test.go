package harness

// HastyFactory has an engine that acknowledges what a sync still covers, DeafFactory one that
// does not hear of a failed fsync.
var HastyFactory, DeafFactory = hastyFactory, deafFactory
