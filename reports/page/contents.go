package page

import (
	"fmt"
	"slices"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/evidence"
)

// fileBytesMax bounds what is embedded of one file, filesMax of how many.
const (
	fileBytesMax = 64 << 10
	filesMax     = 4
)

// contents is one file as it was thought to be, as it was forced, and as it came
// back, or as it was stored and as it was found.
type contents struct {
	Path string `json:"path"`
	// From is the offset of the first byte that is here.
	From int64 `json:"from"`
	// Culprit is the offset at which the culprit's bytes begin, or those that were corrupted.
	Culprit int64 `json:"culprit"`
	// Versions are cached, durable and recovered, or stored and found.
	Versions []version `json:"versions"`
	Records  []Record  `json:"records"`
	Note     string    `json:"note"`
}

// version is one content of a file. Bytes is nil for a file that is not there.
type version struct {
	Name  string `json:"name"`
	There bool   `json:"there"`
	Size  int    `json:"size"`
	Bytes []byte `json:"bytes"`
}

// namedImage is a disk, and the word for what it has.
type namedImage struct {
	name  string
	image *faultfs.Image
}

// contents returns the culprits' files at the crash, or those that were corrupted.
func (e *exhibit) contents(culprits []evidence.Culprit) []contents {
	out := []contents{}
	if e.Case.Live {
		return out
	}
	images := e.images()
	for _, path := range e.culpritFiles(culprits) {
		c := contents{Path: line(path.name), Culprit: path.off, Records: []Record{}}
		for _, r := range e.Records[path.name] {
			c.Records = append(c.Records, Record{r.OffBytes, line(r.Name)})
		}
		any := false
		for _, v := range images {
			data, err := v.image.ReadFile(path.name)
			c.Versions = append(c.Versions, version{Name: v.name, There: err == nil, Size: len(data), Bytes: data})
			any = any || err == nil
		}
		if any {
			c.cut()
			out = append(out, c)
		}
	}
	return out
}

// images returns what there is to compare.
func (e *exhibit) images() []namedImage {
	point := e.Case.State.Point
	if e.Case.HasDamage() {
		stored := e.Case.Intact()
		found, err := e.Case.Damage().Of(stored)
		if err != nil {
			return nil // the files of a bundle that was altered
		}
		return []namedImage{{"stored", stored}, {"found", found}}
	}
	return []namedImage{
		{"cached", e.image(crash.State{Point: point})},
		{"durable", e.image(crash.State{Point: point, Lost: true})},
		{"recovered", e.image(e.Case.State)},
	}
}

func (e *exhibit) image(state crash.State) *faultfs.Image {
	img, err := e.Case.Life.Crashes().Image(state)
	if err != nil {
		panic(err) // a space makes each image
	}
	return img
}

// culpritFile is a file, and where in it the culprit wrote.
type culpritFile struct {
	name string
	off  int64
}

// culpritFiles returns the files that the culprits are about, or that were corrupted, each once.
func (e *exhibit) culpritFiles(culprits []evidence.Culprit) []culpritFile {
	var out []culpritFile
	add := func(name string, off int64) {
		known := slices.ContainsFunc(out, func(f culpritFile) bool { return f.name == name })
		if name != "" && !known && len(out) < filesMax {
			out = append(out, culpritFile{name, off})
		}
	}
	for _, r := range e.Case.DamagedRanges() {
		add(r.Path, r.Off)
	}
	for _, c := range culprits {
		if c.Event < 0 || c.Event >= len(e.Case.Life.Journal.Events) {
			continue
		}
		event := e.Case.Life.Journal.Events[c.Event]
		off := int64(0)
		if event.Kind == journal.EventWrite {
			off = event.Off
		}
		add(event.Path, off)
		add(event.ToPath, off)
	}
	return out
}

// cut keeps the bytes around the culprit, and says so.
func (c *contents) cut() {
	size := 0
	for _, v := range c.Versions {
		size = max(size, v.Size)
	}
	if size <= fileBytesMax {
		return
	}
	const before = fileBytesMax / 4
	last := int64(size - fileBytesMax)
	c.From = min(max(0, c.Culprit-before), last) &^ 15
	c.Note = fmt.Sprintf("The file has %d bytes; %d to %d are shown.", size, c.From, c.From+fileBytesMax-1)
	for i := range c.Versions {
		b := c.Versions[i].Bytes
		from := min(c.From, int64(len(b)))
		to := min(from+fileBytesMax, int64(len(b)))
		c.Versions[i].Bytes = b[from:to]
	}
}
