package reports

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of what [WriteJSON] writes, as a
// copy. Fields are only ever added to it.
func Schema() []byte { return slices.Clone(schema) }
