package canary

// damageCanaries do the wrong thing with what a disk damaged at rest, and nothing wrong after any
// crash.
func damageCanaries() []Canary {
	return []Canary{
		Canary{
			Name: "hard-state-not-checked", Property: "no-silent-corruption",
			About: "Each record has a checksum, and that of the hard state is not looked at: a bit that flips changes a vote.",
		}.inChecked(trustsHardState, checkedManner{}),
		Canary{
			Name: "header-outside-checksum", Property: "no-silent-corruption",
			About: "The checksum of an entry covers its payload and leaves out its header: a bit that flips changes a term.",
		}.inChecked(sumsNoHeader, checkedManner{}),
		Canary{
			Name: "corruption-taken-for-torn-tail", Property: "no-silent-truncation",
			About: "The first record whose checksum does not match ends the log, though what stands behind it is intact (Protocol-Aware Recovery, FAST'18, found this in several).",
		}.inChecked(endsAtDamage, checkedManner{}),
		Canary{
			Name: "wrong-length-trusted", Property: "no-silent-corruption",
			About: "The checksum covers the key, and the length of the value is believed: a payload comes back longer or shorter.",
		}.inChecked(trustsLength, checkedManner{}),
		Canary{
			Name: "stale-sector-taken-for-new", Property: "no-silent-truncation",
			About: "A file that is written in place has a checksum for each record, which does not say of which write it is: a sector that a write missed is as good as new.",
		}.inChecked(takesStale, checkedManner{inPlace: true}),
		Canary{
			Name: "damaged-snapshot-applied", Property: "no-silent-corruption",
			About: "A checksum that does not match is noted, and what was read is applied all the same.",
		}.inChecked(appliesDamaged, checkedManner{}),
		Canary{
			Name: "damaged-index-rebuilt-as-empty", Property: "no-silent-truncation",
			About: "Where the file that lists the entries is damaged, a new one is begun that lists none.",
		}.inChecked(beginsEmpty, checkedManner{}),
		Canary{
			Name: "read-error-taken-for-absence", Property: "no-silent-truncation",
			About: "A hard state that cannot be read counts as one that was never saved: the node votes again.",
		}.inChecked(takesForAbsent, checkedManner{}),
		Canary{
			Name: "checksum-only-as-it-opens", Property: "no-silent-corruption",
			About: "Checksums are looked at as the engine opens, and not where it reads later: what goes wrong while it is open is served.",
		}.inChecked(readsUnchecked, checkedManner{rereads: true}),
		Canary{
			Name: "rewrite-launders-damage", Property: "no-silent-corruption",
			About: "A rewrite copies what it reads without a look at its checksum, and gives it a new one: what was damaged is valid from then on (Redundancy Does Not Imply Fault Tolerance, FAST'17, found such copies in several).",
		}.inChecked(launders, checkedManner{copies: true}),
	}
}

// inChecked returns c with the plant in an engine that detects corruption.
func (c Canary) inChecked(p damagePlant, manner checkedManner) Canary {
	c.healthy, c.planted = checkedFactory(noDamagePlant, manner), checkedFactory(p, manner)
	return c
}
