package harness_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ackproof/ackproof/harness"
)

// exploreVariable makes this test binary explore an engine on a directory until
// it is killed; its value marks the processes that it starts.
const exploreVariable = "ACKPROOF_TEST_EXPLORE"

// exploreForever is that process.
func exploreForever() {
	fmt.Println("exploring")
	for seed := harness.Seed(1); ; seed++ {
		if _, err := harness.Verify(context.Background(), onDir(), harness.Config{Seed: seed, Programs: 4}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
}

// TestKilledAtAnyMoment kills the harness while it explores over FUSE, at moments
// spread over its first part of a second, and wants nothing left: no process,
// blocked or not, no mount, no file.
func TestKilledAtAnyMoment(t *testing.T) {
	times := 50
	if testing.Short() {
		times = 8
	}
	orNotRun(t, canExplore(t))
	for i := range times {
		temp := t.TempDir()
		mark := fmt.Sprintf("%d-%d", os.Getpid(), i)
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), exploreVariable+"="+mark, "TMPDIR="+temp)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Primes, so that the moments differ.
		time.Sleep(time.Duration(i*37%701) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		nothingLeft(t, mark, temp)
	}
}

// canExplore reports whether engines on directories can be explored here.
func canExplore(t *testing.T) error {
	_, err := harness.Verify(t.Context(), onDir(), harness.Config{Only: twoWrites, Depth: -1})
	return err
}

func nothingLeft(t *testing.T, mark, temp string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for left := marked(t, mark); len(left) > 0; left = marked(t, mark) {
		if time.Now().After(deadline) {
			t.Fatalf("processes outlived the harness: %q", left)
		}
		time.Sleep(5 * time.Millisecond) // the kernel is ending them
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(mounts), "ackproof") {
		t.Fatalf("a mount outlived the harness:\n%s", mounts)
	}
	if files, err := os.ReadDir(temp); err != nil || len(files) > 0 {
		t.Fatalf("files outlived the harness: %v, %v", files, err)
	}
}

// marked returns the living processes that were started with the mark in their
// environment, with their states.
func marked(t *testing.T, mark string) []string {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range paths {
		environ, err := os.ReadFile(p)
		if err != nil || !strings.Contains(string(environ), exploreVariable+"="+mark+"\x00") {
			continue // another's, or it ended meanwhile
		}
		dir := filepath.Dir(p)
		if pid, _ := strconv.Atoi(filepath.Base(dir)); pid == os.Getpid() {
			continue
		}
		stat, _ := os.ReadFile(filepath.Join(dir, "stat"))
		out = append(out, string(stat))
	}
	return out
}
