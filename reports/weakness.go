package reports

// Weakness is one that an engine is documented to have.
type Weakness struct {
	// Sentence says what the engine does, and what that costs.
	Sentence string `json:"sentence"`
	// Signature is what the signature of its finding begins with.
	Signature string `json:"signature"`
	// Finding is the place of that finding in Findings, counted from 1; 0 if there is none.
	Finding int `json:"finding"`
}
