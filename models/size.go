package models

import "fmt"

// Size is how much a subject holds.
type Size struct {
	// Items are entries, or keys; Bytes what they are made of.
	Items, Bytes int
}

// Max returns the larger of the two in each respect.
func (s Size) Max(o Size) Size { return Size{max(s.Items, o.Items), max(s.Bytes, o.Bytes)} }

// Add returns both together.
func (s Size) Add(o Size) Size { return Size{s.Items + o.Items, s.Bytes + o.Bytes} }

// String returns for instance "3 items of 900 bytes".
func (s Size) String() string {
	return fmt.Sprintf("%s of %s", countText(s.Items, "item"), bytesText(int64(s.Bytes)))
}
