package faultfs

import (
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/ackproof/ackproof/faultfs/internal/volume"
)

// Config says what a disk starts with: an image, faults, how much may be written,
// and what of it is journaled. The zero value is an empty disk that journals.
type Config = volume.Config

// Image is the files and bytes that a disk holds at one moment. It never changes;
// images share what they have in common. The zero value is not an image: see
// [EmptyImage].
type Image = tree.Image

// FileInfo is a name in an image.
type FileInfo = tree.FileInfo

// Patcher changes a directory tree until it holds an image: see [Image.Patch].
type Patcher = tree.Patcher

// EmptyImage returns an image with nothing but a root directory.
func EmptyImage() *Image { return tree.EmptyImage() }
