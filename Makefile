# Every command a reader or a maintainer needs. PROFILE=quick measures fewer rounds and asserts nothing.
PROFILE ?= full
PYTHON ?= python3
export PROFILE
export NO_MKDOCS_2_WARNING = 1

venv := .venv/bin
ready := .venv/ready
ready_for_tests := .venv/ready-for-tests
install := $(venv)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.PHONY: help serve site offline measure test soak bench lock
help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(ready)  ## measure what is missing, then serve the guide at http://127.0.0.1:8000
	$(venv)/mkdocs serve

site: $(ready)  ## measure what is missing, then build the guide into site/
	$(venv)/mkdocs build

offline: $(ready)  ## the guide as a folder, and as a zip, that are read from a disk: offline/
	OFFLINE=true $(venv)/mkdocs build --site-dir offline/guide
	cd offline && ../$(venv)/python -m zipfile -c guide.zip guide

measure: $(ready)  ## measure every experiment anew and print the verdicts; under others: PYTHONS="3.14 3.14t"
	$(venv)/python -m lab --anew $(PYTHONS:%=--python %)

test: $(ready_for_tests)  ## prove everything: lint, types, the lab, a strict build, a real browser
	$(venv)/ruff check .
	$(venv)/ruff format --check .
	$(venv)/mypy
	$(venv)/python -m pytest

soak: $(ready_for_tests)  ## measure beside bad neighbours, again and again: no verdict may be wrong
	$(venv)/python -m tests.soak

bench: $(ready_for_tests)  ## the cost of measuring and of building, as ratios
	$(venv)/python -m tests.bench

lock: $(ready)  ## lock the requirements again, with hashes (needs uv in PATH)
	uv pip compile -q --custom-compile-command "make lock" --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements.txt
	uv pip compile -q --custom-compile-command "make lock" --universal --generate-hashes --no-emit-index-url --python-version 3.11 --group test -c requirements.txt -o tests/requirements.txt

# Every archive is checked by its hash. All are wheels but jieba, which is published as source alone: the setuptools that
# builds it comes from the lock, and first, for pip by itself would fetch the newest there is.
$(ready): requirements.txt
	$(PYTHON) -m venv .venv
	sed -n '/^setuptools==/,/^ *#/p' requirements.txt | $(install) -r /dev/stdin
	$(install) --no-binary jieba --no-build-isolation -r requirements.txt
	touch $@

# Without npm the test of the pages' HTML is skipped, and says so.
$(ready_for_tests): $(ready) tests/requirements.txt tests/browser.py tests/package-lock.json
	$(install) -r tests/requirements.txt
	! command -v npm >/dev/null || npm ci --prefix tests --ignore-scripts --no-audit --no-fund --loglevel error
	$(venv)/python -m tests.browser
	touch $@
