package dengine

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/afero"

	"github.com/ackproof/ackproof/engines"
)

// fileMeta is the file engine's hard state.
type fileMeta struct {
	gate
	fs    afero.Fs
	path  string
	state engines.HardState
	saved bool
}

// load reads the hard state. One that cannot be decoded is none.
func (m *fileMeta) load() error {
	data, err := afero.ReadFile(m.fs, m.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	m.state, m.saved = decodeHardState(data)
	return err
}

// SaveHardState empties the file and writes it again, without an fsync: two weaknesses.
func (m *fileMeta) SaveHardState(_ context.Context, state engines.HardState) error {
	return m.do("save hard state", func() error {
		f, err := m.fs.OpenFile(m.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
		if err != nil {
			return err
		}
		_, err = f.Write(encodeHardState(state))
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
		m.state, m.saved = state, true
		return nil
	})
}

func (m *fileMeta) LoadHardState(context.Context) (state engines.HardState, ok bool, err error) {
	err = m.do("load hard state", func() error {
		state, ok = m.state, m.saved
		return nil
	})
	return state, ok, err
}

// Flush does nothing, so a save is durable only by chance.
func (m *fileMeta) Flush(context.Context) error {
	return m.do("flush hard state", func() error { return nil })
}
