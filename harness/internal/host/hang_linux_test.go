package host_test

import (
	"os"
	"os/exec"
	"path"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/afero"
	"golang.org/x/sys/unix"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/models"
)

// TestHangIsFound wants a hang of an engine that is stuck, with the stack of where it
// is first, and none of what it does not do.
func TestHangIsFound(t *testing.T) {
	const limit = 200 * time.Millisecond
	inBoth(t, without(atPreview), func(t *testing.T, f engines.Factory) {
		failed, err := use(newHost(t, f, limit))
		checkHang(t, failed, err)
	})
	inBoth(t, without(atClaims, atPreview), func(t *testing.T, f engines.Factory) {
		_, recovered, err := recoverFrom(newHost(t, f, limit))
		checkHang(t, recovered.Failure, err)
	})
	inBoth(t, []string{atPreview}, func(t *testing.T, f engines.Factory) {
		preview, recovered, err := recoverFrom(newHost(t, f, limit))
		if err != nil || preview.OK || recovered.Failure != nil {
			t.Errorf("got preview %+v, failure %v, error %v, want no preview and a recovery", preview, recovered.Failure, err)
		}
	})
}

func checkHang(t *testing.T, failed *models.Failure, err error) {
	t.Helper()
	if err != nil || failed == nil || failed.Manner != engines.MannerHang {
		t.Fatalf("got failure %v, error %v, want a hang", failed, err)
	}
	if failed.Stack == "" {
		return // of a close, which has no more than a text
	}
	stuckIn := func(stack string) bool {
		return strings.Contains(stack, "host_test.stick(") || strings.Contains(stack, "host_test.writeSlowly(")
	}
	if first, _, _ := strings.Cut(failed.Stack, "\n\n"); !stuckIn(first) {
		t.Errorf("got a stack that begins with\n%s\nwant the goroutine that is stuck first", first)
	}
}

// burnLimit is the limit of an engine that takes part of it, burnTime, in processor
// time.
const (
	burnLimit = 500 * time.Millisecond
	burnTime  = burnLimit * 6 / 10
)

// burn returns once it has had so much of a processor.
func burn(limit time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for began := threadTime(); threadTime()-began < limit; {
	}
}

func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}

// TestLoadIsNoHang wants an engine that gets little of a processor to get its time, and
// one that is stuck to be found all the same.
func TestLoadIsNoHang(t *testing.T) {
	loadMachine(t)
	inBoth(t, []string{burnsAtPersist}, func(t *testing.T, f engines.Factory) {
		h := newHost(t, f, burnLimit)
		began := time.Now()
		failed, err := use(h)
		took := time.Since(began)
		if failed != nil && took > 10*burnLimit {
			t.Skipf("the engine got less than a tenth of a processor, and nobody waits longer: %v", took)
		}
		if err != nil || failed != nil {
			t.Errorf("got failure %v, error %v after %v, want none: the engine ran for %v", failed, err, took, burnTime)
		}
	})
	inBoth(t, []string{atPersist}, func(t *testing.T, f engines.Factory) {
		failed, err := use(newHost(t, f, burnLimit))
		checkHang(t, failed, err)
	})
}

// writeSlowly sleeps for so much longer than a limit that it is one on a loaded machine too, and
// makes a file-system call again and again.
func writeSlowly(env engines.Env) {
	for range 300 {
		time.Sleep(4 * burnLimit / 300)
		if err := afero.WriteFile(env.FS, path.Join(env.Dir, "slow"), []byte("x"), 0o666); err != nil {
			panic(err)
		}
	}
}

// TestFileCallsAreProgress wants no hang of an engine that waits for its file system, as
// far as that is seen: in this process it is not.
func TestFileCallsAreProgress(t *testing.T) {
	inBoth(t, []string{writesAtPersist}, func(t *testing.T, f engines.Factory) {
		failed, err := use(newHost(t, f, burnLimit))
		if f.Needs != engines.NeedsDir {
			checkHang(t, failed, err)
		} else if failed != nil || err != nil {
			t.Errorf("got failure %v, error %v, want none: its calls were answered", failed, err)
		}
	})
}

// busyVariable makes this program do nothing but take a processor.
const busyVariable = "HOST_TEST_BUSY"

// loadMachine gives the machine more to do than it can, until the test ends.
func loadMachine(t *testing.T) {
	const processes = 10
	for range processes {
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), busyVariable+"=1", "GOMAXPROCS=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		started := make(chan error)
		go func() { // its thread lives as long as the process is to
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			err := cmd.Start()
			started <- err
			if err == nil {
				_ = cmd.Wait()
				close(started)
			}
		}()
		if err := <-started; err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = cmd.Process.Kill()
			<-started
		})
	}
}

func beBusyIfAsked() {
	if os.Getenv(busyVariable) != "" {
		for n := 0; ; n++ {
		}
	}
}
