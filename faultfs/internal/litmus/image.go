package litmus

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/internal/tree"
	"github.com/spf13/afero"
)

// Image writes an image as a line: "d/ d/f=100A+28z l->f g~d/f". A file that
// has several names shows its bytes at the first; "-" is an empty image. Sectors that
// cannot be read are zeros and numbered: "f=1024A+512z!2".
func Image(img *tree.Image) string {
	var words []string
	first := map[tree.Ino]string{}
	for _, f := range img.Files() {
		name := strings.TrimPrefix(f.Path, "/")
		switch {
		case f.IsDir:
			words = append(words, name+"/")
		case first[f.Ino] != "":
			words = append(words, name+"~"+first[f.Ino])
		case f.Target != "":
			first[f.Ino] = name
			words = append(words, name+"->"+f.Target)
		default:
			first[f.Ino] = name
			data, err := img.ReadFile(f.Path)
			if err != nil {
				panic(err) // the image has just named it
			}
			words = append(words, name+"="+Runs(data)+unreadable(img, f.Ino))
		}
	}
	return Phrase(words)
}

func unreadable(img *tree.Image, ino tree.Ino) string {
	var numbers []string
	for _, s := range tree.Of(img).Inode(ino).Unreadable() {
		numbers = append(numbers, strconv.FormatInt(s, 10))
	}
	if len(numbers) == 0 {
		return ""
	}
	return "!" + strings.Join(numbers, ",")
}

// ParseImage reads what [Image] writes, bytes in hexadecimal aside.
func ParseImage(text string) (*tree.Image, error) {
	d := faultfs.NewDisk(faultfs.Config{Unjournaled: true})
	spoiled := map[string]string{}
	for _, word := range strings.Fields(strings.TrimSuffix(text, "-")) {
		word, sectors, bad := strings.Cut(word, "!")
		if err := makeName(d, word); err != nil {
			return nil, fmt.Errorf("image %q: %w", word, err)
		}
		if bad {
			name, _, _ := strings.Cut(word, "=")
			spoiled[name] = sectors
		}
	}
	return spoil(d.Image(), spoiled)
}

// spoil returns the image with sectors of files, as numbers, that cannot be read.
func spoil(img *tree.Image, sectors map[string]string) (*tree.Image, error) {
	if len(sectors) == 0 {
		return img, nil
	}
	t := tree.Of(img).Thaw()
	for name, numbers := range sectors {
		ino, err := t.Resolve(name)
		if err != nil {
			return nil, fmt.Errorf("image: sectors of %q: %w", name, err)
		}
		for number := range strings.SplitSeq(numbers, ",") {
			s, err := strconv.ParseInt(number, 10, 32)
			if err != nil || s < 0 || s*tree.SectorBytes >= t.Inode(ino).Size {
				return nil, fmt.Errorf("image: %q has no sector %q", name, number)
			}
			t.Edit(ino).Spoil(s*tree.SectorBytes, (s+1)*tree.SectorBytes)
		}
	}
	return tree.NewImage(t), nil
}

func makeName(d *faultfs.Disk, word string) error {
	if name, target, ok := strings.Cut(word, "->"); ok {
		return d.SymlinkIfPossible(target, name)
	}
	if name, first, ok := strings.Cut(word, "~"); ok {
		return d.Link(first, name)
	}
	if name, runs, ok := strings.Cut(word, "="); ok {
		data, err := ParseRuns(runs)
		if err != nil {
			return err
		}
		return afero.WriteFile(d, name, data, 0o644)
	}
	if name, ok := strings.CutSuffix(word, "/"); ok {
		return d.Mkdir(name, 0o755)
	}
	return errors.New("want NAME=RUNS, NAME/, NAME->TARGET or NAME~NAME")
}

// Phrase joins words in their order; none are "-".
func Phrase(words []string) string {
	if len(words) == 0 {
		return "-"
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// Runs writes bytes as runs: "2500A+1596z", "0" for none. Zeros are z, other
// bytes a letter if they are one, or hexadecimal.
func Runs(data []byte) string {
	if len(data) == 0 {
		return "0"
	}
	var runs []string
	for len(data) > 0 {
		n := 1
		for n < len(data) && data[n] == data[0] {
			n++
		}
		word := fmt.Sprintf("x%02x", data[0])
		switch b := data[0]; {
		case b == 0:
			word = "z"
		case b >= 'A' && b <= 'Z':
			word = string(rune(b))
		}
		runs = append(runs, fmt.Sprintf("%d%s", n, word))
		data = data[n:]
	}
	return strings.Join(runs, "+")
}

// ParseRuns reads runs of letters and zeros.
func ParseRuns(text string) ([]byte, error) {
	var data []byte
	for text != "" && text != "0" {
		text = strings.TrimPrefix(text, "+")
		digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
		n, err := strconv.Atoi(text[:digits])
		if err != nil || digits == len(text) {
			return nil, fmt.Errorf("runs of bytes: got %q, want for instance 2500A+1596z", text)
		}
		b := text[digits]
		if b == 'z' {
			b = 0
		}
		for range n {
			data = append(data, b)
		}
		text = text[digits+1:]
	}
	return data, nil
}
