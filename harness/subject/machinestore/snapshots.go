package machinestore

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models/machine"
)

// snapshots is the directory in which a machine's snapshots are.
type snapshots struct {
	fs  afero.Fs
	dir string
	// seen is the directory as the machine sees it.
	seen string
}

// snapshotsOf returns where the snapshots of the machine in env are: beside it, as a Raft
// node keeps them. The machine sees its own directory as seen.
func snapshotsOf(env engines.Env, seen string) snapshots {
	fs := env.FS
	if fs == nil {
		fs = afero.NewOsFs()
	}
	return snapshots{fs: fs, dir: beside(env.Dir), seen: beside(seen)}
}

// besideName is the name of that directory, beside the machine's.
const besideName = "snapshots"

func beside(dir string) string { return path.Join(path.Dir(dir), besideName) }

// peek returns the file system to look at snapshots with: nobody else than the machine is to
// meet a fault of the disk.
func (s snapshots) peek() afero.Fs {
	if disk, ok := s.fs.(interface{ Peek() afero.Fs }); ok {
		return disk.Peek()
	}
	return s.fs
}

// given returns the path of a snapshot for the machine.
func (s snapshots) given(name string) string { return path.Join(s.seen, name) }

func (s snapshots) path(name string) string { return path.Join(s.dir, name) }

// isSnapshot reports whether name is one that Generate was called for: what a machine writes
// on the way to one, and copies that were harmed, are none.
func isSnapshot(name string) bool {
	return strings.HasPrefix(name, "snapshot-") && strings.Trim(name[len("snapshot-"):], "0123456789") == ""
}

// files returns the snapshots that are there, by name.
func (s snapshots) files() ([]machine.File, error) {
	seen := s.peek()
	infos, err := afero.ReadDir(seen, s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []machine.File
	for _, info := range infos {
		if !isSnapshot(info.Name()) {
			continue
		}
		data, err := afero.ReadFile(seen, s.path(info.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, machine.File{Name: info.Name(), Checksum: sha256.Sum256(data)})
	}
	return out, nil
}

// handOver returns the name and the checksum of a snapshot to be restored from: of the
// file itself, or of a copy that was harmed, whose checksum is still that of the file.
func (s snapshots) handOver(name string, harm machine.Harm) (string, engines.Checksum, error) {
	data, err := afero.ReadFile(s.peek(), s.path(name))
	if err != nil {
		return "", engines.Checksum{}, err
	}
	sum := engines.Checksum(sha256.Sum256(data))
	if harm == machine.Unharmed {
		return name, sum, nil
	}
	const harmed = "harmed"
	data = harmedBytes(data, harm)
	if harm == machine.OtherVersion {
		sum = sha256.Sum256(data) // only its contents tell
	}
	return harmed, sum, afero.WriteFile(s.fs, s.path(harmed), data, 0o644)
}

// harmedBytes returns data with the harm. What names a version is somewhere in the first
// bytes of any file that has one.
func harmedBytes(data []byte, harm machine.Harm) []byte {
	data = append([]byte{}, data...)
	switch n := len(data); {
	case n == 0:
	case harm == machine.Cut:
		return data[:n/2]
	case harm == machine.FlippedByte:
		data[n/2] ^= 0x40
	default:
		for i := range min(n, versionBytes) {
			data[i] ^= 0x55
		}
	}
	return data
}

// versionBytes is how much of a file's beginning is made unknown.
const versionBytes = 16
