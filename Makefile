# `make demo` and `make test` install what they need. `make help` lists the targets.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
export SOLCX_BINARY_PATH := $(CURDIR)/scripts/toolchain
export BROWNIE_LIB := 1
export PATH := $(CURDIR)/scripts/toolchain/bin:$(CURDIR)/.tools:$(PATH)

.PHONY: help install demo test test-contracts test-client coverage invariants fuzz lint bench abi compile devnet devnet-sale devnet-stop clean

help: ## This list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 18

install: .venv/.done node_modules/.done .tools/.done ## Python environment, compiler, local chain, Kubo where it can be had

.venv/.done: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

node_modules/.done: package-lock.json
	npm ci --silent --no-audit --no-fund
	touch $@

.tools/.done: scripts/kubo/install.sh scripts/kubo/go.mod
	scripts/kubo/install.sh
	mkdir -p .tools && touch $@

compile: install
	$(BIN)/brownie compile

demo: install ## The story on the real parts: chain, IPFS, photographs
	$(BIN)/python scripts/demo.py

test: lint test-contracts coverage invariants test-client ## Everything; ends with the client tests' summary

test-contracts: install ## Contracts, by Brownie on Anvil
	$(BIN)/brownie test tests/contracts

coverage: install ## Lines and branches of the contracts, by Forge; fails below the threshold
	$(BIN)/python scripts/coverage.py

invariants: install ## Forge's tests with random calls: 256 runs of depth 64; every handler must be called
	$(BIN)/python scripts/invariants.py

fuzz: install ## The same with 10,000 runs and more
	$(BIN)/python scripts/invariants.py --profile fuzz

test-client: install compile ## Client, command line, scripts, fault tests, by pytest
	$(BIN)/python -m pytest -p no:pytest-brownie tests/client tests/scripts

lint: install ## ruff, mypy strict, solhint; warnings are errors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	node_modules/.bin/solhint --max-warnings 0 'contracts/**/*.sol' 'interfaces/**/*.sol'

bench: install ## Measure; results in benchmarks/results
	$(BIN)/python benchmarks/run.py

abi: compile ## Export the ABIs that ship with the client
	$(BIN)/python scripts/export_abi.py

devnet: install ## Start a local chain that keeps its state, with everything deployed
	$(BIN)/python scripts/devnet.py start

devnet-sale: install ## Put a small token sale on it, open a minute later
	$(BIN)/python scripts/sale/onto_devnet.py

devnet-stop: ## Stop it
	$(BIN)/python scripts/devnet.py stop

clean:
	rm -rf .venv node_modules build .tools .devnet
