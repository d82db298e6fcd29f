package enginebench

import (
	"fmt"
	"strings"

	"github.com/ackproof/ackproof/internal/plain"
)

// Costs are what a journal shows of the commits of one engine: calls of persist_entries or
// apply_chunk.
type Costs struct {
	Commits int `json:"commits"`
	Entries int `json:"entries"`
	// Fsyncs and DataSyncs are of files, DirectorySyncs of directories.
	Fsyncs         int `json:"fsyncs"`
	DataSyncs      int `json:"fdatasyncs"`
	DirectorySyncs int `json:"directory_fsyncs"`
	// WrittenBytes is what all writes have, and PayloadBytes what the entries have in
	// payloads. Both are 0 where bytes were not counted.
	WrittenBytes int64 `json:"written_bytes"`
	PayloadBytes int64 `json:"payload_bytes"`
}

// SyncsPerCommit returns how many syncs of any kind each commit has, 0 if there are no commits.
func (c Costs) SyncsPerCommit() float64 {
	return per(float64(c.Fsyncs+c.DataSyncs+c.DirectorySyncs), float64(c.Commits))
}

// BytesPerEntry returns how many bytes are written for each entry.
func (c Costs) BytesPerEntry() float64 { return per(float64(c.WrittenBytes), float64(c.Entries)) }

// Amplification returns how many bytes are written for each byte of payload.
func (c Costs) Amplification() float64 { return per(float64(c.WrittenBytes), float64(c.PayloadBytes)) }

func per(of, each float64) float64 {
	if each == 0 {
		return 0
	}
	return of / each
}

// String returns both in words, the bytes only where payloads were counted.
func (c Costs) String() string {
	text := fmt.Sprintf("%s syncs for each commit of %s entries (%s: %s, %s, %s of directories)",
		digits(c.SyncsPerCommit()), digits(per(float64(c.Entries), float64(c.Commits))), counted(c.Commits, "commit"),
		counted(c.Fsyncs, "fsync"), counted(c.DataSyncs, "fdatasync"), counted(c.DirectorySyncs, "fsync"))
	if c.PayloadBytes == 0 {
		return text
	}
	return fmt.Sprintf("%s, %s bytes written for each entry, %s times its payload", text, digits(c.BytesPerEntry()), digits(c.Amplification()))
}

// counted returns "1 fsync" or "2,000 fsyncs".
func counted(n int, what string) string {
	_, noun, _ := strings.Cut(plain.Count(n, what), " ")
	return Thousands(float64(n)) + " " + noun
}
