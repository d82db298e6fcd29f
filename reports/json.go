package reports

import (
	"encoding/json"
	"io"
)

// Version is the version of the JSON form of a [Report].
const Version = 2

// WriteJSON writes the report as one line of JSON, in the form's current version. Equal
// reports give equal bytes.
func WriteJSON(w io.Writer, r Report) error {
	r.Version = Version
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
