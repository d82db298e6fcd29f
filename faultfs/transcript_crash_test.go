package faultfs_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/internal/litmus"
	"github.com/ackproof/ackproof/internal/digest"
	"github.com/cockroachdb/datadriven"
)

var errNoSpace = errors.New("there is no space yet: begin with space profile=TEXT")

func (s *story) expand(td *datadriven.TestData) (string, error) {
	text, err := argument(td, "profile", "")
	if err != nil {
		return "", err
	}
	profile, err := crash.ParseProfile(text)
	if err != nil {
		return "", err
	}
	s.space = crash.NewSpace(s.disk.Journal(), profile)
	var out []string
	for _, id := range allEffects(s.space) {
		e := s.space.Effect(id)
		line := fmt.Sprintf("%d event %d: %s", id, e.Event, e.What)
		if needs := s.space.Needs(id); len(needs) > 0 {
			line += "; needs " + idList(needs)
		}
		if e.Forced >= 0 {
			line += fmt.Sprintf("; forced by event %d", e.Forced)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n"), nil
}

// allEffects returns the effects of a space: each is pending at some point.
func allEffects(space *crash.Space) []crash.EffectID {
	var out []crash.EffectID
	for _, point := range space.Points() {
		out = append(out, space.Lost(crash.State{Point: point, Lost: true})...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func idList(ids []crash.EffectID) string {
	if len(ids) == 0 {
		return "nothing"
	}
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(ids), "[]")), ",")
}

func (s *story) points(*datadriven.TestData) (string, error) {
	if s.space == nil {
		return "", errNoSpace
	}
	var out []string
	for _, point := range s.space.Points() {
		pending := s.space.Lost(crash.State{Point: point, Lost: true})
		out = append(out, fmt.Sprintf("@%d: pending %s", point, idList(pending)))
	}
	return strings.Join(out, "\n"), nil
}

// states answers the first state that leaves each image, in the order of the walk.
func (s *story) states(td *datadriven.TestData) (string, error) {
	if s.space == nil {
		return "", errNoSpace
	}
	points := s.space.Points()
	point, err := intArgument(td, "point", points[len(points)-1])
	if err != nil || !slices.Contains(points, point) {
		return "", fmt.Errorf("point: want one of %v", points)
	}
	stage, err := argument(td, "stage", "")
	if err != nil || stage != "" && !slices.ContainsFunc(crash.Stages(), func(s crash.Stage) bool { return s.String() == stage }) {
		return "", fmt.Errorf("stage: want one of %v", crash.Stages())
	}
	var out []string
	seen := map[digest.Digest]bool{}
	for c := range s.space.Walk(crash.Plan{}) {
		if c.Point() != point || stage != "" && c.Stage().String() != stage {
			continue
		}
		img, err := s.space.Image(c.State())
		if err != nil {
			return "", err
		}
		if !seen[img.Hash()] {
			seen[img.Hash()] = true
			out = append(out, fmt.Sprintf("%s %v: %s", c.Stage(), c.State(), shortImage(img)))
		}
	}
	return strings.Join(out, "\n"), nil
}

func (s *story) check(td *datadriven.TestData) (string, error) {
	if s.space == nil {
		return "", errNoSpace
	}
	var out []string
	for text := range strings.Lines(td.Input) {
		text = strings.TrimSpace(text)
		state, err := crash.ParseState(text)
		if err == nil {
			err = s.space.Check(state)
		}
		if err != nil {
			out = append(out, fmt.Sprintf("%s: %v", text, err))
			continue
		}
		img, err := s.space.Image(state)
		if err != nil {
			return "", err
		}
		out = append(out, fmt.Sprintf("%s: %s; loses %s", text, shortImage(img), idList(s.space.Lost(state))))
	}
	return strings.Join(out, "\n"), nil
}

func (s *story) losing(td *datadriven.TestData) (string, error) {
	if s.space == nil {
		return "", errNoSpace
	}
	text, err := argument(td, "state", "")
	if err != nil {
		return "", err
	}
	state, err := crash.ParseState(text)
	if err != nil {
		return "", err
	}
	var lost []crash.EffectID
	arg, _ := td.Arg("lost")
	for _, word := range arg.Vals {
		id, err := strconv.Atoi(word)
		if err != nil {
			return "", err
		}
		lost = append(lost, crash.EffectID(id))
	}
	out, ok := s.space.Losing(state, lost)
	if !ok {
		return fmt.Sprintf("%v: no such state", out), nil
	}
	img, err := s.space.Image(out)
	return fmt.Sprintf("%v: %s", out, shortImage(img)), err
}

// shortImage is an image as text, garbage as its length.
func shortImage(img *faultfs.Image) string {
	sizes := map[string]int64{}
	for _, f := range img.Files() {
		sizes[strings.TrimPrefix(f.Path, "/")] = f.SizeBytes
	}
	words := strings.Fields(litmus.Image(img))
	for i, word := range words {
		if name, _, ok := strings.Cut(word, "="); ok && len(word) > 100 {
			words[i] = fmt.Sprintf("%s=(%d bytes with garbage)", name, sizes[name])
		}
	}
	return strings.Join(words, " ")
}
