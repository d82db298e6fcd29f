package host

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/journal"
)

// undoing makes a directory hold an image again, in the same files, after an engine
// recovered there. It reads what the files have of memory, not what they may grow to.
type undoing struct {
	fd    int // of the root that the directory lies in
	dir   *faultfs.Directory
	image *faultfs.Image
	files map[string]faultfs.FileInfo // of the image, by path
	taken int64                       // memory that the engine's files took
	bufs  [2][blockBytes]byte
}

const (
	// blockBytes is how much of a file is compared at a time. A block that is zeros in
	// the image is given back without a look.
	blockBytes = 64 << 10
	// pageBytes is the unit in which memory-backed files have holes.
	pageBytes = 4096
	// reservedBytesMin is from how much on memory of a file is given back that was only
	// reserved.
	reservedBytesMin = 1 << 20
)

// errNotUndone reports that an engine did more than can be taken back.
var errNotUndone = errors.New("not undone")

// run returns how much memory the files took, and an error if the directory is not as it
// was: if the engine did something else than change, make and remove files, or if it
// still has one open or mapped.
func (u *undoing) run(image *faultfs.Image) (takenBytes int64, err error) {
	u.image, u.taken = image, 0
	err = u.all()
	return u.taken, err
}

func (u *undoing) all() error {
	clear(u.files)
	inDir := map[string]int{}
	for _, f := range u.image.Files() {
		u.files[f.Path] = f
		inDir[f.Path[:strings.LastIndexByte(f.Path, '/')]]++
	}
	if err := u.directory("", inDir[""]); err != nil {
		return err
	}
	seen := map[journal.Ino]bool{}
	for _, f := range u.files {
		var err error
		switch {
		case f.IsDir:
			err = u.directory(f.Path, inDir[f.Path])
		case f.Target != "" || seen[f.Ino]:
			err = errNotUndone
		default:
			err = u.file(f)
		}
		if err != nil {
			return err
		}
		seen[f.Ino] = true
	}
	return nil
}

// directory removes the names that the engine made, and finds all others there.
func (u *undoing) directory(path string, names int) error {
	fd, err := unix.Openat(u.fd, u.dir.Dir+path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	found, err := namesIn(fd, u.bufs[0][:])
	if err != nil {
		return err
	}
	for _, name := range found {
		if _, ok := u.files[path+"/"+name]; ok {
			names--
		} else if err := u.remove(path + "/" + name); err != nil {
			return err
		}
	}
	if names != 0 {
		return fmt.Errorf("%w: %d names are gone", errNotUndone, names)
	}
	return restoreMode(fd, 0o755)
}

func namesIn(fd int, buf []byte) (names []string, err error) {
	for {
		n, err := unix.ReadDirent(fd, buf)
		if n <= 0 || err != nil {
			return names, err
		}
		_, _, names = unix.ParseDirent(buf[:n], -1, names)
	}
}

func restoreMode(fd int, perm uint32) error {
	var st unix.Stat_t
	err := unix.Fstat(fd, &st)
	if err == nil && st.Mode&0o7777 != perm {
		err = unix.Fchmod(fd, perm)
	}
	return err
}

func (u *undoing) remove(path string) error {
	var st unix.Stat_t
	if err := unix.Fstatat(u.fd, u.dir.Dir+path, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return err
	}
	u.taken += st.Blocks * 512
	return u.dir.Remove(path)
}

// file makes a file what it was. The engine may have put another one in its place.
func (u *undoing) file(info faultfs.FileInfo) error {
	f, err := u.dir.File(info.Path)
	if err != nil {
		return err
	}
	var named, st unix.Stat_t
	err = errors.Join(
		unix.Fstatat(u.fd, u.dir.Dir+info.Path, &named, unix.AT_SYMLINK_NOFOLLOW),
		unix.Fstat(int(f.Fd()), &st))
	if err == nil && named.Ino != st.Ino {
		u.dir.Forget(info.Path)
		if f, err = u.dir.File(info.Path); err == nil {
			st = named
		}
	}
	switch {
	case err != nil:
		return err
	case named.Mode&unix.S_IFMT != unix.S_IFREG || named.Nlink != 1 || !isAlone(f) || hasAttributes(f):
		return fmt.Errorf("%w: %s", errNotUndone, info.Path)
	}
	if err := restoreMode(int(f.Fd()), 0o644); err != nil {
		return err
	}
	return u.content(f, info, st)
}

// isAlone reports whether nobody else has a file open or mapped: only then a write lease
// is given.
func isAlone(f *os.File) bool {
	if _, err := unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_WRLCK); err != nil {
		return false
	}
	_, err := unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_UNLCK)
	return err == nil
}

