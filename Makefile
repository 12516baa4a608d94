# Everything the project needs lives in .local and .venv; python3 and make are all a machine must have.
SHELL := /bin/bash
PYTHON ?= python3
UV := .local/uv/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1

.PHONY: help setup sandbox browser test lint types bench lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.ready ## install everything into .local and .venv

$(UV): requirements/uv.txt
	$(PYTHON) -m venv .local/uv
	.local/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.ready: $(UV) requirements/dev.txt
	$(UV) venv --quiet --clear -p $(PYTHON) .venv
	$(UV) pip sync --quiet -p $(BIN)/python --require-hashes requirements/dev.txt
	@touch $@

sandbox: setup ## both simulators on loopback with a generated store, until Ctrl-C
	$(BIN)/python -m sandbox both --orders 200 $(ARGS)

browser: ## the Chromium that page tests drive, on Debian; without one they are skipped
	command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }

test: setup lint types ## lint, types and every test
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: setup ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy --strict
	$(BIN)/mypy

bench: setup ## speed and memory of the simulators
	$(BIN)/python -m bench.sandbox

lock: $(UV) ## pin every dependency again, with hashes and without addresses
	$(UV) pip compile -q pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate \
	  -o requirements/dev.txt

clean: ## remove what setup made
	rm -rf .venv .local
