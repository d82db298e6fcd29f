package coverage

import (
	"os"
	"reflect"
	"testing"
	"unsafe"
)

// Begin makes the counters of a test binary readable, which they are otherwise at its end only:
// it has the binary's own report made once, for nobody. It does nothing in a test that counts
// nothing, and changes no counter.
//
// The report is reached through a field of testing.M that is not exported. Where a release of Go
// has no such field, counters stay unread, and [Check] says so.
func Begin(m *testing.M) {
	field := reflect.ValueOf(m).Elem().FieldByName("deps")
	if testing.CoverMode() != "atomic" || !field.IsValid() {
		return
	}
	deps, ok := reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem().Interface().(interface {
		InitRuntimeCoverage() (mode string, report func(profile, dir string) (string, error), snapshot func() float64)
	})
	if !ok {
		return
	}
	stdout := os.Stdout
	defer func() { os.Stdout = stdout }()
	var err error
	if os.Stdout, err = os.OpenFile(os.DevNull, os.O_WRONLY, 0); err != nil {
		return
	}
	defer os.Stdout.Close()
	_, report, _ := deps.InitRuntimeCoverage()
	_, _ = report("", "") // Check says if it came to nothing
}
