package canary_test

import (
	"github.com/ackproof/ackproof/faultfs/fault"
)

// explained is what an explanation must say of a canary.
type explained struct {
	// words must be in its sentence.
	words []string
	// culprit is a pattern of the file or directory that lost something, "" where
	// nothing needs to be lost.
	culprit string
	// sync is the pattern of the file or directory that was not synced and call the
	// word of the call in which it was not; "" where no sync was forgotten.
	sync, call string
	// but is what the explanation says where no fsync helps.
	but string
	// calls is the most calls that it takes to show it, 0 for 3.
	calls int
	// oneLife leaves out lives after a crash: what they do is drawn, and a bug that shows
	// there first is not always made small.
	oneLife bool
	// nowhere says that the bug left no trace in any journal: what is wrong was
	// not done, or done in memory only.
	nowhere bool
	// fails is the call of the file system whose failure shows the bug, if it takes one. With
	// nowhere, what is wrong is what the engine made of the error later.
	fails fault.Call
}

// explanations are by canary.
var explanations = map[string]explained{
	"no-sync-on-persist":            {words: []string{"call 2 persist", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "persist"},
	"ack-before-sync":               {words: []string{"call 2 persist", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "persist"},
	"sync-of-wrong-file":            {words: []string{"call 3 persist", "the log ends at"}, culprit: "*.more", sync: "*.more", call: "persist"},
	"disk-lies-about-sync":          {words: []string{"call 2 persist", "the log is empty"}, culprit: "*.seg", sync: "*.seg", call: "persist", nowhere: true},
	"flush-does-nothing":            {words: []string{"made durable by call 3 flush", "the log is empty"}, culprit: "*.seg", sync: "*.seg", call: "flush", nowhere: true},
	"flush-of-newest-file-only":     {words: []string{"made durable by call 4 flush", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "persist"},
	"dirty-flag-before-sync":        {words: []string{"call 2 persist", "made durable by call 4 flush"}, culprit: "*.seg", sync: "*.seg", call: "flush", nowhere: true},
	"counts-during-sync":            {calls: 4, words: []string{"made durable by call", "flush"}, culprit: "*.seg", sync: "*.seg", call: "flush", nowhere: true},
	"new-name-not-synced":           {words: []string{"call 3 persist", "the log ends at"}, culprit: "*.more", sync: "/db", call: "persist"},
	"rename-without-file-sync":      {words: []string{"call 2 persist", "during call 3 purge"}, culprit: "*.base.new", sync: "*.base.new", call: "purge"},
	"rename-without-directory-sync": {words: []string{"call 2 persist", "the log is empty"}, culprit: "*.base.new", sync: "/db", call: "persist"},
	"truncate-not-synced":           {words: []string{"call 3 truncate", "the log ends at"}, culprit: "*.base", sync: "*.base", call: "truncate"},

	"old-tail-behind-new-entries": {words: []string{"followed after the crash by", "lost nothing"}, but: "more than one step"},
	"hole-in-batch":               {words: []string{"the log begins at 2 after the crash, yet no call purged 1-1", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope", oneLife: true},
	"batch-not-atomic":            {words: []string{"persist 1-7 (term 0)", "is atomic"}, culprit: "*.base", but: "recovery has to cope", oneLife: true},
	"replace-not-atomic":          {words: []string{"call 3 replace", "is atomic", "lost nothing"}, but: "more than one step"},
	"purge-before-boundary":       {words: []string{"purge boundary", "call 3 purge", "lost nothing"}, but: "more than one step"},

	"boundary-lost":              {words: []string{"the purge boundary is none", "call 3 purge", "lost nothing"}, but: "what is written is wrong"},
	"boundary-with-wrong-term":   {words: []string{"(term 1), by call 4 purge", "it is 2 (term 0)", "lost nothing"}, but: "what is written is wrong"},
	"last-index-of-entries-only": {words: []string{"the last index is 0", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},
	"stale-range":                {words: []string{"call 4 read-range", "returned nothing"}, but: "without a crash", nowhere: true},

	"hard-state-in-place":    {words: []string{"call 2 save-hard-state", "the hard state is none"}, culprit: "hardstate", but: "more than one step"},
	"hard-state-not-synced":  {words: []string{"call 2 save-hard-state", "the hard state is none"}, culprit: "hardstate.new", sync: "hardstate", call: "save-hard-state"},
	"hard-state-torn":        {words: []string{"which was never saved", "call 2 save-hard-state", "lost nothing"}, but: "more than one step"},
	"vote-after-entries":     {words: []string{"call 2 save-hard-state", "call 3 persist", "the hard state is none"}, but: "call 2 save-hard-state term 0 vote 0 returned at event 4 and had written nothing", nowhere: true},
	"reset-loses-hard-state": {words: []string{"call 2 save-hard-state", "call 4 reset", "lost nothing"}, but: "what is written is wrong"},

	"zeros-taken-for-entry":        {words: []string{"came back after the crash with 0 bytes", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope"},
	"recovery-cuts-acked":          {words: []string{"call 2 persist", "during call 3 persist"}, culprit: "*.base", but: "recovery has to cope"},
	"recovery-differs-second-time": {words: []string{"the second showed", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope"},
	"append-behind-torn-tail":      {words: []string{"the second showed", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope"},
	"recovered-not-durable":        {words: []string{"the recovery of call 4 showed", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "reopen"},
	"directory-name-trusted":       {calls: 5, words: []string{"persist 1", "the log is empty"}, culprit: "/db", sync: "/", call: "persist", nowhere: true},
	"refuses-torn-tail":            {words: []string{"open after the crash failed: error"}, culprit: "*.base", but: "recovery has to cope"},
	"panics-on-torn-tail":          {words: []string{"open after the crash failed: panic"}, culprit: "*.base", but: "recovery has to cope"},
	"hangs-on-torn-tail":           {words: []string{"open after the crash failed: hang"}, culprit: "*.base", but: "recovery has to cope"},
	"read-only-after-torn-tail":    {words: []string{"probe failed", "read-only"}, culprit: "*.base", but: "recovery has to cope"},

	"close-not-synced":       {words: []string{"made durable by call 3 close", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "close", nowhere: true},
	"flush-skips-recovered":  {calls: 4, words: []string{"made durable by call 5 flush", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "flush", nowhere: true},
	"append-split":           {words: []string{"call 2 persist 1-2", "is atomic", "lost nothing"}, but: "more than one step"},
	"tail-cut-by-recovery":   {words: []string{"call 3 persist 1", "the log ends at 1", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},
	"last-index-before-sync": {words: []string{"was shown by call 3 read-last-index", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "read-last-index", nowhere: true},

	"flush-forgets-full-file": {words: []string{"made durable by call 4 flush", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "persist"},
	"record-beyond-buffer":    {words: []string{"call 2 persist 1", "the log is empty", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},
	"zero-payload-ends-log":   {words: []string{"call 2 persist 1", "the log is empty", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},
	"table-of-entries-full":   {words: []string{"returned before the crash, yet the log ends at", "lost nothing"}, but: "or what recovery makes of it", nowhere: true},

	"fsync-error-ignored":                  {fails: fault.Fsync, words: []string{"call 2 persist 1", "the log is empty; call 2 had succeeded though a fault fired in it"}},
	"close-error-ignored":                  {fails: fault.Write, calls: 7, words: []string{"save-hard-state", "the hard state is none", "had succeeded though a fault fired in it"}},
	"rename-error-ignored":                 {fails: fault.Rename, words: []string{"call 2 save-hard-state", "the hard state is none; call 2 had succeeded though a fault fired in it"}},
	"later-directory-fsync-errors-ignored": {fails: fault.FsyncDir, words: []string{"call 2 save-hard-state", "the hard state is none; call 2 had succeeded though a fault fired in it"}},
	"rename-after-short-write":             {fails: fault.Write, calls: 7, words: []string{"had succeeded though a fault fired in it"}},
	"fsync-without-space-ignored":          {fails: fault.Fsync, words: []string{"call 2 persist 1", "the log is empty; call 2 had succeeded though a fault fired in it"}},
	"hard-state-error-only-logged":         {fails: fault.Create, words: []string{"call 2 save-hard-state", "the hard state is none; call 2 had succeeded though a fault fired in it"}},
	"read-error-taken-for-end":             {fails: fault.Open, words: []string{"call 2 persist 1", "the reopen after a fault, yet the log is empty; call 4 had succeeded though a fault fired in it"}},
	"list-error-taken-for-no-files":        {fails: fault.Open, words: []string{"call 2 persist 1", "the reopen after a fault, yet the log is empty; call 4 had succeeded though a fault fired in it"}},
	"fsync-retried":                        {fails: fault.Fsync, words: []string{"call 2 persist 1", "the log is empty; call 2 had succeeded though a fault fired in it"}},
	"goes-on-after-failed-fsync":           {fails: fault.Fsync, calls: 7, words: []string{"returned before the crash, yet the log"}},
	"state-ahead-of-failed-write":          {fails: fault.Write, nowhere: true, calls: 7, words: []string{"the log begins at 2 after the crash, yet no call purged 1"}},
	"half-record-buried":                   {fails: fault.Write, nowhere: true, calls: 7, words: []string{"returned before the crash, yet the log"}},
	"full-disk-wedges":                     {fails: fault.Write, nowhere: true, calls: 7, words: []string{"read-only: no space left on device"}},
	"stuck-sync-blocks-readers":            {calls: 9, words: []string{"stuck"}, nowhere: true},
	"crash-leftovers-kept":                 {calls: 12, words: []string{"went from 0 files", "new-1", "crashes"}, but: "without a crash", nowhere: true},
	"purged-files-kept":                    {calls: 12, words: []string{"went from 0 files", ".base", "crashes"}, but: "without a crash", nowhere: true},
	"cancelled-call-keeps-lock":            {calls: 9, words: []string{"call"}, but: "without a crash", nowhere: true},

	"durable-index-at-open":           {calls: 4, words: []string{"call 5 read-durable-index returned before the crash, so that the entries up to 1 were durable", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "read-durable-index", nowhere: true},
	"durable-index-never-lowered":     {calls: 5, words: []string{"read-durable-index returned 1", "the log was empty"}, but: "without a crash", nowhere: true},
	"durable-index-believes-claim":    {words: []string{"call 3 read-durable-index returned before the crash, so that the entries up to 3 were durable", "the log is empty"}, culprit: "*.base", sync: "*.base", call: "read-durable-index", nowhere: true},
	"durable-index-past-failed-flush": {fails: fault.Fsync, nowhere: true, words: []string{"call 4 read-durable-index returned before the crash, so that the entries up to 1 were durable", "the log is empty"}},

	"hole-beside-gaps": {oneLife: true, words: []string{"the log begins at 2 after the crash, yet no call purged 1-1", "call 2 persist"}, culprit: "*.base", but: "recovery has to cope"},

	"old-file-kept-open":     {calls: 5, words: []string{"close", "this is left: /db/", "is open"}, but: "without a crash", nowhere: true},
	"watcher-outlives-close": {words: []string{"close", "this is left: goroutine of canary.watch open.go:"}, but: "without a crash", nowhere: true},
	"lock-file-kept":         {words: []string{"close", "this is left: /db/LOCK is open"}, but: "the close that follows the recovery leaves something behind", nowhere: true},
	"scratch-file-left":      {words: []string{"close", "this is left: /db.scratch is outside"}, but: "without a crash", nowhere: true},
}
