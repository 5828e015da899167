# Everything a person needs. `make help` lists it.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
UV := .venv-uv/bin/uv
export MINSHENG_HOME ?= $(CURDIR)/.minsheng
SERVE ?= 1
HOUSEHOLDS ?= 130000
MONTHS ?= 4
SEED ?= 20261121

.DEFAULT_GOAL := help
.PHONY: help setup setup-browser assets setup-spark bench-setup demo test test-spark test-all check fix lock pictures docs clean-demo

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(UV): requirements/uv.txt
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Python 3.11 is needed (PYTHON=/path/to/python3.11 make …)"; exit 1; }
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $(UV)

$(VENV)/.installed: $(UV) requirements/dev.txt pyproject.toml
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

STATIC := src/minsheng/web/office/static/office
ASSET_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/tests/*')
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix frontend

frontend/node_modules/.installed: frontend/package-lock.json frontend/.npmrc | $(VENV)/.installed
	$(NPM) ci --loglevel=error
	@touch $@

$(STATIC)/.built: frontend/node_modules/.installed $(ASSET_SOURCES)
	$(NPM) run --silent build -- --logLevel warn
	@touch $@

assets: $(STATIC)/.built ## build the pages' scripts and styles (only when their sources changed)

setup: $(VENV)/.installed assets ## install everything the project needs into .venv

demo: setup ## build a made-up district, run its months, and serve the office at http://127.0.0.1:8000 (SERVE=0 ends after the summary)
	$(BIN)/minsheng demo run --households $(HOUSEHOLDS) --months $(MONTHS) --seed $(SEED) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

setup-browser: ## install Debian's Chromium and Chinese fonts for the tests in a browser, where there is none
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || test -n "$$CHROMIUM" || { \
	  echo "Chromium is missing: installing Debian's chromium and fonts-noto-cjk"; \
	  apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk >/dev/null || { \
	    echo "Install Chromium by hand (it needs an administrator), or name one in CHROMIUM, then run this again."; exit 1; }; }

test: setup setup-browser ## run the test suite
	$(NPM) run --silent test
	$(BIN)/pytest -n 2 --dist loadfile

setup-spark: setup ## install Spark for this project, and Java 17 from Debian where there is none
	@java -version 2>&1 | grep -qE 'version "(1[7-9]|[2-9][0-9])' || { \
	  echo "Java 17 is missing: installing Debian's openjdk-17-jre-headless"; \
	  apt-get update -qq && apt-get install -y -qq openjdk-17-jre-headless >/dev/null || { \
	    echo "Install Java 17 by hand (it needs an administrator), then run this again."; exit 1; }; }
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --require-hashes -r requirements/spark.txt

test-spark: setup-spark ## the specs and random worlds on Spark (minutes)
	$(BIN)/pytest -m spark tests/spec tests/generative tests/unit/scoring tests/journeys

test-all: test test-spark ## everything: the suite on DuckDB, then the stage on Spark

bench-setup: setup ## install what only the benchmarks need (OpenFisca-core) into .venv-bench
	$(UV) pip install --quiet --python $(BIN)/python --target .venv-bench --no-deps --require-hashes -r requirements/bench.txt

check: setup ## lint, types, import rules, docs in step; changes nothing, reports every failure
	@failed=0; \
	$(BIN)/ruff format --check . || failed=1; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/lint-imports || failed=1; \
	$(NPM) run --silent check || failed=1; \
	exit $$failed

fix: setup ## format and apply safe lint fixes
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

pictures: setup setup-browser ## take the pictures of the docs again, with the tests in a browser
	rm -f docs/pictures/*.webp
	MINSHENG_PICTURES=1 $(BIN)/pytest -p no:randomly tests/functional

docs: setup ## write the generated pages again
	$(BIN)/python -m minsheng.engine.contracts.dictionary > docs/data-dictionary.md
	$(BIN)/minsheng bench docs

lock: $(UV) ## write requirements/*.txt again from pyproject.toml
	$(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header --group dev --group build pyproject.toml -o requirements/dev.txt
	$(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements/runtime.txt
	printf 'pyspark==4.0.5\npy4j<0.11\n' | $(UV) pip compile --quiet --no-deps --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header - -o requirements/spark.txt
	printf 'dpath<3\nnumexpr<3\nopenfisca-core==46.0.1\npendulum<4\nsortedcontainers<3\nstrenum<0.5\n' | $(UV) pip compile --quiet --no-deps --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-annotate --no-header - -o requirements/bench.txt

clean-demo: ## forget the demo (its home folder)
	rm -rf "$(MINSHENG_HOME)"
