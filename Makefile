# Two commands are all: `make run` opens the app, `make test` tests it. Each installs what it needs first.
# TORCH chooses another build of torch: make test TORCH=torch==2.13.0

TORCH ?= torch
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint

run: .venv/installed
	$(BIN)/streamlit run app.py

test: .venv/installed-test
	$(BIN)/pytest -n auto --maxprocesses 8 --dist loadfile

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The stamps make the second call take seconds: nothing is installed again until pyproject.toml changes.
.venv/installed: pyproject.toml
	$(PYTHON) -c "import sys; v = sys.version_info; sys.exit(v < (3, 11) and f'Python 3.11 or newer is needed, and $(PYTHON) is {v.major}.{v.minor}; try: make PYTHON=python3.12')"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check "$(TORCH)" -e .
	touch $@

.venv/installed-test: .venv/installed
	$(BIN)/python -m pip install --disable-pip-version-check "$(TORCH)" -e ".[test]"
	touch $@
