# needs: the words an analyst uses. `make help` lists them.
PYTHON  ?= python3
REGION  ?= london
VINTAGE := $(if $(EDITION),--edition "$(EDITION)")
VENV    := .venv
BIN     := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help report all test faults bench lint golden docs lock lab tools clean

help:  ## list these words
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

report: $(VENV)/.main  ## make report REGION=london: one region, from evidence to HTML, PDF and Word
	@$(BIN)/needs run "$(REGION)" $(VINTAGE)

all: $(VENV)/.main  ## make all EDITION=2009-10: every region of an edition
	@$(BIN)/needs run --all $(VINTAGE)

test: $(VENV)/.dev lint  ## lint, types, floors and every test
	@$(BIN)/python -m pytest -n auto --dist worksteal

faults: $(VENV)/.dev  ## kill runs at random moments, 200 times: make faults NEEDS_SEED=7 does one series again
	@NEEDS_FAULTS=200 $(BIN)/python -m pytest tests/faults -s -k killed

bench: $(VENV)/.dev  ## measure how long runs take beside other ways, about an hour; results in benchmarks/results
	@$(BIN)/python benchmarks/runner.py
	@$(BIN)/python benchmarks/whole.py

lint: $(VENV)/.dev  ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

golden: $(VENV)/.dev  ## rewrite the golden files; review the diff before you commit it
	@$(BIN)/python -m pytest tests/golden --update-golden

docs: $(VENV)/.dev  ## rewrite the generated pages (parameters, commands, assumptions, data log)
	@$(BIN)/python -m pytest tests/architecture --update-docs

lab: $(VENV)/.dev  ## make lab REGION=london: open the region's executed notebooks in JupyterLab
	@$(BIN)/needs lab "$(REGION)" $(VINTAGE) $(FRESH)

lock: $(VENV)/.dev  ## renew the lock files from pyproject.toml
	$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml --group build --group dev --extra lab -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group pyproject.toml:tools -o requirements-tools.lock

tools: .venv-tools/.done  ## the validator of crates, in an environment of its own

clean:  ## remove the environment and everything made
	rm -rf $(VENV) .venv-tools build

# Two stamps: the environment is made once, and again only when its lock changes.
$(VENV)/.main: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up (once, about a minute) ..."
	@$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.main requirements-dev.lock
	@echo "Setting up the tests (once, about a minute) ..."
	@$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.lock
	@touch $@

.venv-tools/.done: requirements-tools.lock
	@test -x .venv-tools/bin/python || $(PYTHON) -m venv .venv-tools
	@.venv-tools/bin/python -m pip install -q --require-hashes -r requirements-tools.lock
	@touch $@
