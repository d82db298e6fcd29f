package hosted

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/engines/memmachine"
)

// durableMachine is a machine in memory that claims what the session in the document
// does. The checksum of its snapshots is known to no other by the one in the document, as
// the form of snapshots is none of the protocol's business.
type durableMachine struct {
	engines.StateMachine
	sum *engines.Checksum // the true one
}

var documentedSum = engines.Checksum(sha256.Sum256([]byte("a snapshot")))

func (durableMachine) MachineClaims() engines.MachineClaims {
	return engines.MachineClaims{ApplyDurable: true, RestoreDurable: true, ResetDurable: true, ShutdownDurable: true}
}

func (d durableMachine) GenerateSnapshotData(ctx context.Context, path string, last engines.LogID) (engines.Checksum, error) {
	sum, err := d.StateMachine.GenerateSnapshotData(ctx, path, last)
	*d.sum = sum
	return documentedSum, err
}

func (d durableMachine) ApplySnapshotFromFile(ctx context.Context, metadata engines.SnapshotMetadata, path string) error {
	if metadata.Checksum == documentedSum {
		metadata.Checksum = *d.sum
	}
	return d.StateMachine.ApplySnapshotFromFile(ctx, metadata, path)
}

func (d durableMachine) SnapshotMetadata() (engines.SnapshotMetadata, bool) {
	metadata, ok := d.StateMachine.SnapshotMetadata()
	if metadata.Checksum == *d.sum {
		metadata.Checksum = documentedSum
	}
	return metadata, ok
}

func durableMachineServer() *Server {
	return &Server{Name: "mymachine", OpenMachine: func(string, bool) (engines.StateMachine, error) {
		return durableMachine{memmachine.New(afero.NewMemMapFs()), new(engines.Checksum)}, nil
	}}
}

func TestDocumentedMachineSession(t *testing.T) {
	play(t, durableMachineServer(), documented(t, "mymachine"))
}

func TestDocumentedMachineRequests(t *testing.T) {
	replay(t, documented(t, "mymachine"), func(conn *Conn) {
		m, err := conn.OpenMachine("/data/machine", false)
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		put := engines.Command{Kind: engines.CommandPut, Key: []byte("a"), Value: []byte("1")}
		swap := engines.Command{Kind: engines.CommandCompareAndSwap, Key: []byte("b"), Value: []byte{}, Expected: []byte("x")}
		two := []engines.Entry{{Index: 1, Term: 1, Payload: put.Payload()}, {Index: 2, Term: 1, Payload: swap.Payload()}}
		_, _ = m.ApplyChunk(ctx, two)
		_ = m.Start(ctx)
		_ = m.IsRunning()
		_, _ = m.ApplyChunk(ctx, two)
		_, _ = m.ApplyChunk(ctx, []engines.Entry{{Index: 2, Term: 1, Payload: swap.Payload()}, {Index: 3, Term: 1}})
		_, _ = m.ApplyChunk(ctx, []engines.Entry{{Index: 9, Term: 1}})
		_, _, _ = m.Get(ctx, []byte("a"))
		_, _, _ = m.Get(ctx, []byte("b"))
		_, _, _ = m.GetMulti(ctx, [][]byte{[]byte("a"), []byte("b")})
		conn.Concurrently(true)
		_, _, _ = m.ScanPrefix(ctx, nil)
		conn.Concurrently(false)
		_, _ = m.EntryTerm(3)
		_, _ = m.EntryTerm(4)
		_ = m.Len()
		m.UpdateLastApplied(engines.LogID{Index: 4, Term: 2})
		_ = m.PersistLastApplied(ctx, engines.LogID{Index: 5, Term: 2})
		_ = m.LastApplied()
		last := engines.LogID{Index: 5, Term: 2}
		_, _ = m.SnapshotMetadata()
		sum, _ := m.GenerateSnapshotData(ctx, "/data/snapshots/5", last)
		metadata := engines.SnapshotMetadata{LastIncluded: last, Checksum: sum}
		m.UpdateSnapshotMetadata(metadata)
		_ = m.PersistSnapshotMetadata(ctx, metadata)
		_ = m.SaveHardState(ctx)
		_ = m.Reset(ctx)
		_ = m.ApplySnapshotFromFile(ctx, metadata, "/data/snapshots/5")
		_, _ = m.SnapshotMetadata()
		m.UpdateLastApplied(engines.LogID{Index: 6, Term: 2})
		_ = m.ApplySnapshotFromFile(ctx, metadata, "/data/snapshots/5")
		_ = m.ApplySnapshotFromFile(ctx, metadata, "/data/snapshots/7")
		_ = m.Flush(ctx)
		_ = m.Stop(ctx)
		_ = m.Close()
	})
}

// TestDocumentedCommands holds the bytes of commands in the document to what the contract
// makes of them.
func TestDocumentedCommands(t *testing.T) {
	page, err := os.ReadFile("../../docs/PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	for text, c := range map[string]engines.Command{
		`put "a" = "1"`:                {Kind: engines.CommandPut, Key: []byte("a"), Value: []byte("1")},
		`delete "a"`:                   {Kind: engines.CommandDelete, Key: []byte("a")},
		`if "b" has "x", put ""`:       {Kind: engines.CommandCompareAndSwap, Key: []byte("b"), Expected: []byte("x")},
		`if "b" has no value, put "2"`: {Kind: engines.CommandCompareAndSwap, Key: []byte("b"), Value: []byte("2")},
	} {
		_, rest, ok := strings.Cut(string(page), "\n"+text+" ")
		line, _, _ := strings.Cut(rest, "\n")
		if got, want := strings.ReplaceAll(line, " ", ""), hex.EncodeToString(c.Payload()); !ok || got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
