# The portal of a water utility. `make` alone lists what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One worker a core, each with databases of its own.
TEST_WORKERS ?= 2
PYTEST := $(BIN)/pytest -n $(TEST_WORKERS)
FLASK := VODOKANAL_DEMO=1 $(BIN)/flask --app app

.DEFAULT_GOAL := help
.PHONY: help run test lint check bench chromium
.DELETE_ON_ERROR:

help: ## lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime ## serves the demo town on http://127.0.0.1:8000 until Ctrl+C
	@$(FLASK) load-demo
	@VODOKANAL_DEMO=1 exec $(BIN)/python app.py --with-worker

test: $(VENV)/.development chromium ## runs every test on SQLite and PostgreSQL, and in a browser
	$(PYTEST)

lint: $(VENV)/.development ## looks for mistakes, wrong types, untranslated sentences
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_catalogues.py

check: lint chromium ## lint, then every test with the coverage gates
	$(PYTEST) -m "not uncounted" --cov --cov-report=
	$(PYTEST) -m uncounted
	$(BIN)/coverage report --fail-under=100 --include='vodokanal/billing/*,vodokanal/operations/*'
	$(BIN)/coverage report --fail-under=98 --omit='vodokanal/billing/*,vodokanal/operations/*'

bench: $(VENV)/.development ## measures pages and submissions beside the machine's own limits
	$(BIN)/python -m tests.bench

# Debian's browser, where we may install it; without one its tests say so, and fail when CI=true.
chromium:
	@command -v chromium >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1 \
		|| [ "$$(id -u)" != 0 ] || (apt-get update -qq && apt-get install -y -qq chromium) || true

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV) || (apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV))

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(VENV)/.development: requirements-dev.txt requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@ $(VENV)/.runtime
