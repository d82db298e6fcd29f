package crash

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// FuzzParseCrashState: what parses prints as it was; nothing panics.
func FuzzParseCrashState(f *testing.F) {
	for _, text := range []string{
		"@0 keep", "@17 keep except 3,5-7 torn 5:100 fill garbage", "@9 lose except 0-70000",
		"@1 lose torn 1:1,2:511,3:-40", "@1 lose torn 1:-0", "@3 keep except 2 torn 2:unreadable", "@3 keep except 2-3 torn 2:garbage,3:9", "@2 lose except 1 fill stale", "@1 keep fill zero", "@-1 keep", "@1 keep except", "@1  keep",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseState(text)
		if err != nil {
			if !errors.Is(err, ErrState) {
				t.Fatalf("%q: got %v, want ErrState", text, err)
			}
			return
		}
		if c.String() != text {
			t.Fatalf("%q prints as %q", text, c)
		}
		var again State
		if err := again.UnmarshalText([]byte(text)); err != nil || !reflect.DeepEqual(again, c) {
			t.Fatalf("%q: got %v, %v, want %v", text, again, err, c)
		}
	})
}

// TestCrashStateText: any state prints and parses back.
func TestCrashStateText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := State{
			Point: rapid.IntRange(0, effectsMax).Draw(t, "point"),
			Lost:  rapid.Bool().Draw(t, "lost"),
			Fill:  rapid.SampledFrom([]Fill{FillZero, FillGarbage, FillStale}).Draw(t, "fill"),
		}
		next := 0
		for range rapid.IntRange(0, 10).Draw(t, "exceptions") {
			next += rapid.IntRange(1, 3).Draw(t, "step")
			c.Except = append(c.Except, EffectID(next))
		}
		for range rapid.IntRange(0, 3).Draw(t, "tears") {
			c.Torn = append(c.Torn, Tear{Effect: EffectID(next), Bytes: rapid.SampledFrom([]int{1, 100, 511, -1, -511}).Draw(t, "bytes")})
			if damage := Damage(rapid.IntRange(0, 2).Draw(t, "damage")); damage != NoDamage {
				c.Torn[len(c.Torn)-1] = Tear{Effect: EffectID(next), Damage: damage}
			}
			next++
		}
		text, err := c.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseState(string(text)); err != nil || !reflect.DeepEqual(got, c) {
			t.Fatalf("%s: got %+v, %v, want %+v", text, got, err, c)
		}
	})
}

// TestBadCrashStateText: each text is refused, and no long range is built.
func TestBadCrashStateText(t *testing.T) {
	for _, text := range []string{
		"", "@", "17 keep", "@17", "@x keep", "@17 forget", "@17 keep except", "@17 keep except x", "@17 keep except 3-",
		"@17 keep except 5-3", "@17 keep except 3,4", "@17 keep except 0-99999999", "@17 keep torn 5", "@17 keep torn x:1",
		"@17 keep torn 5:x", "@17 keep torn 5:-", "@17 keep torn 5:--1", "@17 keep torn 5:lost", "@17 keep torn 5:", "@17 keep fill lead", "@17 keep fill zero", "@17 keep whatever 3", "@017 keep", "@17  keep",
		"@17 keep fill garbage except 3", "@17 keep except 0-9,0-9", "@17 keep except 3 except 3", "@17 keep " + strings.Repeat("except 0-16777215 ", 50),
	} {
		if c, err := ParseState(text); !errors.Is(err, ErrState) {
			t.Errorf("%q: got %v, %v, want ErrState", text, c, err)
		}
	}
}

// FuzzParseProfile: what parses prints as what parses to the same.
func FuzzParseProfile(f *testing.F) {
	for _, p := range Profiles() {
		f.Add(p.Name)
	}
	f.Add("strict-posix,split-rename=no,tear-bytes=yes")
	f.Add("btrfs,tear-unit=512,tear-unit=4096,fill=any")
	f.Add("xfs,,")
	f.Add("ext4-ordered,disks=wal:/db/meta/../x:wal")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseProfile(text)
		if err != nil {
			return
		}
		again, err := ParseProfile(p.String())
		if err != nil || again != p {
			t.Fatalf("%q: %+v prints as %q, which parses to %+v, %v", text, p, p, again, err)
		}
	})
}

// TestProfileText: a profile with any settings parses back, and is named by the
// text that tells how it differs.
func TestProfileText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(Profiles()).Draw(t, "profile")
		for i, k := range knobs {
			knobs[i].set(&p, rapid.IntRange(0, len(k.values)-1).Draw(t, k.name))
		}
		p.Disks = rapid.SampledFrom([]string{"", "wal", "/db/meta:wal/0"}).Draw(t, "disks")
		got, err := ParseProfile(p.String())
		p.Name = p.String()
		if err != nil || got != p {
			t.Fatalf("%s: got %+v, %v, want %+v", p, got, err, p)
		}
	})
	for _, text := range []string{"", "ext3", "xfs,", "xfs,fill", "xfs,fill=some", "xfs,frob=yes", "xfs fill=any", "xfs,tear-unit=1", "xfs,disks", "xfs,disks=/", "xfs,disks=wal:", "xfs,disks=../wal"} {
		if p, err := ParseProfile(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, p)
		}
	}
}
