package journal

import "github.com/ackproof/ackproof/faultfs/internal/tree"

// Ino numbers a file or directory. Numbers are never used again, so an inode in
// a journal means one file for ever. 0 is none, [RootIno] the root directory.
type Ino = tree.Ino

// RootIno is the root directory.
const RootIno = tree.RootIno
