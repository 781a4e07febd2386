# `make help` lists what there is. Needs Python 3.11 or newer, git and make; the rest is installed on demand.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PORT ?= 8080
DATA ?= demo-data
VENV := .venv
PYTEST := $(VENV)/bin/python -m pytest
SOURCES = $(wildcard libs/*/src services/*/src libs/*/tests services/*/tests tests scripts bench)

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup setup-dev lock
setup: ## Make .venv with all that the product needs to run; the command is .venv/bin/fincc
	@scripts/setup.sh runtime

setup-dev: ## The same, with the tools for building and testing it
	@scripts/setup.sh dev

lock: setup-dev ## Resolve requirements*.lock again from what the members declare
	@scripts/lock.sh
