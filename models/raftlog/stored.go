package raftlog

import (
	"encoding/json"

	"github.com/ackproof/ackproof/models"
)

// Stored reads what is stored of a log.
var Stored = models.Stored{
	Op:     func() models.Op { return new(Op) },
	Answer: func() any { return new(Answer) },
	View:   func() models.View { return new(View) },
	Probe:  func() models.Probe { return new(Probe) },
	Contract: func(text []byte) (models.Contract, error) {
		var c Contract
		err := json.Unmarshal(text, &c)
		return c, err
	},
}
