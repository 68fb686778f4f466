# Everything starts here: `make help` lists it. Needs make and Python 3.11 or newer, nothing else.

PYTHON ?= python3
VENV_PYTHON = .venv/bin/python

# Where it is set, every process compiles all it imports anew: about 6 s of processor each.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test setup check fix bench audit soak soak-watch messages lock clean

help: ## List what there is
	@sed -n 's/^\([a-zA-Z][a-zA-Z_%-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | sed 's/%/NAME/' | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

run: ## Start Mainstay with the demo world; prints its address and the accounts
	@$(PYTHON) tools/setup.py run
	@exec $(VENV_PYTHON) -m mainstay demo

test: ## The whole suite: checks, tests on SQLite and on PostgreSQL
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) tools/suite.py $(PARTS)

setup: ## Make the environment .venv for development, from the lock
	@$(PYTHON) tools/setup.py dev

check: ## Check form, types, imports and migrations; changes nothing
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) tools/check.py

fix: ## Repair what can be repaired by itself: form and order
	@$(PYTHON) tools/setup.py dev
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

bench: ## Run every bench; each ends with one line of JSON
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) tools/bench.py

bench-%: ## Run one bench
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) tools/bench.py $*

audit: ## Look for known holes in what the lock names; asks the outside, and fails where it gets no answer
	@$(PYTHON) tools/setup.py audit
	@.venv/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/run.txt

soak: ## Long runs; MINUTES=30 when not said
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) tools/soak.py $(MINUTES)

soak-watch: ## 10,000 monitors against websites on loopback; MINUTES=10 when not said
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) tools/soak_watch.py $(or $(MINUTES),10)

messages: ## Gather what pages for clients say, and compile the catalogues of other languages
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) tools/messages.py

lock: ## Make the locks again after a change of pyproject.toml; UPGRADE=1 takes the newest versions
	@$(PYTHON) tools/setup.py dev
	@$(VENV_PYTHON) tools/lock.py $(if $(UPGRADE),--upgrade)

clean: ## Remove the environment and what the tools keep; never the data folder
	@rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build *.egg-info
	@find mainstay tests tools benches -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
