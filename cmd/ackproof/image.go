package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
)

// keepImage writes the files that a bundle's crash or corruption left to an empty directory, and
// lists them. Nothing outside the directory is touched, whatever the bundle holds.
func keepImage(out io.Writer, b *evidence.Case, path, dir string) error {
	image, err := b.Image()
	if errors.Is(err, evidence.ErrNoCrash) {
		err = fmt.Errorf("%w, so there are no files that a crash left: replay it without --keep", err)
	}
	if err != nil {
		return usage(fmt.Errorf("%s: %w", path, err))
	}
	root, err := emptyRoot(dir)
	if err != nil {
		return usage(fmt.Errorf("--keep: %w", err))
	}
	defer root.Close()
	files := &faultfs.Directory{Root: root, Dir: "."}
	if err := errors.Join(image.Patch(nil, files), files.Close()); err != nil {
		return fmt.Errorf("--keep: %w: remove what was written to %s", err, dir)
	}
	when := "after the crash"
	if b.HasDamage() {
		when = "after the corruption"
	}
	fmt.Fprintf(out, "%s, in %s:\n", when, plain.ShellWord(dir))
	return listImage(out, image)
}

// emptyRoot opens an empty directory, which it makes if it is not there.
func emptyRoot(dir string) (*os.Root, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	if len(entries) > 0 {
		return nil, fmt.Errorf("%s is not empty, it holds %q: want an empty or a new directory", dir, entries[0].Name())
	}
	return os.OpenRoot(dir)
}

// listImage writes the image's names, each as a shell takes it, with the sizes of
// files and the targets of symbolic links.
func listImage(out io.Writer, image *faultfs.Image) error {
	var b strings.Builder
	files := image.Files()
	for _, f := range files {
		switch name := listed(f.Path[1:]); {
		case f.IsDir:
			fmt.Fprintf(&b, "  %s/\n", name)
		case f.Target != "":
			fmt.Fprintf(&b, "  %s -> %s\n", name, listed(f.Target))
		default:
			fmt.Fprintf(&b, "  %s  %d bytes\n", name, f.SizeBytes)
		}
	}
	if len(files) == 0 {
		b.WriteString("  nothing\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// listed returns a name as it is, or quoted if a terminal could take it for more.
func listed(name string) string {
	if quoted := fmt.Sprintf("%+q", name); quoted != `"`+name+`"` {
		return quoted
	}
	return name
}
