# On a bare machine with Python 3.11 and make, `make demo` and `make test` do everything.
VENV  := .venv
PY    := $(VENV)/bin/python
READY := $(VENV)/.ready
BEGUN := $(VENV)/.begun
NEW   := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
WHOLE := -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))'
PIP   := $(PY) -m pip -qq --disable-pip-version-check

.DEFAULT_GOAL := help
PEERS := .peers

.PHONY: help demo test lint browser prove bench referee format clean .chromium

help:  ## List what make can do
	@sed -nE 's/^([a-z]+):.*## (.*)/\1@\2/p' Makefile | while IFS=@ read -r word what; do printf 'make %-8s%s\n' "$$word" "$$what"; done

demo: $(READY)  ## Run the main job: 200 people, 8 weeks, with and without massage
	@$(VENV)/bin/effleurage demo

test: lint $(if $(filter true,$(CI)),.chromium)  ## Check style and types, then run all tests
	$(PY) -m pytest -n 2

lint: $(READY)  ## Check style and types only
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

browser: $(READY) .chromium  ## Look at every page in a headless browser: wide, on a phone, at night, printed
	$(PY) -m pytest -m browser tests/browser

.chromium:
	@for program in chromium chromium-browser google-chrome google-chrome-stable; do command -v $$program >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium ..." >&2; \
		apt-get install -y -qq chromium >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }; \
	else \
		echo "Chromium was not found; install it first (Debian: sudo apt-get install chromium)." >&2; exit 1; \
	fi

prove: $(READY)  ## Carry out the long proofs, at most an hour each, and keep their pages in docs/proofs
	@PYTHONPATH=src $(PY) tests/proofs $(PROOFS)

bench: $(PEERS)/hrv  ## Measure speed against named peers, in environments of their own
	@[ -x $(PEERS)/engine/bin/python ] || $(PY) -m venv $(PEERS)/engine
	@$(PEERS)/engine/bin/python -m pip -qq --disable-pip-version-check install --editable .
	@for peer in libroadrunner==2.10.0 copasi-basico==0.92 diffrax==0.7.2 'swig cmake ninja' amici==1.0.1; do \
		PATH="$(CURDIR)/$(PEERS)/engine/bin:$$PATH" $(PEERS)/engine/bin/python -m pip -qq --disable-pip-version-check install $$peer \
			2> $(PEERS)/pip.log || echo "$$peer cannot be installed: $$(grep -m 1 -i error $(PEERS)/pip.log)"; \
	done
	@status=0; \
	PYTHONPATH=src OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PEERS)/hrv/bin/python bench/hrv.py || status=1; \
	$(PEERS)/engine/bin/python bench/engine.py || status=1; \
	exit $$status

referee: $(PEERS)/hrv  ## Ask NeuroKit2 again for the numbers that tests hold ours against
	@PYTHONPATH=src $(PEERS)/hrv/bin/python bench/referee.py

.PHONY: $(PEERS)/hrv
$(PEERS)/hrv: $(READY)
	@[ -x $(PEERS)/hrv/bin/python ] || $(PY) -m venv $(PEERS)/hrv
	@$(PEERS)/hrv/bin/python -m pip -qq --disable-pip-version-check install neurokit2==0.2.13

format: $(READY)  ## Put the code in shape
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

clean:  ## Forget the environment and everything that was built
	rm -rf $(VENV) $(PEERS) build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The environment is ready when it was installed whole, here (it cannot be moved), and its Python still runs.
ifneq ($(shell $(PY) $(WHOLE) 2>/dev/null && cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

# .begun becomes .ready only at the end; found at the start, it tells of an interruption, and we begin anew.
$(READY): pyproject.toml
	@trap 'exit 130' INT HUP TERM; \
	for python in python3.11 python3 none; do if $$python $(NEW) 2>/dev/null; then break; fi; done; \
	if [ $$python = none ]; then echo "Effleurage needs Python 3.11 or newer; none was found." >&2; exit 1; fi; \
	if [ -e $(BEGUN) ] || ! $(PY) $(WHOLE) 2>/dev/null; then \
		if ! { $$python -m venv --clear $(VENV) >/dev/null && $(PY) $(WHOLE); }; then \
			echo "$$python cannot make $(VENV): its venv module is missing (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; \
		fi; \
	fi; \
	echo "Installing into $(VENV); the first time takes a few minutes ..." >&2; \
	echo "$(CURDIR)" > $(BEGUN); \
	if ! { $(PIP) install --upgrade pip && $(PIP) install --editable '.[dev]'; }; then rm -f $(BEGUN); exit 1; fi; \
	mv $(BEGUN) $(READY)
