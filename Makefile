# Every target works from a fresh clone: it sets up what it needs first, and does nothing twice.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo up test test-all test-deep check fmt bench screens audit lock chromium
SHELL := /bin/sh
PYTHON ?= python3
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
# The virtual environment brings Node and npm, and a Redis binary: its programs come first.
export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Programs that may not keep what they compiled compile all of it again at each start.
unexport PYTHONDONTWRITEBYTECODE

FRONT := $(shell find static -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
# A file stays with one worker, as its tests share what is slow to start; the order is conftest's.
PYTEST := $(BIN)/python -m pytest --dist loadfile --no-loadscope-reorder
# The pages in Node, the main part, and the browser, one after the other.
define SUITE
	cd static && npm run --silent test
	$(PYTEST) -n 4 $(PART) --ignore tests/architecture --ignore tests/browser --ignore tests/chaos $(ARGS)
	$(PYTEST) -n 2 $(PART) tests/browser $(ARGS)
endef
DEEP := --hypothesis-profile=nightly --timeout 7200

RUNTIME := $(VENV)/.runtime
DEVELOP := $(VENV)/.develop
MODULES := static/node_modules/.installed
PAGE := static/dist/index.html

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

setup: $(RUNTIME) $(PAGE) ## Install what the platform needs and build the pages

demo: setup ## Train the demo and serve it on http://127.0.0.1:8000
	@$(BIN)/python -m app demo

up: setup ## Start the platform without the demo
	@$(BIN)/python -m app up

test: PART := -m "not full"
test: setup-dev chromium ## Run what every change must pass within ten minutes, or what ARGS names
ifneq (,$(findstring tests/,$(ARGS)))
	$(PYTEST) -n 4 $(ARGS)
else
	$(SUITE)
endif

test-all: setup-dev chromium ## Run the whole suite, as CI does (docs/adr/0043)
	$(SUITE)
	$(PYTEST) -n 4 tests/chaos $(ARGS)

test-deep: setup-dev ## Try every property with many more examples, as a night has time for
	$(PYTEST) -n 4 $(DEEP) tests/unit tests/engine tests/api/test_schemathesis.py tests/api/test_forecasting_hostile.py \
	  tests/realtime/test_storm.py tests/workers/test_job_machine.py $(ARGS)
	$(PYTEST) $(DEEP) tests/chaos $(ARGS)

check: setup-dev ## Check format, lint, types, imports and sizes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture
	cd static && npm run --silent check

fmt: setup-dev ## Format and fix what can be fixed
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	cd static && npm run --silent format

bench: setup-dev ## Measure against the bare libraries, side by side
	$(BIN)/python -m bench $(ARGS)

screens: setup-dev chromium ## Take the screenshots of docs/screens
	$(BIN)/python -m bench.screens

audit: setup-dev ## Look for known vulnerabilities in what is installed
	$(BIN)/python .ci/audit

lock: setup-dev ## Pin requirements*.in anew
	.ci/lock

setup-dev: $(DEVELOP) $(PAGE)

$(BIN)/pip:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

# A stamp holds the hash of its lock: an environment is touched only when the lock has changed.
$(RUNTIME): requirements.txt | $(BIN)/pip
	@hash=$$(cksum < requirements.txt); \
	if [ "$$(cat $@ 2>/dev/null)" != "$$hash" ]; then \
	  $(BIN)/pip install --quiet --requirement requirements.txt && echo "$$hash" > $@; \
	else touch $@; fi

$(DEVELOP): requirements-dev.txt $(RUNTIME)
	@hash=$$(cat requirements.txt requirements-dev.txt | cksum); \
	if [ "$$(cat $@ 2>/dev/null)" != "$$hash" ]; then \
	  $(BIN)/pip install --quiet --requirement requirements-dev.txt && echo "$$hash" > $@; \
	else touch $@; fi

$(MODULES): static/package.json static/package-lock.json | $(RUNTIME)
	cd static && npm ci --no-audit --no-fund --silent && touch node_modules/.installed

$(PAGE): $(MODULES) $(FRONT)
	cd static && npm run --silent build
	@touch $@

# The browser tests need a real one and fail without it: better a clear sentence before they do.
# The headless shell is the same browser without a desktop window, which costs more than most pages.
APT := apt-get install -y -qq --no-install-recommends
chromium:
	@command -v chromium-headless-shell > /dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	  apt-get update -qq; $(APT) chromium-headless-shell > /dev/null && exit 0; \
	  command -v chromium > /dev/null || $(APT) chromium > /dev/null; \
	elif ! command -v chromium > /dev/null; then \
	  echo "The browser tests need Chromium on the PATH: sudo apt-get install chromium-headless-shell"; \
	fi
