package scenarios

import "slices"

// Joined returns programs in which one step writes what the i-th step of p, counted from 0, and
// the one behind it do. Each has a smaller Size than p, and writes at most twice as many bytes.
// There are none unless both steps are of one kind that writes.
func (p Program) Joined(i int) (out []Program) {
	if i+1 >= len(p) || !joinable(p[i], p[i+1]) {
		return nil
	}
	first, second := p[i], p[i+1]
	_, before := p.Written()
	for _, like := range []Step{first, second} {
		like.Count = first.Count + second.Count
		joined := slices.Concat(p[:i], Program{like}, p[i+2:]).clone()
		if _, bytes := joined.Written(); joined.Size() < p.Size() && bytes <= min(2*before, TotalPayloadLimitBytes) {
			out = append(out, joined)
		}
	}
	return out
}

// joinable reports whether one step can write what two do.
func joinable(a, b Step) bool {
	return a.Kind == b.Kind && a.Kind.Writes && !a.Again && !b.Again && a.Count+b.Count <= EntriesLimit
}
