package tree

// PageBytes is the size of a page, the unit in which content is shared.
const PageBytes = 4096

// ZerosMax is how many zeros take no memory.
const ZerosMax = 64 << 20

// zeroBytes is never written to, so it takes no memory but for page tables.
var zeroBytes [ZerosMax]byte

// zeroPage is shared by all pages of zeros that were written as such.
var zeroPage [PageBytes]byte

// Zeros returns n zeros, which nobody may change. They take no memory up to ZerosMax.
func Zeros(n int64) []byte {
	if n > ZerosMax {
		return make([]byte, n)
	}
	return zeroBytes[:n:n]
}

// IsZero reports whether data is all zeros.
func IsZero(data []byte) bool {
	if len(data) > 0 && len(data) <= ZerosMax && &data[0] == &zeroBytes[0] {
		return true
	}
	for len(data) >= PageBytes {
		if [PageBytes]byte(data) != zeroPage {
			return false
		}
		data = data[PageBytes:]
	}
	for len(data) >= 512 {
		if [512]byte(data) != [512]byte{} {
			return false
		}
		data = data[512:]
	}
	for _, b := range data {
		if b != 0 {
			return false
		}
	}
	return true
}
