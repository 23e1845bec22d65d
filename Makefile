# The product's commands; `make help` lists them. Plain POSIX shell: the work is done in deploy/make/.

.POSIX:
.PHONY: help run test lint lock bench prove-access clean

PORT = 8000
DOCS =
STEPS = 100000
PYTHON = .venv/bin/python
SETUP = sh deploy/make/environment.sh

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

run: ## install what is missing and start the product (DOCS=/a/folder adds it as a source, PORT=8000)
	@$(SETUP) base
	@sh deploy/make/model.sh
	@DOCS='$(DOCS)' PORT='$(PORT)' sh deploy/make/run.sh

test: ## install what is missing, lint, and run every test with the coverage gate
	@sh deploy/make/test.sh

lint: ## style, types, import rule, migrations, Django's checks
	@$(SETUP) dev
	@sh deploy/make/lint.sh

lock: ## renew requirements/*.txt from requirements/*.in
	@$(SETUP) dev
	@sh deploy/make/lock.sh

bench: ## print the numbers of docs/measurements.md (minutes)
	@$(SETUP) dev
	@sh deploy/make/model.sh
	@$(PYTHON) -m tests.bench $(ARGS)

prove-access: ## random walks through the access model against a naive oracle (STEPS=100000)
	@$(SETUP) dev
	@WALK_STEPS='$(STEPS)' $(PYTHON) -m pytest tests/functional/test_access_walk.py -q

clean: ## remove .venv and caches; var/ (your data) stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/coverage
