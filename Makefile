# make demo: set up the product alone and diagnose an example (seconds).
# make test: set up everything and check everything (minutes; it says how many).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PRODUCT := $(VENV)/.product
READY := $(VENV)/.ready
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

UV := $(BIN)/uv
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes $(if $(UPGRADE),--upgrade) \
    --custom-compile-command 'make lock' pyproject.toml

SEED ?= 0
RUNS ?= 1000

.PHONY: demo test checks lint types unit coverage evaluate bench charts docs search simulate outcomes mutants code-mutants fuzz transcripts picture manual wheelhouse lock audit release clean

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

# Only what the product needs. uv needs a quarter of the time that pip takes; pip also finds what only
# its own settings name, such as a mirror.
$(PRODUCT): pyproject.toml | $(BIN)/python
	$(MAKE) --no-print-directory $(UV) && $(UV) pip install --quiet --python $(BIN)/python --editable . \
	    || $(INSTALL) --no-compile --editable .
	@touch $@

# Also the tools of those who work on it, in exactly the versions of the lock.
$(READY): pyproject.toml requirements/dev.txt | $(BIN)/python
	$(MAKE) --no-print-directory $(UV) && $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes \
	    --requirement requirements/dev.txt || $(INSTALL) --require-hashes --requirement requirements/dev.txt
	$(INSTALL) --no-deps --no-build-isolation --no-compile --editable .
	@touch $(PRODUCT) $@

demo: $(PRODUCT)
	$(BIN)/ccexpert diagnose examples/mails-stopped-stat-down.json

test: $(READY)
	@echo 'All checks: about nine minutes on two cores.'
	@begun=$$(date +%s); $(MAKE) --no-print-directory checks && echo "All checks passed in $$(($$(date +%s) - begun)) s."

checks: lint types unit

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

types: $(READY)
	$(BIN)/mypy

# Four at once on two cores: many wait for a terminal, a server or a browser. Hundreds start programs, so
# what Python compiles is kept, also where the environment says otherwise.
unit coverage: export PYTHONDONTWRITEBYTECODE =
unit: $(READY)
	$(BIN)/python -m compileall -q -j 0 ccexpert
	$(BIN)/ccexpert modules > /dev/null  # compiles the knowledge, once for all workers
	$(BIN)/python -m pytest -n 4 --dist worksteal

# The same tests; how much of the program they reach.
coverage: $(READY)
	$(BIN)/python -m pytest -n 4 --dist worksteal --cov --cov-report=term:skip-covered

bench: $(READY)
	$(BIN)/python -m tests.bench

charts: $(READY)
	$(INSTALL) --editable '.[bench]'
	$(BIN)/python -m tests.bench.charts

evaluate: $(READY)
	$(BIN)/python -m tests.evaluate

# The reference of the Python API, as pages in reference/.
docs: $(READY)
	$(BIN)/python -m tests.reference reference

# The consultations shown in docs/consultation.md, held again.
transcripts: $(READY)
	$(BIN)/python -m tests.transcripts

# The terminal shown in the README, from a real run.
picture: $(READY)
	$(BIN)/python -m tests.picture

# Man pages in both languages (dist/man), and a site with the docs and every command (dist/site).
manual: $(READY)
	$(INSTALL) --editable '.[manual]'
	$(BIN)/python -m tests.manual

# Every package the product needs, for a server of this platform and Python without Internet:
# copy the folder there; pip install --no-index --find-links wheelhouse ccexpert
wheelhouse: $(PRODUCT)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir dist/wheelhouse .

# The properties again, with examples that no run drew before.
search: $(READY)
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -n 2 -m hypothesis

# Simulated installations that break, are shown, diagnosed and mended by the plan. A failure prints
# its seed: make simulate RUNS=1 SEED=… plays it again. KEEP=file: go on from there.
simulate: $(READY)
	$(BIN)/python -m tests.simulate --runs $(RUNS) --seed $(SEED) --never $(if $(KEEP),--keep $(KEEP))

# What the program says of each card, kept again: read the difference. CARDS='a b': only these.
outcomes: $(READY)
	$(BIN)/python -m tests.outcomes $(CARDS)

# Each piece of each card is removed or turned round; an outcome, an example or a story must fail. CARDS='a b',
# or those that differ from a commit: SINCE=main.
mutants: $(READY)
	$(BIN)/python -m tests.mutants --survivors $(CARDS) $(if $(SINCE),--changed $(SINCE))

# The same for the code, by mutmut, each part judged by the tests that are about it: an hour in full.
# PARTS='certainty gate': only these; SAMPLE=100 SEED=7: so many of each part, at random.
code-mutants: $(READY) $(UV)
	$(UV) run --no-project --python $(BIN)/python --with mutmut==3.8.1 -- python -m tests.mutants.code $(PARTS) \
	    --sample $(or $(SAMPLE),0) --seed $(SEED)

# The lock anew: what pyproject.toml asks for, as versions with hashes for every platform and Python.
# Versions stay as they are unless something asks for others: make lock UPGRADE=1 takes the newest.
lock: $(UV)
	$(LOCK) --extra dev --output-file requirements/dev.txt
	$(LOCK) --extra serve --group build --output-file requirements/container.txt

# Known weaknesses of what the locks name.
audit: $(UV)
	$(UV) tool run pip-audit --strict --disable-pip --require-hashes --requirement requirements/dev.txt
	$(UV) tool run pip-audit --strict --disable-pip --require-hashes --requirement requirements/container.txt

# What a release consists of: the wheel, the same bytes wherever it is built from this commit, and
# beside it what the container holds (CycloneDX), with hashes.
release: $(READY) $(UV)
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --wheel --no-isolation
	$(UV) tool run --from cyclonedx-bom cyclonedx-py requirements --pyproject pyproject.toml \
	    --output-reproducible --output-file dist/ccexpert.cdx.json requirements/container.txt
	cd dist && sha256sum *.whl ccexpert.cdx.json | tee SHA256SUMS

$(UV): | $(BIN)/python
	$(INSTALL) uv

fuzz: $(READY)
	$(INSTALL) --editable '.[fuzz]'
	$(BIN)/python -m tests.fuzz

clean:
	rm -rf $(VENV) dist build reference .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
