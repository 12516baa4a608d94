# Everything the project needs lives in .local and .venv; python3 and make are all a machine must have.
SHELL := /bin/bash
PYTHON ?= python3
UV := .local/uv/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1

# 3.13 as on Lambda where the machine has it, be it only in pyenv; else the default interpreter
CLOUD_PYTHON = $(shell for p in python3.13 $$HOME/.pyenv/versions/3.13.*/bin/python $(PYTHON); do \
  $$p -c 'import sys; print(sys.executable)' 2>/dev/null && break; done)
CLOUD := .local/cloud/.ready .local/sam/.ready .local/runtime/.ready
COMPILE := $(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate

.PHONY: help setup cloud demo sandbox browser test lint types validate prove bench lock clean

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
	@echo '$(CURDIR)/layers/core' > $$(echo .venv/lib/python3*/site-packages)/tandem.pth
	@touch $@

.local/%/.ready: requirements/%.txt $(UV)
	$(UV) venv --quiet --clear -p $(CLOUD_PYTHON) .local/$*
	$(UV) pip sync --quiet -p .local/$*/bin/python --require-hashes requirements/$*.txt
	@touch $@

cloud: $(UV) ## setup, and what plays AWS: MiniStack, the SAM CLI, Lambda's runtime client
	@$(MAKE) --no-print-directory -j4 .venv/.ready $(CLOUD)

demo: cloud ## the whole of Tandem on this machine: deployed, a store synced, a day in the shop (ARGS=--once ends by itself)
	$(BIN)/python -m sandbox.demo $(ARGS)

sandbox: setup ## both simulators on loopback with a generated store, until Ctrl-C
	$(BIN)/python -m sandbox both --orders 200 $(ARGS)

browser: ## the Chromium that page tests drive, on Debian; without one they are skipped
	command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }

test: cloud lint types validate ## lint, types, the template and every test, the deployed stack included
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: setup ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## mypy --strict
	$(BIN)/mypy

validate: cloud ## the template, as the SAM CLI sees it
	AWS_DEFAULT_REGION=us-east-1 SAM_CLI_TELEMETRY=0 .local/sam/bin/sam validate --lint

prove: setup ## random schedules on both cores, with a ledger (N=100000)
	$(BIN)/python -m tests.worlds.prove $(or $(N),10000) $(ARGS)

bench: cloud ## the simulators, the webhook path, cold starts, orders in process and deployed
	$(BIN)/python -m bench.sandbox
	$(BIN)/python -m bench.cold_start
	$(BIN)/python -m bench.orders
	$(BIN)/python -m bench.orders --deployed

lock: $(UV) ## pin every dependency again, with hashes and without addresses
	$(COMPILE) pyproject.toml --group dev -o requirements/dev.txt
	$(COMPILE) pyproject.toml --group runtime -c requirements/dev.txt -o layers/dependencies/requirements.txt
	for name in cloud sam runtime; do $(COMPILE) requirements/$$name.in --python-version 3.11 -o requirements/$$name.txt; done

clean: ## remove what setup made
	rm -rf .venv .local .aws-sam
