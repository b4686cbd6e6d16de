# Every target does its own set-up: all that a machine needs is Python 3.11 or later, and make.

PYTHON ?= python3
FOUL ?= 1
FOUL_PART ?= 1
FOUL_PLACES ?= tests/adapters/matrix tests/adapters/discord
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
CATALOGUES := $(wildcard bot/locales/*/LC_MESSAGES/talkoot.po)

.PHONY: run test test-all test-foul lint format bench simulate messages docs pictures site lock venv clean

run: .venv/.runtime
	@TALKOOT_HOME=$${TALKOOT_HOME:-.} $(BIN)/talkoot run $(ARGS)

test: .venv/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m "not exhaustive" $(ARGS)

# What `make test` leaves out because it takes long: every case where the suite takes some, and `test-foul`.
test-all: .venv/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal -q $(ARGS)
	$(MAKE) test-foul

# The tests of the platforms while one in ten answers of their servers is one of the worst; FOUL_PART=8
# plays one test in eight, FOUL=7 spoils other answers.
test-foul: .venv/.dev
	FOUL_SEED=$(FOUL) FOUL_PART=$(FOUL_PART) $(BIN)/python -m pytest -n auto --dist worksteal -q $(FOUL_PLACES)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/.dev
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: .venv/.dev
	$(BIN)/python -m tests.bench $(ARGS)

simulate: .venv/.dev
	$(BIN)/python -m tests.simulation $(ARGS)

venv: .venv/.dev

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Talkoot needs Python 3.11 or later; try make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' || { echo "This Python has no venv module; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up in .venv, once …"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: requirements.lock pyproject.toml .venv/.python $(CATALOGUES)
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

# The pages of the manual that are made from the code.
docs: .venv/.runtime
	$(BIN)/python -m adapters.cli.manual

# The pictures of the manual that are made by tests: of the pages, and of conversations on both platforms.
pictures: .venv/.dev
	TALKOOT_PICTURES=docs/pictures $(BIN)/python -m pytest -n 2 -q tests/adapters/web/test_browser.py tests/adapters/discord/test_pictured.py tests/adapters/matrix/test_pictured.py

# The documentation as a site, in site/; whatever leads nowhere fails.
site: .venv/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir site

# The catalogues of messages: extract what the code says, and merge it into every language.
messages: .venv/.dev
	$(BIN)/pybabel extract --no-location --omit-header --sort-output --keyword say --keyword say_n:1,2 --output-file bot/locales/talkoot.pot bot commands adapters
	$(BIN)/pybabel update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --domain talkoot --input-file bot/locales/talkoot.pot --output-dir bot/locales

# The lock files: versions and hashes, no addresses.
lock:
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip --quiet install uv
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra postgres --extra build --output-file requirements.lock pyproject.toml
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra postgres --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	rm -rf .venv-lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache site