// hasAttributes reports whether an engine gave a file extended attributes.
func hasAttributes(f *os.File) bool {
	var list [256]byte
	n, err := unix.Flistxattr(int(f.Fd()), list[:])
	return err == nil && bytes.Contains(list[:n], []byte("user."))
}

// content makes size and bytes of a file what they were. Only the parts that have memory
// are looked at.
func (u *undoing) content(f *os.File, info faultfs.FileInfo, st unix.Stat_t) error {
	if st.Size != info.SizeBytes {
		if err := f.Truncate(info.SizeBytes); err != nil {
			return err
		}
	}
	u.taken += st.Blocks * 512
	reserved := st.Blocks*512 > reservedBytesMin
	for off := int64(0); off < info.SizeBytes; {
		data, err := unix.Seek(int(f.Fd()), off, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) {
			data, err = info.SizeBytes, nil
		}
		hole := data
		if err == nil {
			err = u.fillHole(f, info, off, data, reserved)
		}
		if err == nil && data < info.SizeBytes {
			if hole, err = unix.Seek(int(f.Fd()), data, unix.SEEK_HOLE); err == nil {
				err = u.compare(f, info, data, min(hole, info.SizeBytes))
			}
		}
		if err != nil {
			return err
		}
		off = hole
	}
	return nil
}

// fillHole writes what the image holds where the file has a hole. Memory that was only
// reserved looks like a hole as well, and is given back.
func (u *undoing) fillHole(f *os.File, info faultfs.FileInfo, from, to int64, reserved bool) error {
	if reserved && from < to {
		if err := punch(f, from, to); err != nil {
			return err
		}
	}
	for off := u.image.NextData(info.Ino, from); off < to; off = u.image.NextData(info.Ino, off) {
		page := u.bufs[0][:min((off/pageBytes+1)*pageBytes, to)-off]
		u.image.ReadAt(info.Ino, page, off)
		if _, err := f.WriteAt(page, off); err != nil {
			return err
		}
		off += int64(len(page))
	}
	return nil
}

// compare makes the bytes [from, to) of a file those of the image.
func (u *undoing) compare(f *os.File, info faultfs.FileInfo, from, to int64) error {
	for off := from; off < to; {
		data := min(u.image.NextData(info.Ino, off), to)
		if zeros := data / pageBytes * pageBytes; zeros-off >= blockBytes {
			if err := punch(f, off, zeros); err != nil {
				return err
			}
			off = zeros
		}
		end := min(off+blockBytes, to)
		if err := u.compareBlock(f, info, off, end); err != nil {
			return err
		}
		off = end
	}
	return nil
}

func (u *undoing) compareBlock(f *os.File, info faultfs.FileInfo, from, to int64) error {
	want, got := u.bufs[0][:to-from], u.bufs[1][:to-from]
	u.image.ReadAt(info.Ino, want, from)
	if _, err := f.ReadAt(got, from); err != nil {
		return err
	}
	for i := 0; i < len(want); i += pageBytes {
		page := want[i:min(i+pageBytes, len(want))]
		if bytes.Equal(page, got[i:i+len(page)]) {
			continue
		}
		if _, err := f.WriteAt(page, from+int64(i)); err != nil {
			return err
		}
	}
	return nil
}

func punch(f *os.File, from, to int64) error {
	return unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, from, to-from)
}
