package page

// What tests need to see.
var (
	PromiseOf = promiseOf
	Line      = line
	Block     = block
	Embedded  = embedded
	Code      = code
)
