# `make help` lists what there is. Needs Python 3.11 or newer, git and make; the rest is installed on demand.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PORT ?= 8080
DATA ?= demo-data
VENV := .venv
# Each process starts a fifth faster with the bytecode of the one before.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(VENV)/bin/python -m pytest
SOURCES = $(wildcard libs/*/src services/*/src libs/*/tests services/*/tests tests scripts bench)

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup setup-dev lock
setup: ## Make .venv with all that the product needs to run; the command is .venv/bin/fincc
	@scripts/setup.sh runtime

setup-dev: ## The same, with the tools for building and testing it
	@scripts/setup.sh dev

lock: setup-dev ## Resolve requirements*.lock again from what the members declare
	@scripts/lock.sh

.PHONY: demo demo-reset frontend
# Side by side where Node is there; else Node comes out of the Python packages.
demo: ## Run the product with a demo company's bill (PORT=8080 DATA=demo-data)
	@$(MAKE) --no-print-directory $$(scripts/npm.sh suits && echo -j2) setup frontend
	@$(VENV)/bin/fincc demo --port $(PORT) --data $(DATA)

demo-reset: ## Forget the demo's data
	@scripts/demo-reset.sh "$(DATA)"

frontend: ## Build the web app
	@scripts/frontend.sh build

.PHONY: test test-full test-unit test-e2e test-browser
test: setup-dev frontend ## All checks: lint, types, unit, integration, contracts, end to end, browser
	@$(VENV)/bin/python scripts/check.py

test-full: setup-dev frontend ## The same with every seed and every page state
	@$(VENV)/bin/python scripts/check.py --full

test-unit: setup-dev ## The tests that need no server, in less than 30 seconds
	@$(PYTEST) -q -n auto -m "not postgres and not kafka and not browser and not slow" libs services/*/tests/unit

test-e2e: setup-dev frontend ## From the bill to the screen, over a real broker, with faults
	@$(VENV)/bin/python scripts/check.py e2e

test-browser: setup-dev frontend ## Journeys in a real browser
	@$(VENV)/bin/python scripts/check.py browser

.PHONY: lint types format gen
lint: setup-dev ## Style, import rules
	@scripts/frontend.sh install
	@$(VENV)/bin/python scripts/check.py lint

types: setup-dev ## Type checks
	@scripts/frontend.sh install
	@$(VENV)/bin/python scripts/check.py types

format: setup-dev ## Format the Python code
	@$(VENV)/bin/ruff format .

gen: setup-dev ## Write what is generated: protobuf stubs and their baseline, the OpenAPI document, its types and its endpoints, the settings, the telemetry, what the charts render to, the figures of sizing
	@$(VENV)/bin/python scripts/gen_proto.py
	@$(VENV)/bin/python -m scripts.gen_openapi
	@scripts/frontend.sh install
	@scripts/npm.sh run --silent gen:api
	@$(VENV)/bin/python -m scripts.gen_settings
	@$(VENV)/bin/python -m scripts.gen_endpoints
	@$(VENV)/bin/python -m scripts.gen_telemetry
	@$(VENV)/bin/python -m scripts.gen_charts
	@$(VENV)/bin/python -m scripts.gen_sizing

.PHONY: images kind-up kind-test kind-down
images: setup frontend ## Build a container image of every service (BUILD=docker BASE=… PIP_CONF=…)
	@deploy/images.sh

kind-up: setup images ## A cluster on this machine with everything in it and the demo's bill; needs docker, kind, kubectl (PORT=8080)
	@PORT=$(PORT) deploy/kind/up.sh

kind-test: setup-dev ## The end-to-end tests against that cluster
	@deploy/kind/test.sh

kind-down: ## Remove that cluster
	@deploy/kind/down.sh

.PHONY: bench bench-memory bench-load bench-size bench-ui
bench: setup-dev ## Measure the cost path against its goals (BENCH_ARGS)
	@$(VENV)/bin/python -m bench $(BENCH_ARGS)

bench-memory: setup-dev ## Measure its peak memory
	@$(VENV)/bin/python -m bench memory $(BENCH_ARGS)

bench-load: setup-dev ## Measure the dashboards of 200 people while a month comes in
	@$(VENV)/bin/python -m bench load $(BENCH_ARGS)

bench-size: setup-dev ## Measure what bills of several sizes take and leave behind, for docs/howto/size.md
	@$(VENV)/bin/python -m bench size $(BENCH_ARGS)

bench-ui: frontend ## Measure the screen: paint, CPU of chart and table, changes of page
	@scripts/npm.sh run --silent bench
