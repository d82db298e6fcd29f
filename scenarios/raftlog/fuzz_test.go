package raftlog

import (
	"reflect"
	"testing"
)

func FuzzParse(f *testing.F) {
	f.Add("# ackproof program v1\nsave-hard-state term=+1 vote=2\npersist 3 back=1 terms=2 size=0,64-512\n")
	f.Add("concurrently flushers=1 flushes=4 readers=2 reads=8 {\n  replace 2 3 size=100\n}\ncrash lose=sample:7")
	f.Add("first-open\nreopen")
	f.Add("crash in persist 2 size=1,2 after event 3 lose=sample:1\ncrash in purge all+1 lose=nothing")
	f.Add("fail fsync 2 path=*.log error=ENOSPC times=all lands=yes\npersist 2 cancel=3\nspace 70\nflush\nspace all")
	f.Add("fail fsync-dir 1 error=stuck\nconcurrently flushers=1 {\n  release\n  persist 1 cancel=1\n}\ncrash in flush cancel=2 after event 1 lose=nothing")
	f.Add("first-open dir=missing\npersist 1")
	f.Add("persist 3 size=700 fill=zeros\nreplace 1 2 fill=compressible")
	f.Add("purge all+5\r\npurge 3#x\ntruncate 2\nread-range 1 2\nkill")
	for _, named := range append(Language.Named(), Language.Corpus()...) {
		f.Add(named.Program.String())
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Language.Parse(text)
		if err != nil {
			return
		}
		again, err := Language.Parse(p.String())
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Fatalf("got %v, %v, want\n%v", again, err, p)
		}
		if steps, bytes := size(p); steps > 100 || bytes > 1<<20 {
			return
		}
		if err := newStrictLog().run(p); err != nil {
			t.Fatalf("%v\nof\n%v", err, p)
		}
	})
}
