package trial

import "testing"

func TestCalledIn(t *testing.T) {
	const ours = "github.com/ackproof/ackproof/engines/enginetest."
	for stacks, want := range map[string]string{
		"": "the engine",
		"goroutine 7 [select]:\nmywal.(*Log).wait(0xc)\n\t/x.go:7\nmywal.(*Log).Flush(0x1, {0x2, 0x3})\n\t/x.go:9\n" + ours + "flush.func1()\n\t/y.go:8\n": "mywal.(*Log).Flush",
		"goroutine 7 [sync.WaitGroup.Wait]:\nsync.(*WaitGroup).Wait(0xc)\n\t/w.go:7\n" + ours + "opensApart()\n\t/y.go:8\n\n" +
			"goroutine 9 [select]:\nmywal.Open(0x1)\n\t/x.go:9\n" + ours + "(*Place).Open()\n\t/y.go:8\n": "mywal.Open",
	} {
		if got := calledIn(stacks); got != want {
			t.Errorf("got %q, want %q, in\n%s", got, want, stacks)
		}
	}
}
