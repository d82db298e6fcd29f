# The tasks of this repository. "make help" lists them.

GO            ?= go
SEED          ?= 1
FUZZTIME      ?= 5m
BENCHTIME     ?= 1s
STATICCHECK   := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT       := mvdan.cc/gofumpt@v0.12.0

# The profiles under which every canary must be caught.
PROFILES      := strict-posix,ext4-ordered

# State machines and nodes are tried in fewer states than logs: an eighth of the usual.
MACHINES      := file-machine file-machine-buffered file-node mem-machine --thin 8

# Durable indexes above files.
INDEXES       := file-memory-first file-buffered-disk-first --quick

# Pebble takes twenty times as long to open as plain files, so few crash states are tried at
# each crash point, few faults (a 192nd of the usual), and one life after each program.
# crash-test-long tries an eighth.
PEBBLE        := pebble pebble-buffered pebble-buffered-memory-first pebble-machine pebble-machine-buffered --thin 192 --programs 0 --second-lives 1

# Engines with documented weaknesses. Each weakness shows in a named program, in few states,
# and its finding is kept: out/dengine/report.html has them all.
DENGINE_FILE  := dengine/file dengine/file-claims-durable --thin 16 --programs 0 --second-lives 1 --out out/dengine
DENGINE_ROCKS := dengine/rocksdb dengine/rocksdb-claims-durable --thin 192 --programs 0 --second-lives 1 --out out/dengine

# An engine on a real directory is recorded over FUSE, which is slower than memory.
# A program in another language answers one call at a time.
# What bbolt does not keep after an fsync that failed is known, and fails nothing.
BBOLT         := bbolt bbolt-nosync --quick --thin 8 --programs 2 --known engines/boltlog/known.txt
BBOLT_MACHINE := bbolt-machine --quick --thin 8 --programs 2 --known engines/boltmachine/known.txt
# Each of its lives starts an interpreter, so it is started without a wrapper of a version manager.
PYTHON        := --quick --thin 8 --programs 0 -- "$$(python3 -c 'import sys; print(sys.executable)')" examples/python-log/log.py
PYTHON_MACHINE := --quick --thin 8 --programs 0 -- "$$(python3 -c 'import sys; print(sys.executable)')" examples/python-machine/machine.py

# A run that is cut short is a failure, beside what the user requires.
COMPLETE      := ACKPROOF_REQUIRE="$$ACKPROOF_REQUIRE,complete"

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build the command line, ./ackproof
	$(GO) build -o ackproof ./cmd/ackproof

# What tests and examples need besides Go. It is installed if it is missing.
.PHONY: python3 chromium
python3 chromium:
	@command -v $@ >/dev/null || { echo "$@ is missing: installing the Debian package"; apt-get update -qq && apt-get install -y -qq $@ >/dev/null; } || \
		echo "!! $@ cannot be installed: what needs it is NOT RUN"

# BUDGET is no plan, but a bound: a part that reaches it is cut short, and fails.
.PHONY: crash-test
crash-test: BUDGET ?= 5m
crash-test: build python3 ## check the built-in engines, catch the canaries, find what is documented: SEED=1, BUDGET=5m for each part
	$(COMPLETE) ./ackproof run canary/all file file-buffered mem --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET)
	$(COMPLETE) ./ackproof run $(DENGINE_FILE) --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET)
	$(COMPLETE) ./ackproof run $(DENGINE_ROCKS) --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET)
	./ackproof report out/dengine
	$(COMPLETE) ./ackproof run $(MACHINES) --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET)
	$(COMPLETE) ./ackproof run $(INDEXES) --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET)
	$(COMPLETE) ./ackproof run $(PEBBLE) --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET)
	$(COMPLETE) ./ackproof run $(BBOLT) --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET)
	$(COMPLETE) ./ackproof run $(BBOLT_MACHINE) --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET)
	$(COMPLETE) ./ackproof run --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET) $(PYTHON)
	$(COMPLETE) ./ackproof run --expect --profile $(PROFILES) --seed $(SEED) --budget $(BUDGET) $(PYTHON_MACHINE)

