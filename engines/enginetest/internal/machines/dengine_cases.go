package machines

import (
	"context"
	"fmt"
	"strings"
)

// dEngineCases are the nineteen cases of d-engine's own suite, under its names, so that one
// who knows that suite finds them. Where it drops a machine, these reopen it: neither loses
// power. Its two cases of performance are no conformance.
func dEngineCases() []Case {
	return append([]Case{
		{"d-engine/start-stop", ruleServing, steps(runs(true), start(), runs(true), stop(), runs(false), start(), runs(true))},
		{"d-engine/basic-kv", ruleGet, steps(apply(1, put("key", "value")), gets("key", "value", true), apply(2, del("key")), gets("key", "", false))},
		{"d-engine/apply-chunk", ruleApply, steps(
			apply(1, put("a", "1"), put("b", "2"), del("a"), put("c", "3")),
			gets("a", "", false), gets("b", "2", true), gets("c", "3", true), shows("b=2 c=3 at 4/1"),
		)},
		{"d-engine/cas", ruleSwap, steps(
			apply(1, swap("lock", nil, "one")), gets("lock", "one", true), apply(2, swap("lock", []byte("one"), "two")), gets("lock", "two", true),
			answers(3, "n", swap("lock", []byte("other"), "three")), gets("lock", "two", true),
		)},
		{"d-engine/last-applied-detection", rulePosition, steps(
			reset(), shows("at 0/0"), apply(1, put("a", "1"), put("b", "2"), put("c", "3")), shows("a=1 b=2 c=3 at 3/1"),
		)},
		{"d-engine/snapshot-operations", ruleRestore, steps(
			apply(1, put("a", "1"), put("b", "2"), put("c", "3")), generate("taken"), reset(), shows("at 0/0"),
			apply(1, put("a", "old"), put("old-b", "old"), put("old-c", "old")), restore("taken"), shows("a=1 b=2 c=3 at 3/1 snapshot 3/1 taken"),
		)},
		{"d-engine/persistence", ruleReopen, steps(
			apply(1, put("a", "1"), put("b", "2")), persistApplied(2, 1), persistMetadata(2, 1), flush(), reopens("a=1 b=2 at 2/1 snapshot 2/1 00000000"),
		)},
		{"d-engine/drop-flushes-data", ruleReopen, steps(apply(1, put("a", "1"), put("b", "2")), stop(), reopens("a=1 b=2 at 2/1"))},
		{"d-engine/drop-persists-last-applied", ruleReopen, steps(apply(1, many(5)...), updateApplied(7, 1), stop(), reopens("k1=1 k2=2 k3=3 k4=4 k5=5 at 7/1"))},
		{"d-engine/data-survives-reopen", ruleReopen, steps(
			survives(), apply(1, put("a", "1")), reopens("a=1 at 1/1"), apply(2, put("b", "2")), reopens("a=1 b=2 at 2/1"),
		)},
		{"d-engine/ungraceful-shutdown-recovery", ruleReopen, steps(apply(1, many(3)...), flush(), reopens("k1=1 k2=2 k3=3 at 3/1"))},
		{"d-engine/reset", ruleReset, steps(apply(1, many(3)...), persistMetadata(3, 1, 7), reset(), shows("at 0/0"), gets("k1", "", false))},
	}, dEngineReads()...)
}

func dEngineReads() []Case {
	return []Case{
		{"d-engine/get-multi-returns-values-in-key-order", ruleGetMulti, steps(apply(1, many(3)...), getsMulti(3, `"3" "1" "2" `, "k3", "k1", "k2"))},
		{"d-engine/get-multi-absent-keys-return-none", ruleGetMulti, steps(getsMulti(0, "none none ", "a", "b"))},
		{"d-engine/get-multi-empty-keys-returns-empty", ruleGetMulti, steps(getsMulti(0, ""), apply(1, put("a", "1")), getsMulti(1, ""))},
		{"d-engine/get-multi-partial-hit-some-keys-missing", ruleGetMulti, steps(apply(1, many(3)...), getsMulti(3, `"1" none "3" `, "k1", "absent", "k3"))},
		{"d-engine/get-multi-service-registry-coherence", ruleGetMulti, coherent("address", "port", "health")},
		{"d-engine/get-multi-election-state-coherence", ruleGetMulti, coherent("leader", "term", "lease")},
		{"d-engine/get-multi-quota-management-coherence", ruleGetMulti, coherent("used", "limit")},
	}
}

// many returns puts of count keys.
func many(count int) (out []command) {
	for i := 1; i <= count; i++ {
		out = append(out, put(fmt.Sprint("k", i), fmt.Sprint(i)))
	}
	return out
}

// coherent writes keys that belong together in one chunk after the other, and wants one
// request for all of them to show those of one.
func coherent(keys ...string) func(context.Context, *Place) error {
	var all []step
	for round := range 5 {
		var commands []command
		for _, key := range keys {
			commands = append(commands, put(key, fmt.Sprint(round)))
		}
		all = append(all,
			apply(uint64(round*len(keys)+1), commands...),
			getsMulti(uint64((round+1)*len(keys)), strings.Repeat(fmt.Sprintf("%q ", fmt.Sprint(round)), len(keys)), keys...),
		)
	}
	return steps(all...)
}
