package page

// What tests need to see.
var (
	Line     = line
	Block    = block
	Embedded = embedded
	Code     = code
)