# BUDGET is a bound here too: on two processors all takes some 40 minutes. A Pebble
# that gave up after a fault keeps 3 MiB until the process ends, so a share is tried.
.PHONY: crash-test-long
crash-test-long: BUDGET ?= 30m
crash-test-long: PROGRAMS ?= 250
crash-test-long: PEBBLE_PROGRAMS ?= 40
crash-test-long: FAULTS ?= all
crash-test-long: build ## crash-test under all profiles, three crashes deep, file and mem with all faults; unknown if cut short: SEED=1, BUDGET=30m for each part, PROGRAMS=250, FAULTS=all
	@code=0; for part in "canary/all" "file file-buffered file-memory-first file-buffered-disk-first mem file-machine file-machine-buffered file-node mem-machine --faults $(FAULTS)" "pebble pebble-buffered pebble-buffered-memory-first pebble-machine pebble-machine-buffered --programs $(PEBBLE_PROGRAMS)" "bbolt bbolt-nosync bbolt-machine --faults none"; do \
		./ackproof run --programs $(PROGRAMS) --expect --profile all --seed $(SEED) --budget $(BUDGET) --depth 3 --thin 8 $$part || code=$$?; \
		[ $$code -ne 1 ] || exit 1; \
	done; \
	[ $$code -ne 2 ] || echo "unknown: not all was explored, and what was explored is as expected; give it a longer BUDGET, or fewer PROGRAMS"; \
	exit $$code

.PHONY: test
# Recoveries leave much garbage, and keep little; an engine that fills its disk keeps much.
test: export GOGC ?= 400
test: export GOMEMLIMIT ?= 6GiB
# What takes longest begins first, so that no processor is idle at the end.
test: python3 chromium ## run all tests: short ones with the race detector, then the slow packages in full without it
	$(GO) test -race -short -timeout 20m ./harness $$($(GO) list ./... | grep -v -e /examples -e /internal/tidy)
	$(GO) test -timeout 20m ./harness ./engines/canary ./engines/pebblelog ./reports/page ./internal/tidy
	$(GO) test -short -timeout 20m ./examples/...

.PHONY: bench
bench: ## run all benchmarks, those of contrib too: BENCHTIME=1s
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...
	cd contrib/raftwal && $(GO) test -run '^$$' -bench . -benchtime $(BENCHTIME) ./...

.PHONY: bench-engines
bench-engines: COUNT ?= 6
bench-engines: ENGINES_BENCHTIME ?= 3x
bench-engines: ## measure our engines against d-engine's targets, on the disk of TMPDIR, for benchstat: COUNT=6, ENGINES_BENCHTIME=3x
	$(GO) test -run '^$$' -bench '^BenchmarkEngines$$' -benchtime $(ENGINES_BENCHTIME) -count $(COUNT) -timeout 1h ./cmd/ackproof/builtin

# A target that is missed is in the tables, and no reason not to write them.
.PHONY: performance-doc
performance-doc: RUNS ?= 9
performance-doc: build ## measure our engines on the disk of TMPDIR, and write the tables of docs/PERFORMANCE.md: RUNS=9
	@tables=$$(mktemp) && trap 'rm -f "$$tables"' EXIT && \
	{ ./ackproof bench --markdown --runs $(RUNS) >"$$tables" || [ $$? -eq 1 ]; } && \
	sed -i -e '/^<!-- tables begin/,/^<!-- tables end/{//!d}' -e "/^<!-- tables begin/r $$tables" docs/PERFORMANCE.md

.PHONY: corruption-doc
corruption-doc: build python3 ## corrupt what our engines store, and write the tables of docs/CORRUPTION.md
	@tables=$$(mktemp) && trap 'rm -f "$$tables"' EXIT && \
	./ackproof corrupt --markdown file pebble bbolt file-machine pebble-machine bbolt-machine -- python3 examples/python-log/log.py >"$$tables" && \
	sed -i -e '/^<!-- tables begin/,/^<!-- tables end/{//!d}' -e "/^<!-- tables begin/r $$tables" docs/CORRUPTION.md

.PHONY: lint
lint: ## run go vet, staticcheck and gofumpt, at pinned versions
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	@files=$$($(GO) run $(GOFUMPT) -l .); if [ -n "$$files" ]; then echo "not formatted by gofumpt:"; echo "$$files"; exit 1; fi

.PHONY: fuzz
fuzz: ## run every fuzz target: FUZZTIME=5m for each
	@set -e; for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

.PHONY: pictures
pictures: chromium ## make the pictures of docs/READING_A_REPORT.md
	$(GO) run ./docs/pictures

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf ackproof out
