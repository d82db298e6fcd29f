package models

// specOf returns the specification of a subject under c, with what every kind of subject has:
// its use of the disk, and what a close leaves.
func specOf(c Contract) Spec {
	out := Spec(spaceSpec{c.Spec(), c.Claimed().Has(SpaceReclaimed)})
	if c.Claimed().Has(CloseReleases) {
		out = releasing{out}
	}
	return out
}
