package page

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ackproof/ackproof/harness/evidence"
	"github.com/ackproof/ackproof/models"
)

// ErrNoHistory reports a finding whose calls cannot be drawn by porcupine.
var ErrNoHistory = errors.New("no history to draw")

// Concurrent reports whether calls of the case's last life overlapped, so that
// porcupine's drawing of it says more than the page's own lanes.
func Concurrent(c *evidence.Case) bool {
	return slices.ContainsFunc(c.Life.Calls, func(c models.Call) bool { return c.Client != 0 })
}

// WriteHistory writes porcupine's drawing of the last life's calls, with the
// crash as the last of them, as an HTML file of its own. It is not part of the
// page, since its script and styles are inline, and so is their policy: in a
// frame it would inherit the page's, which allows neither. It fails with
// [ErrNoHistory] where the model cannot tell where the life began.
func WriteHistory(w io.Writer, c *evidence.Case) error {
	history, err := lastHistory(c)
	if err != nil {
		return err
	}
	model := models.Model(c.Life.Contract(), c.Life.Start)
	describe, state := model.DescribeOperation, model.DescribeState
	model.DescribeOperation = func(in, out any) string {
		text := describe(in, out)
		if call, ok := in.(*models.Call); ok && call.Faulted {
			text += " (a fault fired in it)"
		}
		return inert(text)
	}
	model.DescribeState = func(s any) string { return inert(state(s)) }
	const searchMax = 10 * time.Second
	_, info := porcupine.CheckOperationsVerbose(model, models.Operations(history), searchMax)
	info.AddAnnotations(faultNotes(c))
	var drawing bytes.Buffer
	if err := porcupine.Visualize(model, info, &drawing); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	const head = "<head>"
	const alone = head + `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`
	_, err = io.WriteString(w, strings.Replace(drawing.String(), head, alone, 1))
	return err
}

// faultNotes returns the faults that fired in the last life, up to the crash, as porcupine
// draws them beside the calls.
func faultNotes(c *evidence.Case) (out []porcupine.Annotation) {
	events := c.Life.Journal.Events
	if !c.Live {
		events = events[:c.State.Point]
	}
	for i, e := range events {
		if e.IsFault() {
			out = append(out, porcupine.Annotation{
				Tag: "faults", Start: models.Tick(i), Description: e.Error.String(), Details: inert(e.String()), BackgroundColor: "#f0c95a",
			})
		}
	}
	return out
}

// inert returns text that is no markup: porcupine's script sets it as HTML.
func inert(text string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "&", "＆").Replace(block(text))
}

// lastHistory returns the last life's calls up to the crash, which is the last of
// them.
func lastHistory(c *evidence.Case) (models.History, error) {
	switch {
	case c.Live:
		return c.Life.Calls, nil
	case c.Life.InRecovery(c.State.Point):
		return nil, fmt.Errorf("%w: the crash hit a recovery, which no call belongs to", ErrNoHistory)
	}
	return withCrash(c.Life.Calls.Until(c.State.Point-1), c.Recovered), nil
}

func withCrash(h models.History, r *models.Recovered) models.History {
	crash := models.Call{Op: models.Crash, Result: models.Result{Recovered: r}}
	for _, c := range h {
		crash.ID = max(crash.ID, c.ID+1)
		crash.Invoked = max(crash.Invoked, c.Invoked+1, c.Returned+1)
	}
	crash.Returned = crash.Invoked + 1
	return append(h, crash)
}
