# The only commands anyone needs; CI runs the same ones. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := access analysis bench fashionsite results streaming telemetry examples tests tools manage.py

# The tests make databases of their own there, and drop them.
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/fashionsite
TEST_REDIS_URL ?= redis://127.0.0.1:6379/0
# Each file of tests is of one process, in random order so that slow ones are spread; what the processes must not share is in tests/sharing.py. Three of them keep two cores busy, as tests of sockets and servers mostly wait.
SIDE_BY_SIDE := --numprocesses 3 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run test test-unit test-integration test-engines torture lint bench format translations lock clean

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

test: $(VENV)/dev.stamp  ## every test, with coverage of each kind
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory test-unit test-integration test-engines
	@$(BIN)/python tools/report_coverage.py

test-unit: $(VENV)/dev.stamp  ## the unit tests, and the examples in docstrings
	$(BIN)/coverage run --data-file=.coverage.unit -m pytest -m unit $(SIDE_BY_SIDE) --doctest-modules tests access analysis fashionsite results streaming telemetry tools

test-integration: $(VENV)/dev.stamp  ## the integration tests: sockets, processes, browser
	$(BIN)/coverage run --data-file=.coverage.integration -m pytest -m integration $(SIDE_BY_SIDE) --durations=40

test-engines: $(VENV)/dev.stamp  ## what uses a database or a server, on PostgreSQL and Redis (skipped where they do not answer)
	DATABASE_URL=$(TEST_DATABASE_URL) CHANNEL_REDIS_URL=$(TEST_REDIS_URL) $(BIN)/python -m pytest -m engines $(SIDE_BY_SIDE) --durations=15

torture: $(VENV)/dev.stamp  ## break everything for an hour (PART=kills: that alone; TORTURE=0.1: a tenth)
	@$(BIN)/python -m tests.faults $(PART)

lint: $(VENV)/dev.stamp  ## black, pylint, mypy, import rules, bandit, known vulnerabilities, test names
	$(BIN)/black --check --quiet $(CODE)
	$(BIN)/pylint --jobs 2 $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --no-cache
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive $(CODE)
	$(BIN)/python tools/audit_packages.py requirements/dev.txt
	$(BIN)/python tools/check_test_names.py

bench: $(VENV)/dev.stamp  ## measure everything, into docs/benchmarks.md (PART="latency growth": these; QUICK=1: a smoke test)
	@$(BIN)/python -m bench $(PART) $(if $(filter 1,$(QUICK)),--quick)

format: $(VENV)/dev.stamp  ## format the code
	$(BIN)/black $(CODE)

translations: $(VENV)/dev.stamp  ## bring fashionsite/locale up to date with templates and code, and compile it
	$(BIN)/python -m tools.translations

lock:  ## pin every dependency anew from pyproject.toml
	@$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --disable-pip-version-check -q pip-tools
	$(VENV)-lock/bin/pip-compile -q --strip-extras --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements/run.txt pyproject.toml
	$(VENV)-lock/bin/pip-compile -q --strip-extras --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --extra dev --extra distributed --extra onnx --extra parquet --extra postgres --extra redis --extra uvicorn -o requirements/dev.txt pyproject.toml
	# A local version such as +cpu names one machine's wheel; the release is what is pinned.
	sed -i 's/^\(torch==[0-9.]*\)+.*/\1/' requirements/run.txt requirements/dev.txt
	@rm -rf $(VENV)-lock

clean:  ## remove what was built (var/, with the database, stays)
	rm -rf $(VENV) build htmlcov .coverage* .mypy_cache .pytest_cache
