package pebblemachine

// The layout.
//
//	'k' key  ->  value                            a pair
//	'm'      ->  count(8) position, snapshot      a machine.Counted
const (
	pairPrefix = 'k'
	keptPrefix = 'm'
)

var (
	keptKey = []byte{keptPrefix}
	// pairsEnd is the key just after every pair's.
	pairsEnd = []byte{pairPrefix + 1}
)

func pairKey(key []byte) []byte { return append([]byte{pairPrefix}, key...) }

// keyAfter is the least key above all that begin with the pair's key of prefix.
func keyAfter(prefix []byte) []byte {
	key := pairKey(prefix)
	for key[len(key)-1] == 0xff { // which pairPrefix is not
		key = key[:len(key)-1]
	}
	key[len(key)-1]++
	return key
}
