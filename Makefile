# `make run` and `make test` work on a fresh clone; everything they install goes into .venv.
PYTHON ?= python3
WORKERS ?= 4
ROUNDS ?= 200
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: run test check rehearse bench soak hunt lock

run: $(INSTALLED)
	@$(BIN)/homecharge run --demo

# The domain is covered to the last branch by its own tests; the rest of the suite, and thousands of drawn states, run
# without the tracer. A test that is given up inside the tracer would leave it locked, and all waiting: so none is
# before its time.
test: $(INSTALLED)
	$(BIN)/pytest tests/domain --numprocesses=$(WORKERS) --dist=worksteal --timeout=900 --cov=homecharge.domain \
		--cov-fail-under=100
	$(BIN)/pytest --ignore=tests/domain -m "not benchmarks" --numprocesses=$(WORKERS) --dist=load --maxschedchunk=1

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/homecharge db check
	$(BIN)/homecharge openapi write --check
	$(BIN)/homecharge texts check
	$(BIN)/python tools/audit.py

# Every benchmark at its smallest scale: that it runs and fills its tables.
rehearse: $(INSTALLED)
	$(BIN)/pytest -m benchmarks tests/test_benchmarks.py --numprocesses=2

bench: $(INSTALLED)
	$(BIN)/python benchmarks/run.py

# The tests over real processes, many rounds of each.
soak: $(INSTALLED)
	$(BIN)/pytest -m processes --rounds=$(ROUNDS) --timeout=0

# The contract, hunted for longer: ROUNDS / 2 examples of each operation, and whatever its schemas border on.
hunt: $(INSTALLED)
	$(BIN)/pytest tests/contract --rounds=$(ROUNDS) --timeout=0 -rP

# Resolve the ranges of pyproject.toml anew; review and commit what changes.
lock:
	rm -rf .lock
	$(PYTHON) -m venv .lock
	.lock/bin/pip install --quiet --disable-pip-version-check --upgrade pip
	.lock/bin/pip install --quiet --editable '.[dev]'
	.lock/bin/pip freeze --exclude-editable > constraints.txt
	rm -rf .lock

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Homecharge needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
