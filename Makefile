# Everything sets itself up: the targets below depend on the two environments, which are made when something of theirs
# changed, and made anew when they were left half written.
.DEFAULT_GOAL := help
STAGE ?= prod
PORT ?= 8000
DOMAIN ?=

VENV := .venv
BIN := $(VENV)/bin
MINISTACK := .local/ministack
PIP := -m pip install --quiet --disable-pip-version-check

# The first Python of at least 3.11 that can make an environment; 3.13 is what production runs on.
SUPPORTED := import sys, ensurepip, ssl; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
ifndef PYTHON
PYTHON := $(shell for name in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	if $$name -c '$(SUPPORTED)' >/dev/null 2>&1; then echo $$name; break; fi; done)
endif

# An environment whose Python was removed or upgraded away is no environment.
ifneq ($(wildcard $(VENV)/.complete),)
ifneq ($(shell $(BIN)/python -c 'import click, yaml' 2>/dev/null && echo works),works)
$(shell rm -f $(VENV)/.complete)
endif
endif
ifneq ($(wildcard $(MINISTACK)/.complete),)
ifneq ($(shell $(MINISTACK)/bin/python -c 'import yaml' 2>/dev/null && echo works),works)
$(shell rm -f $(MINISTACK)/.complete)
endif
endif

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /#/' | awk -F '#' '{printf "  make %-11s %s\n", $$1, $$2}'

run: setup  ## Run the whole service on this machine with the sample shop (PORT=8000), until Ctrl-C
	@$(BIN)/habitue local --port $(PORT)

demo: setup  ## Run the lifecycle of the sample shop once, print what happened, end
	@$(BIN)/python -m chalicelib.local.demo --port $(PORT)

check: lint types imports test  ## Everything CI runs

lint: setup  ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## Types
	$(BIN)/mypy

imports: setup  ## Direction of imports
	$(BIN)/lint-imports

test: setup  ## All tests but the slow ones; no AWS account needed
	$(BIN)/pytest -n 4 --dist loadgroup -m "not slow" --cov --cov-report=term

test-slow: setup  ## The slow tests: long runs, mutants, growth curves
	$(BIN)/pytest -n 2 --dist loadgroup -m "slow and not timed"
	$(BIN)/pytest -m "slow and timed"

mutants: setup  ## Write known faults into copies of the code; the tests must notice each
	$(BIN)/pytest -m slow tests/faults/test_mutants.py

bench: setup  ## Measure against the limits, as ratios; results in bench/results
	@for file in bench/*.py; do $(BIN)/python -m bench.$$(basename $$file .py) || exit 1; done

golden: setup  ## Write the golden mails anew from what the templates give now
	HABITUE_GOLDEN=write $(BIN)/pytest tests -k golden

pictures: setup  ## Draw every shipped template into docs/templates (needs Chromium), then look at them
	@$(BIN)/python -m chalicelib.local.library_pictures

package: setup  ## Build the deployable zip and template into .build/STAGE
	@$(BIN)/python -m chalicelib.deploy package --stage $(STAGE)

deploy: setup  ## Deploy into your AWS account (STAGE=prod DOMAIN=mail.your-shop.com)
	@$(BIN)/python -m chalicelib.deploy deploy --stage $(STAGE) --domain "$(DOMAIN)"

setup: $(VENV)/.complete $(MINISTACK)/.complete

$(VENV)/.complete: requirements.txt requirements-dev.txt
	@$(call need_python)
	@test -e $@ || { echo "Making $(VENV) with $$($(PYTHON) --version): a minute or two, once." && \
		rm -f $(MINISTACK)/.complete && $(PYTHON) -m venv --clear $(VENV); }
	@$(BIN)/python $(PIP) -r requirements-dev.txt
	@printf '#!%s\nimport sys\nsys.path.insert(0, "%s")\nfrom chalicelib.cli import main\nsys.exit(main())\n' \
		"$(CURDIR)/$(BIN)/python" "$(CURDIR)" > $(BIN)/habitue && chmod +x $(BIN)/habitue
	@touch $@

# MiniStack pins botocore, so it has an environment of its own. It runs the functions: the same Python packages them.
$(MINISTACK)/.complete: requirements-ministack.txt $(VENV)/.complete
	@test -e $@ || { echo "Making $(MINISTACK), the local AWS: once." && mkdir -p .local && \
		$(BIN)/python -m venv --clear $(MINISTACK); }
	@$(MINISTACK)/bin/python $(PIP) -r requirements-ministack.txt
	@touch $@

define need_python
test -n "$(PYTHON)" && $(PYTHON) -c '$(SUPPORTED)' >/dev/null 2>&1 || { \
	echo "Habitue needs Python 3.11 to 3.14 with its venv module; $(if $(PYTHON),$(PYTHON) is not such a one,none was found)." >&2; \
	echo "Install one (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13)," >&2; \
	echo "or name one: make run PYTHON=/path/to/python3" >&2; \
	exit 1; }
endef

.PHONY: help run demo check lint types imports test test-slow mutants bench golden pictures package deploy setup
