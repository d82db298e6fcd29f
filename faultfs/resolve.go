package faultfs

import (
	"path"
	"strings"
	"syscall"
)

// nameBytesMax is the longest name in a directory.
const nameBytesMax = 255

// linksMax is how many symbolic links one path may lead through on Linux
// (path_resolution(7)).
const linksMax = 40

// place is where a name stands, whether there is such a name or not.
type place struct {
	dir  Ino
	name string // "" for the root itself
	path string // from the root, through no symbolic link
}

// resolve returns the inode that name, which is taken from the root, leads to.
func (t *tree) resolve(name string) (Ino, error) {
	at, err := t.follow(name)
	if err != nil {
		return 0, err
	}
	if ino := t.inoAt(at); ino != 0 {
		return ino, nil
	}
	return 0, syscall.ENOENT
}

// inoAt returns what the name means, 0 for nothing.
func (t *tree) inoAt(at place) Ino {
	if at.name == "" {
		return at.dir
	}
	return t.lookup(at.dir, at.name)
}

// resolveParent returns the place of name, through symbolic links but for one at
// its end.
func (t *tree) resolveParent(name string) (place, error) { return t.walkPath(name, false) }

// follow returns the place that name leads to, through all symbolic links.
func (t *tree) follow(name string) (place, error) { return t.walkPath(name, true) }

func (t *tree) walkPath(name string, followLast bool) (place, error) {
	full, links := clean(name), 0
	var few [8]dirent // so that the common path needs no allocation
	above := append(few[:0], dirent{"", RootIno})
	for rest, more := full[1:], full != "/"; more; {
		var part string
		part, rest, more = strings.Cut(rest, "/")
		top := above[len(above)-1].ino
		switch part {
		case "", ".":
			continue
		case "..":
			above = above[:max(len(above)-1, 1)]
			continue
		}
		if len(part) > nameBytesMax {
			return place{}, syscall.ENAMETOOLONG
		}
		ino := t.lookup(top, part)
		switch {
		case ino != 0 && t.at(ino).target != "" && (more || followLast):
			if links++; links > linksMax {
				return place{}, syscall.ELOOP
			}
			above, rest, more = enterLink(above, t.at(ino).target, rest, more)
		case !more:
			return place{top, part, realPath(full, links, above, part)}, nil
		case ino == 0:
			return place{}, syscall.ENOENT
		case !t.at(ino).isDir:
			return place{}, syscall.ENOTDIR
		default:
			above = append(above, dirent{part, ino})
		}
	}
	k := len(above) - 1
	return place{above[max(k-1, 0)].ino, above[k].name, realPath(full, links, above[:max(k, 1)], above[k].name)}, nil
}

// enterLink goes on with a link's target, then with the rest.
func enterLink(above []dirent, target, rest string, more bool) ([]dirent, string, bool) {
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
func realPath(full string, links int, above []dirent, name string) string {
	if links == 0 {
		return full
	}
	var b strings.Builder
	for _, d := range above[1:] {
		b.WriteString("/" + d.name)
	}
	return b.String() + "/" + name
}

// clean returns name from the root, as the journal has it.
func clean(name string) string { return "/" + cleanPath(name) }

// cleanPath returns name from the root, without slashes at either end.
func cleanPath(name string) string {
	if isClean(name) {
		return strings.TrimPrefix(name, "/")
	}
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}

// isClean tells whether path.Clean would change nothing that matters, so that
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

// isName tells whether a directory can hold the name.
func isName(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= nameBytesMax && !strings.Contains(name, "/")
}

// baseName returns the last part of a clean path.
func baseName(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
