package host

// environment is a panic with an error of the environment, such as a process
// that does not start, where only the engine's failures are results. [Guard]
// ends it.
type environment struct{ error }

// Guard makes an environment's panic the error of the function that defers it.
func Guard(err *error) {
	switch p := recover().(type) {
	case nil:
	case environment:
		*err = p.error
	default:
		panic(p)
	}
}

// Must returns v, and panics with err as an error of the environment if there is one.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(environment{err})
	}
	return v
}
