# Every target sets up what it needs: from a bare clone, `make demo` and `make test` are enough.
#
#   VENV=folder      the virtual environment (default .venv)
#   PYTHON=python3   the Python it is made from (default: the first of 3.13, 3.12, 3.11 that is here)
#   ARGS=…           passed on to pytest, as in `make test ARGS="-k decimal -x"`

VENV   ?= .venv
PYTHON ?=
ARGS   ?=

py    := $(VENV)/bin/python
setup := PYTHON="$(PYTHON)" sh .ci/setup "$(VENV)"

# An environment that was set up for another folder (the tree was copied or moved) is set up again.
ifneq ($(shell cat "$(VENV)/.gonogo-home" 2>/dev/null),$(CURDIR))
moved := moved
endif

.PHONY: help demo test check lint bench clean moved

help:
	@echo "make demo    judge the shipped sample facts, and be told why"
	@echo "make test    run all tests"
	@echo "make check   the whole gate: lint, types, imports, tests"
	@echo "make lint    the gate without the tests"
	@echo "make bench   measure gonogo beside its peers"
	@echo "make clean   remove .venv and everything else that was made"

demo: $(VENV)/.gonogo-run
	@$(VENV)/bin/gonogo demo

test: $(VENV)/.gonogo-dev
	@$(py) -m pytest -q -n auto --dist loadfile $(ARGS)

check: lint test

lint: $(VENV)/.gonogo-dev
	@$(py) -m ruff check .
	@$(py) -m ruff format --check .
	@$(py) -m mypy
	@$(py) -c 'import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))'

bench: $(VENV)/.gonogo-bench
	@$(py) bench/run.py $(ARGS)

$(VENV)/.gonogo-run: pyproject.toml .ci/setup $(moved)
	@$(setup)

$(VENV)/.gonogo-dev: pyproject.toml .ci/setup $(moved)
	@$(setup) dev

$(VENV)/.gonogo-bench: pyproject.toml .ci/setup $(moved)
	@$(setup) dev,bench

clean:
	@rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
