package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ackproof/ackproof/cmd/ackproof/builtin"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/internal/plain"
	"github.com/ackproof/ackproof/reports/archive"
	"github.com/ackproof/ackproof/reports/page"
)

func newReport(all builtin.List) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "report BUNDLE|DIR",
		Short: "Write the findings of a bundle or a directory as an HTML page",
		Long: `Report writes a page that leads from a broken promise to the lost write and the
missing fsync. The page is one HTML file that loads nothing else.

For a directory that "ackproof run --out" filled, the page shows the verdicts of
the runs and all findings, but nothing from its subdirectories. Report exits with
0 if everything is in the page, and with 2 if it had to leave out a file; the page
then names that file.`,
		Example: `  ackproof report out
  ackproof report out/mywal-xfs-acked-durable.ackproof -o mywal.html`,
		Args: oneArgument("a bundle or a directory"),
		RunE: running(func(c *cobra.Command, args []string) error {
			return report(c, all, filepath.Clean(args[0]), file)
		}),
	}
	c.Flags().StringVarP(&file, "output", "o", "", "write the page to `FILE`; the default is report.html in the directory, or next to the bundle")
	return c
}

// report writes the page of the bundle or directory at path to a file, and that
// file's path to the output.
func report(c *cobra.Command, all builtin.List, path, file string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: want a bundle, or a directory that ackproof run --out wrote to; without --out, a run without findings writes no directory", err)
	}
	if err != nil {
		return usage(err)
	}
	dir := path
	if !info.IsDir() {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return usage(err)
		}
		dir = filepath.Dir(path)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return usage(err)
	}
	defer root.Close()
	shown := archive.Config{Shown: dir, Kinds: builtin.Kinds(), Builtin: knows(all)}
	file = cmp.Or(file, filepath.Join(dir, "report.html"))
	shown.History = func(name string, b *evidence.Case) string {
		return writeHistory(c, filepath.Dir(file), name, b)
	}
	if info.IsDir() {
		return reportFolder(c, root, shown, file)
	}
	return reportBundle(c, root, filepath.Base(path), shown, file)
}

func reportBundle(c *cobra.Command, root *os.Root, name string, shown archive.Config, file string) error {
	err := writePage(c, file, func(w io.Writer) error {
		_, err := archive.WriteBundlePage(w, root, name, shown)
		return err
	})
	if errors.Is(err, evidence.ErrBundle) || errors.Is(err, archive.ErrNoFile) {
		return usage(fmt.Errorf("%s: %w", filepath.Join(shown.Shown, name), err))
	}
	return err
}

// reportFolder tells of what is not in the page as a failure of its own kind: what
// was not read may be a finding.
func reportFolder(c *cobra.Command, root *os.Root, shown archive.Config, file string) error {
	folder, err := archive.ReadFolder(root, ".", shown)
	if err != nil {
		return err
	}
	err = writePage(c, file, func(w io.Writer) error {
		if err := folder.WritePage(w); err != nil {
			return err
		}
		if folder.Empty() {
			return errNothing
		}
		return nil
	})
	for _, p := range folder.Skipped {
		fmt.Fprintf(c.ErrOrStderr(), "SKIPPED: %s: %v\n", filepath.Join(shown.Shown, p.Path), p.Err)
	}
	for _, name := range folder.Earlier {
		fmt.Fprintf(c.ErrOrStderr(), "note: %s is from an earlier run: the last run did not find it\n", filepath.Join(shown.Shown, name))
	}
	switch {
	case errors.Is(err, errNothing):
		return usage(fmt.Errorf("%s: %w: it holds no bundles (*%s) and no %s; ackproof run --out %s writes them",
			shown.Shown, err, archive.BundleSuffix, archive.OutcomesName, plain.ShellWord(shown.Shown)))
	case err != nil:
		return err
	case len(folder.Skipped) > 0:
		return &exit{exitUnknown, fmt.Errorf("files left out of the page: %d", len(folder.Skipped))}
	}
	return nil
}

// writeHistory writes porcupine's drawing of a bundle's calls beside the page, and
// returns its name. A drawing that cannot be had is no reason to have no page.
func writeHistory(c *cobra.Command, dir, bundle string, b *evidence.Case) string {
	name := strings.TrimSuffix(path.Base(bundle), archive.BundleSuffix) + "-history.html"
	err := archive.ReplaceFile(filepath.Join(dir, name), func(w *bufio.Writer) error { return page.WriteHistory(w, b) })
	if err != nil {
		fmt.Fprintf(c.ErrOrStderr(), "note: %s: its concurrent calls cannot be drawn: %v\n", bundle, err)
		return ""
	}
	return name
}

// knows returns what reports whether an engine is in a list.
func knows(all builtin.List) func(engine string) bool {
	return func(engine string) bool {
		return slices.ContainsFunc(all, func(e builtin.Engine) bool { return e.Name == engine })
	}
}

var errNothing = errors.New("nothing to report")

// writePage writes a page to a file and the file's path to the output.
func writePage(c *cobra.Command, file string, write func(io.Writer) error) error {
	// What was written is told apart from where it could not be written.
	var failed error
	err := archive.ReplaceFile(file, func(w *bufio.Writer) error {
		failed = write(w)
		return failed
	})
	if failed != nil {
		return failed
	}
	if err != nil {
		return usage(fmt.Errorf("cannot write the page: %w: name another file with -o", err))
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), file)
	return err
}
