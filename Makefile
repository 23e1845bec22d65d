# The product's commands; `make help` lists them. The work is done by the small scripts in deploy/make/.

.PHONY: help run services stop-services test lint lock bench prove-access prove-crashes prove-living clean

PORT ?= 8000
DOCS ?=
STEPS ?= 100000
ARGS ?=
BROWSER ?= yes
DATABASE_PORT ?=
# Handed over as environment, not on a command line, so that any character may stand in a path.
export PORT DOCS STEPS ARGS BROWSER DATABASE_PORT

ENVIRONMENT = sh deploy/make/environment.sh
MODEL = sh deploy/make/model.sh

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | \
	while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

run: ## install what is missing, start the product (PORT=8000; DOCS=/a/folder adds it as a source)
	@$(ENVIRONMENT) base
	@$(MODEL)
	@sh deploy/make/run.sh

services: ## start a PostgreSQL server of this checkout's own on loopback (DATABASE_PORT=54320)
	@sh deploy/make/postgresql.sh start

stop-services: ## stop it; what it holds stays in var/services
	@sh deploy/make/postgresql.sh stop

test: ## install what is missing, then lint and every test, on SQLite and on PostgreSQL, with the coverage gate
	@sh deploy/make/test.sh

lint: ## style, format, types, import rule, migrations, Django's checks
	@$(ENVIRONMENT) dev
	@sh deploy/make/lint.sh

lock: ## renew requirements/*.txt from *.in (ARGS=--upgrade for newer versions)
	@$(ENVIRONMENT) dev
	@sh deploy/make/lock.sh

bench: ## print the numbers of docs/measurements.md
	@$(ENVIRONMENT) dev
	@$(MODEL)
	@.venv/bin/python -m tests.bench $(ARGS)

prove-access: ## random walks through the access model, compared with a naive oracle (STEPS=100000)
	@$(ENVIRONMENT) dev
	@WALK_STEPS="$$STEPS" .venv/bin/python -m pytest -q -n 2 -rP tests/functional/test_access_walk.py

prove-crashes: ## kill processes while the folder DOCS is taken in, compare with an undisturbed sync
	@$(ENVIRONMENT) dev
	@$(MODEL)
	@.venv/bin/python -m tests.proof.killed_ingest $(ARGS) -- "$$DOCS"

prove-living: ## change a folder for an hour, kill processes, check each answer (ARGS="--minutes 60 --kills 5")
	@$(ENVIRONMENT) dev
	@$(MODEL)
	@.venv/bin/python -m tests.proof.living_run $(ARGS)

clean: ## remove .venv and caches; var/, which holds your data, stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
