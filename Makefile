# The only commands anyone needs; CI runs the same ones. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := analysis bench fashionsite results streaming examples tests tools manage.py

.DEFAULT_GOAL := help
.PHONY: help run test test-unit test-integration lint bench format lock clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or newer is needed; name it by: make PYTHON=/path/to/python3" >&2; exit 1; }
@$(PYTHON) -m venv $(VENV)
@echo "installing the packages of $< into $(VENV)"
@$(BIN)/python -m pip install --disable-pip-version-check -q -r $< || \
	{ echo "The packages of $< could not be installed; is the network there? Try again then." >&2; exit 1; }
endef

# A stamp per lock file: a second run installs nothing unless the lock changed.
$(VENV)/run.stamp: requirements/run.txt
	$(install)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt
	$(install)
	@touch $@ $(VENV)/run.stamp

run: $(VENV)/run.stamp  ## stream, analyse and browse Fashion-MNIST (ONCE=1: end after the analysis)
	@exec $(BIN)/python manage.py demo $(if $(filter 1,$(ONCE)),--once)

test: $(VENV)/dev.stamp  ## every test, with coverage of both kinds
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory test-unit test-integration
	@$(BIN)/python tools/report_coverage.py

test-unit: $(VENV)/dev.stamp  ## the unit tests, and the examples in docstrings
	$(BIN)/coverage run --data-file=.coverage.unit -m pytest -m unit --doctest-modules tests analysis fashionsite results streaming tools

test-integration: $(VENV)/dev.stamp  ## the integration tests: sockets, processes, browser
	$(BIN)/coverage run --data-file=.coverage.integration -m pytest -m integration

lint: $(VENV)/dev.stamp  ## black, pylint, mypy, import rules, test names
	$(BIN)/black --check --quiet $(CODE)
	$(BIN)/pylint $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/check_test_names.py

bench: $(VENV)/dev.stamp  ## every way to run a classifier, side by side
	@$(BIN)/python -m bench.inference

format: $(VENV)/dev.stamp  ## format the code
	$(BIN)/black $(CODE)

lock:  ## pin every dependency anew from pyproject.toml
	@$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --disable-pip-version-check -q pip-tools
	$(VENV)-lock/bin/pip-compile -q --strip-extras --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements/run.txt pyproject.toml
	$(VENV)-lock/bin/pip-compile -q --strip-extras --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev --extra onnx --extra postgres --extra redis -o requirements/dev.txt pyproject.toml
	# A local version such as +cpu names one machine's wheel; the release is what is pinned.
	sed -i 's/^\(torch==[0-9.]*\)+.*/\1/' requirements/run.txt requirements/dev.txt
	@rm -rf $(VENV)-lock

clean:  ## remove what was built (var/, with the database, stays)
	rm -rf $(VENV) build htmlcov .coverage* .mypy_cache .pytest_cache
