package boltlog

import "github.com/ackproof/ackproof/engines"

// Factory returns the factory of durable engines, named "bbolt". Of o it takes
// Plain.
func Factory(o Options) engines.Factory { return factory("bbolt", Options{Plain: o.Plain}) }

// NoSyncFactory returns the factory of engines that leave all syncs to Flush,
// named "bbolt-nosync". Of o it takes Plain. The package comment says what a
// power failure leaves of such an engine.
func NoSyncFactory(o Options) engines.Factory {
	return factory("bbolt-nosync", Options{Plain: o.Plain, NoSync: true})
}

// PlainFactory returns the factory of durable engines whose file is created by
// bbolt alone, named "bbolt-plain": what they lose to a crash soon after their
// first open is bbolt's doing. The harness's tests use it.
func PlainFactory() engines.Factory { return factory("bbolt-plain", Options{Plain: true}) }

func factory(name string, o Options) engines.Factory {
	readOnly := o
	readOnly.ReadOnly = true
	return engines.Factory{Name: name, Open: opener(o), OpenReadOnly: opener(readOnly), Needs: engines.NeedsDir}
}

func opener(o Options) func(engines.Env) (engines.StorageEngine, error) {
	return func(env engines.Env) (engines.StorageEngine, error) {
		o := o
		o.Dir = env.Dir
		engine, err := Open(o)
		if err != nil {
			return nil, err // not a nil *Engine in a non-nil interface
		}
		return engine, nil
	}
}
