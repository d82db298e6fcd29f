package tree

import (
	"path"
	"strings"
	"syscall"
)

// NameBytesMax is the longest name in a directory.
const NameBytesMax = 255

// linksMax is how many symbolic links one path may lead through on Linux
// (path_resolution(7)).
const linksMax = 40

// Place is where a name stands, whether there is such a name or not.
type Place struct {
	Dir  Ino    // the directory
	Name string // "" for the root itself
	Path string // from the root, through no symbolic link
}

// LinkAtEnd is what a path does with a symbolic link that is its last part.
type LinkAtEnd uint8

const (
	// LinkItself means the link.
	LinkItself LinkAtEnd = iota
	// LinkFollowed means what the link leads to.
	LinkFollowed
	// LinkCreates means what the link leads to, to be made if it is missing: that is
	// never a directory, so a target with a slash at its end is EISDIR, whatever is
	// there (open(2) with O_CREAT, measured on Linux 6.18).
	LinkCreates
)

// Resolve returns the inode that name, which is taken from the root, leads to:
// ENOENT and the errors of WalkPath.
func (t *Tree) Resolve(name string) (Ino, error) {
	at, err := t.Follow(name)
	if err != nil {
		return 0, err
	}
	if ino := t.InoAt(at); ino != 0 {
		return ino, nil
	}
	return 0, syscall.ENOENT
}

// InoAt returns what the name means, 0 for nothing.
func (t *Tree) InoAt(at Place) Ino {
	if at.Name == "" {
		return at.Dir
	}
	return t.Lookup(at.Dir, at.Name)
}

// ResolveParent returns the place of name, through symbolic links but for one at
// its end.
func (t *Tree) ResolveParent(name string) (Place, error) { return t.WalkPath(name, LinkItself) }

// Follow returns the place that name leads to, through all symbolic links.
func (t *Tree) Follow(name string) (Place, error) { return t.WalkPath(name, LinkFollowed) }

// WalkPath returns the place of name, through symbolic links, and through one at
// its end as atEnd says: ENOENT or ENOTDIR for what stands before the last part,
// ENAMETOOLONG, ELOOP, EISDIR.
func (t *Tree) WalkPath(name string, atEnd LinkAtEnd) (Place, error) {
	full, links := Clean(name), 0
	var few [8]Dirent // so that the common path needs no allocation
	above := append(few[:0], Dirent{"", RootIno})
	for rest, more := full[1:], full != "/"; more; {
		var part string
		part, rest, more = strings.Cut(rest, "/")
		top := above[len(above)-1].Ino
		switch part {
		case "", ".":
			continue
		case "..":
			above = above[:max(len(above)-1, 1)]
			continue
		}
		if atEnd == LinkCreates && more && strings.Trim(rest, "/") == "" {
			return Place{}, syscall.EISDIR
		}
		if len(part) > NameBytesMax {
			return Place{}, syscall.ENAMETOOLONG
		}
		ino := t.Lookup(top, part)
		switch {
		case ino != 0 && t.Inode(ino).Target != "" && (more || atEnd != LinkItself):
			if links++; links > linksMax {
				return Place{}, syscall.ELOOP
			}
			above, rest, more = enterLink(above, t.Inode(ino).Target, rest, more)
		case !more:
			return Place{top, part, realPath(full, links, above, part)}, nil
		case ino == 0:
			return Place{}, syscall.ENOENT
		case !t.Inode(ino).IsDir:
			return Place{}, syscall.ENOTDIR
		default:
			above = append(above, Dirent{part, ino})
		}
	}
	k := len(above) - 1
	return Place{above[max(k-1, 0)].Ino, above[k].Name, realPath(full, links, above[:max(k, 1)], above[k].Name)}, nil
}

// enterLink goes on with a link's target, then with the rest.
func enterLink(above []Dirent, target, rest string, more bool) ([]Dirent, string, bool) {
	if strings.HasPrefix(target, "/") {
		above = above[:1]
	}
	if more {
		target += "/" + rest
	}
	return above, target, true
}

// realPath returns the path of a name below directories that were entered one
// after another; it is full if no link was followed.
func realPath(full string, links int, above []Dirent, name string) string {
	if links == 0 {
		return full
	}
	var b strings.Builder
	for _, d := range above[1:] {
		b.WriteString("/" + d.Name)
	}
	return b.String() + "/" + name
}

// Clean returns name from the root, as the journal has it: ".." takes back what
// stands before it.
func Clean(name string) string { return "/" + cleanPath(name) }

// cleanPath returns name from the root, without slashes at either end.
func cleanPath(name string) string {
	if isClean(name) {
		return strings.TrimPrefix(name, "/")
	}
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}

// isClean reports whether path.Clean would change nothing that matters, so that
// the common name costs no allocation.
func isClean(name string) bool {
	rest := strings.TrimPrefix(name, "/")
	for rest != "" {
		var part string
		part, rest, _ = strings.Cut(rest, "/")
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return !strings.HasSuffix(name, "/")
}

// IsName reports whether a directory can hold the name.
func IsName(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= NameBytesMax && !strings.Contains(name, "/")
}

// BaseName returns the last part of a clean path.
func BaseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// targetBytesMax is the longest target of a symbolic link (PATH_MAX without its
// final zero; symlink(2)).
const targetBytesMax = 4095

// CheckTarget returns why there can be no symbolic link to target: ENOENT,
// ENAMETOOLONG, or EINVAL for a zero byte.
func CheckTarget(target string) error {
	switch {
	case target == "":
		return syscall.ENOENT
	case len(target) > targetBytesMax:
		return syscall.ENAMETOOLONG
	case strings.Contains(target, "\x00"):
		return syscall.EINVAL
	}
	return nil
}
