package evidence

import (
	"errors"
	"fmt"

	"github.com/ackproof/ackproof/faultfs/corrupt"
	"github.com/ackproof/ackproof/faultfs/crash"
	"github.com/ackproof/ackproof/faultfs/journal"
	"github.com/ackproof/ackproof/harness/subject"
	"github.com/ackproof/ackproof/models"
)

// ErrBundle reports a file that is no bundle, or one that was cut or altered.
var ErrBundle = errors.New("bad bundle")

// Record is a [Case] as it is stored.
type Record struct {
	Engine string `json:"engine"`
	// Handover is as in [Case]. WrittenUnder is then what the writer is held to, in the first
	// life, and Contract what the last life's engine is.
	Handover     *Handover       `json:"handover,omitempty"`
	WrittenUnder models.Contract `json:"writtenUnder,omitempty"`
	// Subject is the name of Kind, which is what the engine is.
	Subject   string            `json:"subject"`
	Kind      *subject.Kind     `json:"-"`
	Profile   string            `json:"profile"`
	Seed      Seed              `json:"seed"`
	Property  models.Property   `json:"property"`
	Signature string            `json:"signature"`
	Sentence  string            `json:"sentence"`
	Found     string            `json:"found"`
	After     int               `json:"after"`
	Confirmed bool              `json:"confirmed"`
	Program   string            `json:"program"`
	Contract  models.Contract   `json:"contract"`
	Build     map[string]string `json:"build"`
	// Lives are those that led to the crash, the last one crashing in State.
	Lives []LifeRecord `json:"lives"`
	State crash.State  `json:"state"`
	// Live says that the case needs no crash.
	Live bool `json:"live,omitempty"`
	// Corruption is what went wrong with what State left.
	Corruption *corrupt.Corruption `json:"corruption,omitempty"`
	Recovered  *models.Recovered   `json:"recovered,omitempty"`
	Violations []models.Violation  `json:"violations"`
	// Explanation is nil for a case that nobody tried to explain.
	Explanation *Explanation `json:"explanation,omitempty"`
	// States and Unfinished are as in [Case]. Bundles of older releases have neither.
	States     int    `json:"states,omitempty"`
	Unfinished string `json:"unfinished,omitempty"`
}

// Record returns the case as it is stored.
func (c *Case) Record() *Record {
	r := &Record{
		Engine: c.Engine, Subject: c.Kind.Name, Kind: c.Kind, Profile: c.Life.Profile.String(), Seed: c.Seed, Property: c.Property(),
		Signature: c.Signature, Sentence: c.Sentence(), Found: c.Found, After: c.After, Confirmed: c.Confirmed,
		Program: c.Program.String(), Contract: c.Life.contract, Build: c.Build,
		State: c.State, Live: c.Live, Corruption: c.Corruption, Recovered: c.Recovered, Violations: c.Verdict.Violations,
		Explanation: c.Explanation, States: c.States, Unfinished: c.Unfinished,
	}
	if c.Handover != nil {
		r.Handover, r.WrittenUnder = c.Handover, c.Life.Lives()[0].contract
	}
	for _, l := range c.Life.Lives() {
		r.Lives = append(r.Lives, l.record())
	}
	return r
}

// Case returns the stored case. One that does not fit together fails with
// [ErrBundle].
func (r *Record) Case() (*Case, error) {
	c := &Case{
		Failure: &Failure{
			State: r.State, Live: r.Live, Corruption: r.Corruption, Recovered: r.Recovered,
			Verdict: models.Verdict{Outcome: models.Fail, Violations: r.Violations},
		},
		Engine: r.Engine, Handover: r.Handover, Kind: r.Kind, Seed: r.Seed, Found: r.Found, After: r.After, Confirmed: r.Confirmed,
		Signature: r.Signature, Explanation: r.Explanation, Build: r.Build,
		States: r.States, Unfinished: r.Unfinished,
	}
	profile, err := crash.ParseProfile(r.Profile)
	if err == nil {
		c.Program, err = r.Kind.Language.Parse(r.Program)
	}
	if err == nil && len(r.Lives) == 0 {
		err = errors.New("it holds no life of the engine")
	}
	for i := 0; err == nil && i < len(r.Lives); i++ {
		if c.Life, err = r.Lives[i].life(c.Life, r.Kind, profile, r.contract(i)); err != nil {
			err = fmt.Errorf("life %d: %w", i+1, err)
		}
	}
	if err == nil && !r.Live {
		err = c.Life.Crashes().Check(r.State)
	}
	if err == nil && r.Corruption != nil {
		_, err = c.Image()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	return c, nil
}

// contract returns what the engine of a life is held to; the first life is number 0.
func (r *Record) contract(life int) models.Contract {
	if life == 0 && r.WrittenUnder != nil {
		return r.WrittenUnder
	}
	return r.Contract
}

// LifeRecord is a [Life] as it is stored.
type LifeRecord struct {
	Crash     crash.State    `json:"crash"`
	Journal   journal.Record `json:"journal"`
	OpenedAt  int            `json:"openedAt"`
	ResumedAt int            `json:"resumedAt,omitempty"`
	// HandedOver and Harm are as in [Life].
	HandedOver bool              `json:"handedOver,omitempty"`
	Harm       *Harm             `json:"harm,omitempty"`
	Recovered  *models.Recovered `json:"recovered"`
	Steps      string            `json:"steps"`
	Generated  bool              `json:"generated,omitempty"`
	Log        string            `json:"log,omitempty"`
	Calls      models.History    `json:"calls"`
}

func (l *Life) record() LifeRecord {
	return LifeRecord{
		Crash: l.Crash, Journal: l.Journal.Record(), OpenedAt: l.OpenedAt, ResumedAt: l.ResumedAt, HandedOver: l.HandedOver,
		Harm: l.Harm, Recovered: l.Recovered, Steps: l.Steps.String(), Generated: l.Generated, Log: l.Log, Calls: l.Calls,
	}
}

// life returns the stored life, the child of parent, which is nil for a first one.
func (r LifeRecord) life(parent *Life, k *subject.Kind, p crash.Profile, c models.Contract) (*Life, error) {
	l := &Life{
		Profile: p, Parent: parent, Crash: r.Crash, OpenedAt: r.OpenedAt, ResumedAt: r.ResumedAt, HandedOver: r.HandedOver,
		Harm: r.Harm, Generated: r.Generated, Log: r.Log, Recovered: r.Recovered, Calls: r.Calls,
	}
	var err error
	if l.Journal, err = r.Journal.Journal(); err != nil {
		return nil, err
	}
	if l.Steps, err = k.Language.Parse(r.Steps); err != nil {
		return nil, err
	}
	switch {
	case parent == nil:
		l.Start = models.Fresh(c)
	case r.Recovered == nil:
		return nil, errors.New("nothing was recovered")
	default:
		if err := parent.Crashes().Check(r.Crash); err != nil {
			return nil, err
		}
		l.Start = parent.Verdict(r.Crash.Point, r.Recovered).After
	}
	l.seal(c)
	return l, nil
}
