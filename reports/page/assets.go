package page

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"

	"github.com/ackproof/ackproof/internal/plain"
)

//go:embed assets
var assets embed.FS

// scripts are the parts of the page's one script, in the order in which they
// need each other.
var scripts = []string{"data.js", "draw.js", "lanes.js", "details.js", "strip.js", "fates.js", "bytes.js", "copy.js", "main.js"}

var (
	script = join(scripts)
	style  = join([]string{"page.css"})
	// syncMapStyle is that of a map of syncs, which has no script.
	syncMapStyle = join([]string{"page.css", "syncmap.css"})
	syncMapPage  = template.Must(template.New("syncmap.html.tmpl").ParseFS(assets, "assets/syncmap.html.tmpl"))
	// corruptionMapPage has the style of a map of syncs.
	corruptionMapPage = template.Must(template.New("corruptionmap.html.tmpl").ParseFS(assets, "assets/corruptionmap.html.tmpl"))
	pageTemplate      = template.Must(template.New("page.html.tmpl").Funcs(template.FuncMap{"text": newText, "count": plain.Count}).ParseFS(assets, "assets/page.html.tmpl"))
)

func join(names []string) string {
	var out string
	for _, name := range names {
		text, err := assets.ReadFile("assets/" + name)
		if err != nil {
			panic(err) // it is embedded
		}
		out += string(text)
	}
	return out
}

// policy returns the content security policy: nothing may be fetched, and only
// the page's own style and script apply. Hashes are those of CSP level 2, of the
// exact text between the tags.
func policy(style, script string) string {
	return "default-src 'none'; style-src " + sourceHash(style) + "; script-src " + sourceHash(script) +
		"; img-src data:; base-uri 'none'; form-action 'none'"
}

func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// text is a text with a name, to be copied.
type text struct{ Name, Text string }

func newText(name, content string) text { return text{name, content} }
