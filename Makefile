# make demo, make check and make test each do everything from nothing: they need Python 3.9 or newer, and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# The oldest supported Checkov, one in the middle, the newest, and the newest with the newest boto3 instead of its own.
CHECKOVS ?= $(shell sed -n 's/^ *checkov>=//p' setup.cfg) 3.2.500 newest newest-boto3

# How many random configurations `make truth` compares, and what they are drawn from.
COUNT ?= 200
SEED ?= 1

.PHONY: demo check test lint bench truth truth-secrets compat docs site dist cut format clean debian-trixie debian-sid

demo: $(VENV)/.ready
	$(BIN)/checkov-keys demo

# What needs no process, server or browser of its own. Checkov forks to read files unless it is told not to, which takes
# longer than the reading.
check: lint
	CHECKOV_PARALLELIZATION_TYPE=none $(BIN)/pytest -q -n auto -m "not subprocess"

test: lint
	$(BIN)/pytest -n auto

lint: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready
	$(BIN)/python tests/bench/measure_speed.py
	$(BIN)/python tests/bench/measure_audit.py
	$(BIN)/python tests/bench/measure_dashboard.py
	$(BIN)/python tests/bench/measure_scan.py
	$(BIN)/python tests/bench/measure_usage.py
	PYTHONPATH=tests/servers $(BIN)/python tests/bench/measure_event_history.py
	$(BIN)/python tools/time_patterns.py

truth: $(VENV)/.ready
	$(BIN)/python tools/check_truth.py --count $(COUNT) --seed $(SEED)

# Where the secrets of keys end up after a real apply, against where rule 5 sees them.
truth-secrets: $(VENV)/.ready
	$(BIN)/python tools/check_secrets.py --count $(COUNT) --seed $(SEED)

compat: $(CHECKOVS:%=compat-%)
	CHECKOV_GRAPH_FRAMEWORK=NETWORKX .compat/newest/bin/pytest -n auto

compat-%:
	$(PYTHON) -m venv .compat/$*
	.compat/$*/bin/python -m pip install --quiet --editable '.[dev]' 'checkov$(if $(filter newest%,$*),,==$*)'
	$(if $(filter %-boto3,$*),.compat/$*/bin/python -m pip install --quiet --upgrade 'boto3[crt]')
	.compat/$*/bin/pytest -n auto

# With the Python of a Debian that holds nothing else: trixie has 3.13, sid a newer one.
debian-trixie:
	tools/try_in_debian.sh trixie

debian-sid:
	tools/try_in_debian.sh sid

docs: $(VENV)/.ready
	$(BIN)/python tools/write_commands.py
	$(BIN)/python tools/write_sinks.py

# The pages of docs/ in site/. The theme would advertise its successor otherwise.
site: $(VENV)/.ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# The sdist and the wheel, built twice and compared.
dist: $(VENV)/.ready
	rm -rf dist
	$(BIN)/python tools/build_release.py

# make cut VERSION=0.1.0 writes the section of the release into CHANGELOG.md.
cut: $(VENV)/.ready
	$(BIN)/python tools/cut_changelog.py $(VERSION) $(shell date -u +%Y-%m-%d)

format: $(VENV)/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .compat demo-results dist site

# Errors only: a build also warns of what an editable installation does on purpose.
$(VENV)/.ready: setup.cfg pyproject.toml
	@echo "installing into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --upgrade pip
	@$(BIN)/python -m pip install -qq --editable '.[dev]'
	@touch $@
