package host

import (
	"context"
	"errors"
	"testing"

	"github.com/ackproof/ackproof/engines"
	"github.com/ackproof/ackproof/faultfs"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// unread is a subject that opens and cannot be read.
type unread struct {
	subject.Store
	closed *int
}

func (u unread) Show(context.Context) (models.View, error) { return nil, errors.New("unreadable") }

func (u unread) Close() error {
	*u.closed++
	return nil
}

// A subject that cannot be read is closed once, and no part of the machine any more: the
// worker that it ran in may be somebody else's when the machine is killed.
func TestUnreadSubjectIsNotKept(t *testing.T) {
	closed := 0
	h, err := New(subject.Factory{
		Kind: &subject.Kind{}, Name: "unread",
		Open: func(engines.Env) (subject.Store, error) { return unread{closed: &closed}, nil },
	}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	m := h.Boot(faultfs.Config{Image: BlankImage()})
	if r := m.Open(); r.Failure == nil || r.Failure.Phase != models.PhaseRead {
		t.Fatalf("got %v, want that it cannot be read", r.Failure)
	}
	m.Kill()
	m.Close()
	if closed != 1 {
		t.Errorf("got it closed %d times, want once", closed)
	}
}
