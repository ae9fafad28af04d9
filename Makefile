# Two commands do everything:  make demo   and   make test
# The set-up that both need (virtual environment, packages, compiled rooms) happens once, by itself.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/pip --disable-pip-version-check -qq
PURE   := PYTHONPATH=$(CURDIR)/src
PYTEST := $(BIN)/python -m pytest
JOBS   ?= 2
REAL_TIME := tests/interop/tap tests/interop/programs tests/interop/routing
# These rooms are never compiled: both runs would test the same code, so the first does.
NEVER_COMPILED := tests/tidy tests/unit/application/storage tests/unit/physical/signals tests/unit/view \
	tests/unit/experiments/signals tests/unit/sweeps tests/sim/sweeps tests/unit/cli/test_signal.py tests/unit/cli/test_hostile_values.py \
	tests/unit/test_editors.py tests/sim/pictures tests/interop/test_tshark_demo.py
CC_THERE := $(shell command -v cc || command -v gcc)
BUILD  := $(if $(CC_THERE),compiled,pure)
SOURCES := $(shell find src -name '*.py' -o -name 'py.typed' -o -path '*templates*' -type f -not -path '*__pycache__*') $(shell find examples -type f -not -path '*__pycache__*') pyproject.toml setup.py

.PHONY: help demo test test-all check check-tests lint lint-types lint-style lint-completeness peers bench clean

help:
	@echo "make demo      run the main job: a replicated store in five cities, over OSPF (report in runs/demo/)"
	@echo "make test      every check: ruff, mypy, import contract, tests compiled and interpreted, interop"
	@echo "make check     the fast subset, under a minute"
	@echo "make test-all  make test, and the whole of what it has only a share in"
	@echo "make bench     what a packet and a callback cost"
	@echo "make clean     remove what was built"

# --- set-up -----------------------------------------------------------------------------------------------

$(VENV)/build.stamp: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and no python3 was found"; exit 1; }
	@echo "== set-up: virtual environment and the packages of the build (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install -c constraints.txt --group build google-crc32c librt msgspec mypy_extensions pydantic rich typer
	@touch $@

$(VENV)/extras.stamp: $(VENV)/build.stamp
	@echo "== set-up: packages of the extras (once)"
	@$(PIP) install -c constraints.txt --group extras
	@touch $@

$(VENV)/tools.stamp: $(VENV)/build.stamp
	@echo "== set-up: packages that the checks need (once)"
	@$(PIP) install -c constraints.txt --group dev
	@touch $@

$(VENV)/catenet.stamp: $(VENV)/build.stamp $(SOURCES)
	@echo "== set-up: building the $(BUILD) rooms (compiled: two to three minutes)"
	@rm -rf build/lib* build/bdist* build/temp*
	@CATENET_BUILD=$(BUILD) $(PIP) install --no-build-isolation --no-deps --no-compile --force-reinstall .
	@touch $@

# The build uses one processor for its first half: packages are installed meanwhile.
.PHONY: set-up set-up-tests
set-up: $(VENV)/build.stamp
	@$(MAKE) --no-print-directory --jobs=2 $(VENV)/extras.stamp $(VENV)/catenet.stamp

set-up-tests: $(VENV)/build.stamp
	@$(MAKE) --no-print-directory --jobs=2 $(VENV)/tools.stamp $(VENV)/catenet.stamp

# --- the two commands -------------------------------------------------------------------------------------

demo: set-up
	@$(BIN)/catenet run examples/store/scenario.toml --out runs/demo

test: set-up-tests lint peers
	@echo "== tests, compiled rooms"
	@$(PYTEST) -n $(JOBS) -m 'not long' $(addprefix --ignore=,$(REAL_TIME))
	@echo "== tests, interpreted; without those of rooms that are never compiled: $(NEVER_COMPILED)"
	@$(PURE) $(PYTEST) -n $(JOBS) -m 'not long' $(addprefix --ignore=,$(REAL_TIME) $(NEVER_COMPILED))
	@echo "== tests against Linux in real time, one at a time: two would disturb each other's clocks"
	@$(PYTEST) -m 'not long' $(REAL_TIME)

test-all: test
	@$(PYTEST) -n $(JOBS) -m long $(addprefix --ignore=,$(REAL_TIME))
	@$(PYTEST) -m long $(REAL_TIME)

# --- parts ------------------------------------------------------------------------------------------------

check: $(VENV)/tools.stamp
	@$(MAKE) --no-print-directory --jobs=2 lint-types lint-style check-tests

check-tests:
	@$(PURE) $(PYTEST) -n $(JOBS) -m 'not slow and not long' tests/unit tests/tidy

# Checking types takes as long as all the rest of it: the two run side by side.
lint: $(VENV)/tools.stamp
	@echo "== ruff, mypy strict, import contract, completeness of types"
	@$(MAKE) --no-print-directory --jobs=2 lint-types lint-style lint-completeness

lint-types:
	@$(BIN)/mypy

lint-style:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(PURE) $(BIN)/lint-imports

lint-completeness:
	@$(BIN)/python tests/tidy/type_completeness.py

peers:
	@bash tests/interop/install-peers

bench: set-up
	@$(BIN)/catenet bench dumbbell --flows 1
	@$(BIN)/catenet bench dumbbell --flows 10
	@$(BIN)/catenet bench loop
	@$(BIN)/catenet bench timers
	@$(BIN)/catenet bench spf
	@$(BIN)/catenet bench hour
	@$(BIN)/catenet bench fib
	@$(BIN)/catenet bench scale --routers 1000
	@$(BIN)/catenet bench connections --hosts 200
	@$(BIN)/catenet bench ospf --routers 100
	@$(BIN)/catenet bench ring
	@$(BIN)/catenet bench raft
	@$(BIN)/catenet bench http
	@$(BIN)/catenet bench dns
	@$(BIN)/catenet bench phy

clean:
	rm -rf $(VENV) build dist runs src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
