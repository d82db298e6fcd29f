package hosted

import "github.com/ackproof/ackproof/engines"

// engine is a log in the worker, with its hard state.
type engine struct {
	*handle
	durable bool
	log     engines.LogStore
	meta    engines.MetaStore
}

func (e *engine) LogStore() engines.LogStore   { return e.log }
func (e *engine) MetaStore() engines.MetaStore { return e.meta }
