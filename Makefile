# The ways in. The first one sets up .venv by itself: Python 3.11 or newer with pip, and make, are all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml

# The tests are compiled once, not by each process again, whatever the machine says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo run test check secrets audit bench smallest faults soak lock clean
.DEFAULT_GOAL := demo

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name it: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv or pip is missing; where Debian splits them off: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

demo: $(READY) ## the whole round on bundled papers
	@$(BIN)/paperround demo $(ARGS)

run: $(READY) ## everything that is configured
	@$(BIN)/paperround run $(ARGS)

# What covers domain/, db/ and digests/ is measured; watching the rest too would cost minutes and tell nothing more. So
# would watching properties: they run with the rest.
CORE := tests/domain tests/db tests/digests tests/end_to_end $(wildcard tests/bot/test_com*.py)
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)

test: $(READY) ## the tests, in random order; those of the core must cover it
	@$(PYTEST) $(if $(ARGS),$(ARGS),--cov --cov-report=term-missing:skip-covered -m 'not hypothesis and not shared' $(CORE))
	@$(if $(ARGS),,$(BIN)/python -m tests.house.coverage)
	@$(if $(ARGS),,$(PYTEST) --but-measured='$(CORE)' tests)

check: $(READY) ## formatting, lint, types, the Dockerfile, secrets
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/hadolint Dockerfile
	@$(MAKE) --no-print-directory secrets

# What nobody here has keys of is not looked for: each kind takes its time at every line.
GIT := git -c safe.directory='*'
STRANGE := Artifactory AzureStorageKey Cloudant IbmCloudIam IbmCosHmac IPPublic Keyword Mailchimp Softlayer SquareOAuth \
	TelegramBotToken TwilioKey

secrets: ## no token or key stands in a file; nobody is asked over the network whether one is good
	@$(GIT) rev-parse --git-dir >/dev/null
	@$(GIT) ls-files -z --cached --others --exclude-standard | xargs -0 -n 200 -P $(WORKERS) \
	  $(BIN)/detect-secrets-hook --no-verify --exclude-files '\.(lock|png|svg|jsonl)$$' \
	  $(STRANGE:%=--disable-plugin %Detector)

audit: $(READY) ## known holes in what is installed; asks the network, and gates nothing
	@test -d $(VENV)/audit || $(PYTHON) -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip --disable-pip-version-check install --quiet 'pip-audit>=2.10,<3'
	@$(VENV)/audit/bin/pip-audit --disable-pip --require-hashes -r requirements.lock $(ARGS)

# The smallest, of those measures that grow with the store: that they run, and that matching means what search does.
SMALLEST := --size 3k $(foreach name,loading times match same plan,--only $(name))

smallest: $(READY) ## the benchmark's measures at their smallest, as every change runs them
	@$(BIN)/python -m tests.bench $(SMALLEST)

bench: $(READY) ## the measures of docs/benchmarks.md
	@$(BIN)/python -m tests.bench $(ARGS)

faults: $(READY) ## the long runs: kills, faults and garbage; they write the tables of docs/reliability.md
	@$(PYTEST) --dist worksteal -p no:randomly --faults -m faults --timeout=3600 $(ARGS)

soak: $(READY) ## 72 simulated days of 500 channels, with kills; some minutes
	@$(BIN)/python -m tests.faults.soak $(ARGS)

lock: $(READY) ## pin every dependency, with hashes and without registry hosts: for developers, and to run
	@$(PIP) install --quiet uv
	@$(COMPILE) --extra dev -o requirements.lock
	@$(COMPILE) --constraint requirements.lock -o requirements-run.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
