package enginebench

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Device is what a directory's disk does by itself.
type Device struct {
	// FileSystem is the type of the file system, "" where it cannot be had.
	FileSystem string
	// Fsync is the time that an fsync takes, on average, after the payloads of one commit,
	// [BatchEntries] of [PayloadBytes], were appended to a file.
	Fsync time.Duration
	// DataSync is that of an fdatasync, 0 where there is none.
	DataSync time.Duration
}

const (
	probeBytes = BatchEntries * PayloadBytes
	probeSyncs = 25
)

// Probe measures the disk of dir, in a new file that it removes.
func Probe(dir string) (d Device, err error) {
	f, err := os.CreateTemp(dir, "fsync-*")
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	d.FileSystem = fileSystemOf(dir)
	if d.Fsync, err = timeSyncs(f, (*os.File).Sync); err != nil || dataSync == nil {
		return d, err
	}
	d.DataSync, err = timeSyncs(f, dataSync)
	return d, err
}

// timeSyncs returns the average time of a sync of what was appended, as what is measured of an
// engine is an average too.
func timeSyncs(f *os.File, sync func(*os.File) error) (time.Duration, error) {
	var took time.Duration
	block := make([]byte, probeBytes)
	for range probeSyncs {
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		began := time.Now()
		if err := sync(f); err != nil {
			return 0, fmt.Errorf("fsync: %w", err)
		}
		took += time.Since(began)
	}
	return max(1, took/probeSyncs), nil
}

// typical returns the medians of probes of one disk.
func typical(probes []Device) Device {
	var fsyncs, dataSyncs []float64
	for _, d := range probes {
		fsyncs, dataSyncs = append(fsyncs, float64(d.Fsync)), append(dataSyncs, float64(d.DataSync))
	}
	return Device{probes[0].FileSystem, time.Duration(median(fsyncs)), time.Duration(median(dataSyncs))}
}

// String returns for instance "ext4: an fsync after 10,000 bytes takes 273 us (3,663 a second)".
func (d Device) String() string {
	name := d.FileSystem
	if name == "" {
		name = "file system unknown"
	}
	text := fmt.Sprintf("%s: an fsync after %s bytes takes %s", name, Thousands(probeBytes), rate(d.Fsync))
	if d.DataSync > 0 {
		text += ", an fdatasync " + rate(d.DataSync)
	}
	return text
}

// rate returns a time, and how often it fits into a second.
func rate(d time.Duration) string {
	return fmt.Sprintf("%s (%s a second)", FormatTime(d), Thousands(1/d.Seconds()))
}

// fileSystemOf returns the type of the file system that dir is on, "" if Linux does not say.
func fileSystemOf(dir string) string {
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return ""
	}
	if dir, err = filepath.Abs(dir); err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return ""
	}
	return mountedAt(string(text), dir)
}

// mountedAt returns the type of the newest mount that dir is below, of those that the text in
// the form of proc_pid_mountinfo(5) has.
func mountedAt(mounts, dir string) (fileSystem string) {
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	longest := 0
	for line := range strings.Lines(mounts) {
		mount, about, _ := strings.Cut(line, " - ")
		fields, types := strings.Fields(mount), strings.Fields(about)
		if len(fields) < 5 || len(types) == 0 {
			continue
		}
		point := strings.TrimSuffix(unescape.Replace(fields[4]), "/")
		if (dir == point || strings.HasPrefix(dir, point+"/")) && len(point)+1 >= longest {
			longest, fileSystem = len(point)+1, types[0]
		}
	}
	return fileSystem
}
