# The ways in. The first one sets up .venv by itself: Python 3.11 or newer and make are all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2

.PHONY: demo run test check bench faults lock clean
.DEFAULT_GOAL := demo

$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

demo: $(READY) ## the whole round on bundled papers
	@$(BIN)/paperround demo $(ARGS)

run: $(READY) ## everything that is configured
	@$(BIN)/paperround run $(ARGS)

test: $(READY) ## the tests, in random order, with coverage of the core
	@$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term $(ARGS)
	@$(BIN)/python -m coverage report --fail-under=95 >/dev/null

check: $(READY) ## formatting, lint, types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench: $(READY) ## ratios on stated sizes, for docs/benchmarks.md
	@$(BIN)/python -m tests.bench $(ARGS)

faults: $(READY) ## the long runs: kills and garbage
	@$(BIN)/python -m pytest -n $(WORKERS) -p no:randomly --faults --timeout=3600 -m faults $(ARGS)

lock: $(READY) ## pin every dependency, with hashes and without registry hosts
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
