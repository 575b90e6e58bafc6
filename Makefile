# Two words do everything on a bare machine with Python 3.11, make and git: make demo, make test.
PYTHON := $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help demo test lint format clean

help:  ## What make can do
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(READY)  ## The main job: 200 people, 8 weeks, with and without massage -> four-ways.html
	$(BIN)/effleurage demo

test: lint  ## Lint, types and all tests
	$(BIN)/python -m pytest -n 2

lint: $(READY)  ## Style and types only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)  ## Put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Forget the environment and what was built
	rm -rf $(VENV) build dist *.egg-info src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# An interrupted installation leaves no stamp, so the next make repairs it.
$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Effleurage needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Effleurage needs Python 3.11 or newer; $(PYTHON) is older." >&2; exit 1; }
	@echo "Setting up $(VENV) (a few minutes the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; install python3.11-venv." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(READY)
