package harness

// spread returns n of all, evenly, the last one among them.
func spread[T any](all []T, n int) []T {
	if n >= len(all) {
		return all
	}
	var out []T
	for i := range n {
		out = append(out, all[(i+1)*len(all)/n-1])
	}
	return out
}
