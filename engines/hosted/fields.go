package hosted

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Text is the fields of a request, or of the answer to a further operation, that says all
// in one string, the member text: to encode and decode it takes a tenth of what other
// fields take.
type Text string

// TextOf returns the text of a request.
func TextOf(request json.RawMessage) (Text, error) {
	e, err := openEnvelope(request)
	if err != nil {
		return "", err
	}
	return e.textOf()
}

func (e envelope) textOf() (Text, error) {
	if e.text == nil {
		return "", errors.New("got no text, want one")
	}
	s, err := text(e.text)
	return Text(s), err
}

// appendFields appends what is in fields, which must encode as a JSON object or be
// nil, to an object that has members already, and ends it and the line.
func appendFields(b []byte, fields any) ([]byte, error) {
	switch f := fields.(type) {
	case nil:
		return append(b, '}', '\n'), nil
	case Text:
		return append(appendString(append(b, `,"text":`...), string(f)), '}', '\n'), nil
	}
	object, err := json.Marshal(fields)
	switch {
	case err != nil:
		return b, err
	case object[0] != '{':
		return b, fmt.Errorf("got %s, want a JSON object", quote(object))
	case len(object) > 2:
		b = append(b, ',')
	}
	return append(append(b, object[1:]...), '\n'), nil
}
