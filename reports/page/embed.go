package page

import (
	"encoding/json"
	"html/template"
)

// embedded returns v as JSON that can stand in a script element: encoding/json
// writes <, >, &, U+2028 and U+2029 as escapes and replaces what is no UTF-8, so
// no text in it can end the element or begin a comment (HTML, 4.12.1.3).
func embedded(v any) (template.JS, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return template.JS(text), nil
}
