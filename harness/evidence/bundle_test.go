package evidence_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/filelog"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/harness/subject/logstore"
	"github.com/ackproof/ackproof/models"
	logmodel "github.com/ackproof/ackproof/models/raftlog"
	"github.com/ackproof/ackproof/scenarios"
	"github.com/ackproof/ackproof/scenarios/raftlog"
)

func TestBrokenBundles(t *testing.T) {
	whole, _ := stored(t, finding(t, unsynced(t), harness.Config{NoShrink: true}))
	altered := bytes.Clone(whole)
	altered[len(altered)/2] ^= 1
	path := filepath.Join(t.TempDir(), "bundle")
	for name, data := range map[string][]byte{
		"empty": nil, "another file": []byte("hello\n"), "cut": whole[:len(whole)-7],
		"cut early": whole[:12], "altered": altered, "another version": ofVersion(whole, 9),
	} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if c, err := evidence.ReadCase(path, logstore.Kind); !errors.Is(err, evidence.ErrBundle) {
			t.Errorf("%s: %v, %v; want ErrBundle", name, c, err)
		}
	}
}

// ofVersion returns a bundle with another version in its first line.
func ofVersion(bundle []byte, version int) []byte {
	_, rest, _ := bytes.Cut(bundle, []byte("\n"))
	return fmt.Appendf(nil, "%s%d\n%s", evidence.BundleMagic, version, rest)
}

// A bundle of another version names both versions, and says what to do.
func TestOtherVersions(t *testing.T) {
	whole, _ := stored(t, finding(t, unsynced(t), harness.Config{NoShrink: true}))
	for version, advice := range map[int]string{
		evidence.BundleVersion - 1: "use the ackproof that wrote it, or run the engine again",
		evidence.BundleVersion + 1: "use a newer ackproof",
	} {
		want := fmt.Sprintf("bad bundle: it has version %d, and this ackproof reads version %d: %s", version, evidence.BundleVersion, advice)
		data := ofVersion(whole, version)
		if _, err := evidence.ParseCase(data, logstore.Kind); !errors.Is(err, evidence.ErrBundle) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if _, err := evidence.ParseHead(data); !errors.Is(err, evidence.ErrBundle) || err.Error() != want {
			t.Errorf("the head: got %v, want %s", err, want)
		}
	}
}

// A bundle is raised with the forms in it, so that its first line says whether the
// rest can be read.
func TestVersionsInBundles(t *testing.T) {
	journal := faultfs.NewDisk(faultfs.Config{}).Journal().Record().Version
	header, _, _ := strings.Cut(scenarios.Program{}.String(), "\n")
	if got := fmt.Sprintf("bundle %d, journal %d, %s", evidence.BundleVersion, journal, header); got != "bundle 5, journal 3, # ackproof program v1" {
		t.Errorf("got %s: raise the bundle's version with those of the forms in it, and this test", got)
	}
}

// A bundle keeps the explanation, if there is one, and replays the same.
func TestBundleKeepsExplanation(t *testing.T) {
	for _, noShrink := range []bool{false, true} {
		c := finding(t, unsynced(t), harness.Config{NoShrink: noShrink, Programs: -1})
		if (c.Explanation == nil) != noShrink || !noShrink && !strings.Contains(c.Explanation.String(), "missing fsync: fsync /db/") {
			t.Fatalf("NoShrink %v: got %v", noShrink, c.Explanation)
		}
		text, err := json.Marshal(c.Record())
		if err != nil || strings.Contains(string(text), `"explanation"`) == noShrink {
			t.Errorf("NoShrink %v: the bundle is wrong, %v", noShrink, err)
		}
		_, read := stored(t, c)
		if !reflect.DeepEqual(read.Explanation, c.Explanation) {
			t.Errorf("got %v, want %v", read.Explanation, c.Explanation)
		}
		if now, err := harness.Replay(unsynced(t), read); err != nil || !evidence.IsFirst(now.Verdict, c.Property()) {
			t.Errorf("replay: %v, %v; want the same finding", now, err)
		}
	}
}

// The image of a stored case is the one that the engine recovers from in a replay.
func TestCaseImage(t *testing.T) {
	_, c := stored(t, finding(t, unsynced(t), harness.Config{Programs: 2}))
	image, err := c.Image()
	if err != nil {
		t.Fatal(err)
	}
	var booted *faultfs.Image
	watched := unsynced(t)
	open := watched.Open
	watched.Open = func(env engines.Env) (engines.StorageEngine, error) {
		if booted == nil {
			booted = env.FS.(*faultfs.Disk).Image()
		}
		return open(env)
	}
	if _, err := harness.Replay(watched, c); err != nil {
		t.Fatal(err)
	}
	if booted == nil || image.Hash() != booted.Hash() {
		t.Errorf("got the image\n%v\nwant\n%v", image, booted)
	}
	c.Live = true
	if _, err := c.Image(); !errors.Is(err, evidence.ErrNoCrash) {
		t.Errorf("live: got %v, want %v", err, evidence.ErrNoCrash)
	}
	c.Live, c.State.Point = false, 1<<30
	if _, err := c.Record().Case(); !errors.Is(err, evidence.ErrBundle) {
		t.Errorf("a crash after the end: got %v, want %v", err, evidence.ErrBundle)
	}
}

// What was there before a crash is the same after a case was stored, also in a life
// after the first.
func TestBeforeOfStoredCase(t *testing.T) {
	program := raftlog.MustParse("save-hard-state term=+1\npersist 3\npurge 1\ncrash lose=nothing\npersist 2")
	recording, err := harness.Record(filelog.Factory(filelog.Options{}), harness.Config{}, program)
	if err != nil || recording.Failed != nil || len(recording.Lives) != 2 {
		t.Fatal(err, recording)
	}
	life := recording.Lives[1]
	c := &evidence.Case{Failure: &evidence.Failure{Life: life}, Kind: logstore.Kind, Program: program}
	c.State.Point = len(life.Journal.Events)
	_, read := stored(t, c)
	empty := life.Before(life.OpenedAt, &logmodel.View{})
	for time := range len(life.Journal.Events) + 1 {
		got, want := read.Life.Before(time, &logmodel.View{}), life.Before(time, &logmodel.View{})
		if !reflect.DeepEqual(got, want) {
			t.Errorf("time %d: got %+v, want %+v", time, got, want)
		}
	}
	end := read.Life.Before(c.State.Point, &logmodel.View{}).(*logmodel.View)
	if reflect.DeepEqual(models.View(end), empty) || end.LastIndex != 5 || len(end.Entries) != 4 || end.HardState.Term == 0 {
		t.Errorf("before the end: got %+v, want entries 2-5 and a term", end)
	}
}
