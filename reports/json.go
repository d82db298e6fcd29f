package reports

import (
	"encoding/json"
	"io"
)

// WriteJSON writes the report as one line of JSON. Equal reports give equal
// bytes.
func WriteJSON(w io.Writer, r Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(r)
}
