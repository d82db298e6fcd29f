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

	"github.com/ackproof/ackproof/harness"
	"github.com/ackproof/ackproof/models"
)

// ErrNoHistory reports a finding whose calls cannot be drawn by porcupine.
var ErrNoHistory = errors.New("no history to draw")

// Concurrent tells whether calls of the bundle's last life overlapped, so that
// porcupine's drawing of it tells more than the page's own lanes.
func Concurrent(b *harness.Bundle) bool {
	if len(b.Lives) == 0 {
		return false
	}
	return slices.ContainsFunc(b.Lives[len(b.Lives)-1].Calls, func(c models.Call) bool { return c.Client != 0 })
}

// WriteHistory writes porcupine's drawing of the last life's calls, with the
// crash as the last of them, as an HTML file of its own. It is not part of the
// page, since its script and styles are inline, and so is their policy: in a
// frame it would inherit the page's, which allows neither. It fails with
// [ErrNoHistory] where the model cannot tell where the life began.
func WriteHistory(w io.Writer, b *harness.Bundle) error {
	from, history, err := lastHistory(b)
	if err != nil {
		return err
	}
	model := models.Model(b.Contract, from)
	describe, state := model.DescribeOperation, model.DescribeState
	model.DescribeOperation = func(in, out any) string { return inert(describe(in, out)) }
	model.DescribeState = func(s any) string { return inert(state(s)) }
	const searchMax = 10 * time.Second
	_, info := porcupine.CheckOperationsVerbose(model, models.Operations(history), searchMax)
	var drawing bytes.Buffer
	if err := porcupine.Visualize(model, info, &drawing); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	const head = "<head>"
	const alone = head + `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`
	_, err = io.WriteString(w, strings.Replace(drawing.String(), head, alone, 1))
	return err
}

// inert returns text that is no markup: porcupine's script sets it as HTML.
func inert(text string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "&", "＆").Replace(block(text))
}

// lastHistory returns where the last life began in the model, and its calls up
// to the crash, which is the last of them.
func lastHistory(b *harness.Bundle) (models.State, models.History, error) {
	from := models.Fresh(b.Contract)
	for i, life := range b.Lives {
		if i == len(b.Lives)-1 {
			if b.Live {
				return from, life.Calls, nil
			}
			if i > 0 && b.State.Point <= life.Opened {
				return from, nil, fmt.Errorf("%w: the crash hit a recovery, which no call belongs to", ErrNoHistory)
			}
			return from, withCrash(life.Calls.Until(b.State.Point-1), b.Recovered), nil
		}
		next := b.Lives[i+1]
		verdict := models.CheckWhole(b.Contract, from, life.Calls.Until(next.Crash.Point-1), next.Recovered)
		if verdict.Outcome != models.Pass {
			return from, nil, fmt.Errorf("%w: life %d does not begin where the model can tell", ErrNoHistory, i+2)
		}
		from = verdict.After
	}
	return from, nil, fmt.Errorf("%w: the bundle holds no life", ErrNoHistory)
}

func withCrash(h models.History, r *models.Recovered) models.History {
	crash := models.Call{Op: models.Op{Kind: models.Crash}, Result: models.Result{Recovered: r}}
	for _, c := range h {
		crash.ID = max(crash.ID, c.ID+1)
		crash.Invoked = max(crash.Invoked, c.Invoked+1, c.Returned+1)
	}
	crash.Returned = crash.Invoked + 1
	return append(h, crash)
}
