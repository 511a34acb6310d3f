# Tangent: what can be done here. `make help` lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: demo run check units texts types layers style test all faults journeys bench messages docs shell setup requirements clean help

# Without its compiled files Python takes three seconds more to start the product.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
CODE := marketplace deploy config.py
# Whoever names no environment means production; what is started from here is for demonstrating and developing.
export MARKETPLACE_ENV ?= development
# Tests use services of their own, whatever this shell points to.
ALONE := env -u DATABASE_URL -u REDIS_URL -u PORT -u DATA_DIR MARKETPLACE_ENV=testing
BABEL := $(BIN)/pybabel --quiet
CATALOGUE := $(BIN)/.catalogue.pot
TRANSLATIONS := marketplace/translations

# The supervisor takes the place of the shell, so that it is make's own child and ends with it.
SUPERVISE = exec $(BIN)/python -m deploy.supervisor --parent $$PPID

demo: setup ## set up, start everything with the demo programme, say where to sign in
	@$(SUPERVISE) demo

run: setup ## the same for developing: reloads when the code changes, shows tracebacks
	@$(SUPERVISE) develop

check: setup ## style, types, layers, translations, unit and database tests
	@$(MAKE) --no-print-directory -j 3 units types texts layers style

# It uses one core while its servers start: the others are done by then.
units:
	@$(ALONE) $(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder \
	    --ignore tests/faults --ignore tests/journeys -m "not crawl and not parallel"

# Reading all texts takes longer than all other checks of the code: only when one was touched.
texts: $(BIN)/.texts ; @:

WORDED := $(shell find marketplace templates deploy/babel.cfg -type f ! -name '*.pyc' ! -name '*.mo')
$(BIN)/.texts: $(WORDED)
	@$(ALONE) $(BIN)/flask --app wsgi messages check
	@touch $@

types:
	@$(BIN)/mypy $(CODE)

layers:
	@$(BIN)/lint-imports

style:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

test: setup ## everything: check, faults, journeys
	@$(BIN)/python -m deploy.browser
	@$(MAKE) --no-print-directory -j 3 all types texts layers style

# Faults mostly wait and the others mostly compute: side by side they take less time.
all:
	@$(ALONE) $(PYTEST) -n 3 --dist loadscope --no-loadscope-reorder

faults: setup ## stop and kill real processes, and see that nothing is lost
	@$(ALONE) $(PYTEST) -m "faults or parallel"

journeys: setup ## walk every page as every role, and the main job in a real browser
	@$(BIN)/python -m deploy.browser
	@$(ALONE) $(PYTEST) -n 2 --dist loadscope --no-loadscope-reorder -m "browser or crawl"

bench: setup ## measure the main pages against a bare route, with much data loaded
	@$(BIN)/python -m benchmarks

messages: setup ## collect the interface's texts into the French and Korean catalogues
	@$(BABEL) extract --mapping deploy/babel.cfg --keyword _l --keyword _n:1,2 --keyword _ln:1,2 --keyword _lp:1c,2 \
	    --no-location --sort-output --output $(CATALOGUE) .
	@for language in fr ko; do \
	    file=$(TRANSLATIONS)/$$language/LC_MESSAGES/messages.po; \
	    step=update; [ -e $$file ] || step=init; \
	    [ $$step = init ] && options= || options="--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date"; \
	    $(BABEL) $$step --input-file $(CATALOGUE) --output-file $$file --locale $$language \
	        --no-wrap $$options || exit 1; \
	done
	@$(BIN)/python -m deploy.assets

docs: setup ## write the pages of docs/ that come from the code
	@$(BIN)/flask --app wsgi docs

shell: setup ## a Python prompt inside the application
	@exec $(BIN)/flask --app wsgi shell

setup: ## install what this tree needs; the others call it
	@deploy/setup.sh

requirements: setup ## lock again what pyproject.toml asks for
	@deploy/lock.sh

clean: ## remove what was installed, built or cached; the data in var/ stays
	@rm -rf .venv .venv.lock node_modules static/vendor test-results
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find marketplace deploy tests benchmarks migrations -name __pycache__ -prune \
	    -exec rm -rf {} + 2>/dev/null || true
	@rm -f $(TRANSLATIONS)/*/LC_MESSAGES/messages.mo

help: ## list all this
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
