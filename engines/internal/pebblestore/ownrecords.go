package pebblestore

import (
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"

	"github.com/cockroachdb/pebble/v2/vfs"
)

// ownRecords is a file system on which a record that is not one of a write-ahead log ends
// the log.
//
// A power failure may leave a log's new size and lose its bytes, and some file systems then
// show what a file that is gone had in those blocks. Pebble v2.1.7 knows the records of an
// older log by the number in them. But its reader also takes records of the form without a
// number, which only its manifests have, and the checksum of an old manifest's is right: the
// store then never opens again ("invalid batch").
type ownRecords struct{ vfs.FS }

// Unwrap returns the file system below.
func (o ownRecords) Unwrap() vfs.FS { return o.FS }

func (o ownRecords) Open(name string, options ...vfs.OpenOption) (vfs.File, error) {
	f, err := o.FS.Open(name, options...)
	if err != nil || filepath.Ext(name) != ".log" {
		return f, err
	}
	return &ownLog{File: f}, nil
}

// The format of Pebble's records, in its package record: a log is divided into blocks, and
// each of these into chunks, of which none begins in one block and ends in another. A chunk
// has a checksum, the length of its payload, its type, in a log the log's number, and from
// one format on an offset.
const (
	blockBytes   = 32 << 10
	chunkLength  = 4 // where a chunk has it, in two bytes
	chunkType    = 6
	manifestHead = 7
	numberedHead = 11
	offsetHead   = 19

	// The types of manifests are 1 to manifestTypes, those with a number follow, and those with an
	// offset too come last.
	manifestTypes = 4
	numberedTypes = 8
	offsetTypes   = 12
	// noType is that of no chunk: Pebble's reader takes it for one of another log.
	noType = 0xff
)

// ownLog is a log that is read from its beginning.
type ownLog struct {
	vfs.File
	block []byte // what was read and not given out yet
	end   error  // what comes after that
}

func (l *ownLog) Read(p []byte) (int, error) {
	if len(l.block) == 0 && l.end == nil {
		l.fill()
	}
	n := copy(p, l.block)
	l.block = l.block[n:]
	if n == 0 && len(p) > 0 {
		return 0, l.end
	}
	return n, nil
}

// fill reads the next block.
func (l *ownLog) fill() {
	block := make([]byte, blockBytes)
	n, err := io.ReadFull(l.File, block)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	l.block, l.end = block[:n], err
	endAtManifest(l.block)
}

// endAtManifest makes the first chunk of a manifest in a block one of no type.
func endAtManifest(block []byte) {
	for len(block) >= manifestHead {
		head := 0
		switch t := block[chunkType]; {
		case t == 0 || t > offsetTypes:
			return
		case t <= manifestTypes:
			block[chunkType] = noType
			return
		case t <= numberedTypes:
			head = numberedHead
		default:
			head = offsetHead
		}
		next := head + int(binary.LittleEndian.Uint16(block[chunkLength:]))
		block = block[min(next, len(block)):]
	}
}
