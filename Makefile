# make demo: set up and diagnose an example.   make test: set up and check everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint types unit coverage evaluate bench charts docs fuzz transcripts clean

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(READY)
	$(BIN)/ccexpert diagnose examples/mails-stopped-stat-down.json

test: lint types unit

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

unit: $(READY)
	$(BIN)/python -m pytest -n 2

# The same tests; how much of the program they reach.
coverage: $(READY)
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered

bench: $(READY)
	$(BIN)/python -m tests.bench

charts: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python -m tests.bench.charts

evaluate: $(READY)
	$(BIN)/python -m tests.evaluate

# The reference of the Python API, as pages in reference/.
docs: $(READY)
	$(BIN)/python -m tests.reference reference

# The consultations shown in docs/consultation.md, held again.
transcripts: $(READY)
	$(BIN)/python -m tests.transcripts

fuzz: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz

clean:
	rm -rf $(VENV) dist build reference .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
