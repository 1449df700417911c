# GMM Lab. `make help` lists the targets; `make app` and `make test` need nothing but Python and make.

PORT ?= 8501
# The first of these that runs and is new enough makes the environment; PYTHON=... names your own.
PYTHON ?= python3.13 python3.12 python3.11 python3

VENV := .venv
PY := $(VENV)/bin/python
APP_READY := $(VENV)/.installed-app
CLUSTER_READY := $(VENV)/.installed-cluster
DEV_READY := $(VENV)/.installed-dev
BENCH_READY := $(VENV)/.installed-bench
DOCS_READY := $(VENV)/.installed-docs
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
STEPS ?= 200
WORKERS ?= 2
MINUTES ?= 5
.PHONY: help app dev serve cluster test attack lint format types unit browser bench bench-grid bench-memory bench-ui bench-server bench-room load bench-cluster screenshots picture thumbnails docs release-check clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

app: $(APP_READY) ## Install what is missing and open the app at 127.0.0.1:8501 (PORT=... for another)
	$(PY) -m streamlit run app.py --server.port $(PORT)

dev: $(APP_READY) ## The same, and a page runs anew whenever its file changes
	$(PY) -m streamlit run app.py --server.port $(PORT) --server.fileWatcherType auto

serve: $(APP_READY) ## Serve a class: WORKERS=2 servers behind nginx (OPTIONS="--address 0.0.0.0 --host NAME"; see docs/deploy.md)
	$(PY) -m tools.behind_nginx --workers $(WORKERS) --port $(PORT) $(OPTIONS)

cluster: $(CLUSTER_READY) ## Run the app against a scheduler of Dask's and two workers on this machine
	$(PY) -m tools.cluster --port $(PORT)

test: $(DEV_READY) ## Lint, format check, types, unit and browser tests, and a summary
	@$(PY) -m tools.check

lint: $(DEV_READY) ## Check style and formatting
	@$(PY) -m tools.check lint format

format: $(DEV_READY) ## Put code into the project's format and fix what can be fixed
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

types: $(DEV_READY) ## Check types
	@$(PY) -m tools.check types

unit: $(DEV_READY) ## Run all tests but the browser's
	@$(PY) -m tools.check unit

browser: $(DEV_READY) ## Run the browser tests (finds or installs a Chromium)
	@$(PY) -m tools.check browser

attack: $(DEV_READY) ## Try to break it: hostile files, two visitors, limits, random settings (STEPS=200 a page)
	$(PY) -m pytest -q tests/compute tests/data tests/ui/test_privacy.py tests/ui/test_words.py tests/ui/test_addresses.py
	$(PY) -m pytest -q tests -m exhaustive
	$(PY) -m pytest -q tests/browser/test_work.py
	$(PY) -m tests.ui.walk $(STEPS)

bench: $(BENCH_READY) ## Run the benchmarks
	$(PY) -m benchmarks

bench-grid: $(BENCH_READY) ## Map the engine's speed over shapes, beside scikit-learn (QUICK=--quick)
	$(PY) -m benchmarks.grid $(QUICK)

bench-memory: $(BENCH_READY) ## Measure the engine's peak memory, beside scikit-learn
	$(PY) -m benchmarks.memory

bench-ui: $(DEV_READY) ## Time pages in a browser, beside st.plotly_chart
	$(PY) -m benchmarks.browser

bench-server: $(BENCH_READY) ## Time a server under one visitor and under a class
	$(PY) -m benchmarks.server

bench-cluster: $(BENCH_READY) ## Time EM on a cluster of this machine (QUICK=--quick)
	$(PY) -m benchmarks.cluster $(QUICK)

bench-room: $(BENCH_READY) ## Hold a room with thirty phones on a real server, and measure it
	$(PY) -m benchmarks.room

load: $(BENCH_READY) ## Hold sixty sessions and two browsers on one server (MINUTES=5)
	$(PY) -m benchmarks.load --minutes $(MINUTES)

screenshots: $(DEV_READY) ## Photograph every page, light, dark and phone, into screenshots/
	$(PY) -m tools.screenshots

picture: $(DEV_READY) ## Take the README's picture anew
	$(PY) -m tools.screenshots --picture

thumbnails: $(DEV_READY) ## Take the small pictures of the tour's slides anew
	$(PY) -m tools.thumbnails

docs: $(DOCS_READY) ## Build the documentation into build/docs, strictly
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict

release-check: $(BENCH_READY) $(DOCS_READY) ## All that a release needs: versions, archives, docs, tests, benchmarks, pictures (STEP=archives for one)
	$(PY) -m tools.release $(STEP)

clean: ## Remove the environment, caches and screenshots
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist screenshots *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment whose interpreter is gone is made anew, together with its stamps.
$(PY):
	@for python in $(PYTHON); do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making $(VENV) with $$($$python --version)"; \
	    rm -rf $(VENV); \
	    $$python -m venv $(VENV) && exit 0; \
	    rm -rf $(VENV); exit 1; \
	  fi; \
	done; \
	echo "GMM Lab needs Python 3.11 or newer, and found none among: $(PYTHON). Name yours with PYTHON=/path/to/python3." >&2; \
	exit 1

$(APP_READY): requirements.txt | $(PY)
	@echo "Installing requirements.txt"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(CLUSTER_READY): requirements-cluster.txt $(APP_READY)
	@echo "Installing requirements-cluster.txt"
	@$(PIP_INSTALL) -r requirements-cluster.txt
	@touch $@

$(DEV_READY): requirements-dev.txt $(CLUSTER_READY)
	@echo "Installing requirements-dev.txt"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

$(BENCH_READY): requirements-bench.txt $(DEV_READY)
	@echo "Installing requirements-bench.txt"
	@$(PIP_INSTALL) -r requirements-bench.txt
	@touch $@

$(DOCS_READY): requirements-docs.txt $(DEV_READY)
	@echo "Installing requirements-docs.txt"
	@$(PIP_INSTALL) -r requirements-docs.txt
	@touch $@
