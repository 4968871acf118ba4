# Two commands do everything: `make demo` and `make test`. Each installs what it needs into .venv, locked by hash.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: install demo demo-card demo-two-levels test test-postgres test-heavy conformance check bench docs format lock clean

install: $(VENV)/.runtime ## only the environment: .venv/bin/sosach works afterwards

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sosach needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements/runtime.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

demo: install ## a synthetic province, cleaned, taken into the registers and served; prints addresses and logins
	$(BIN)/sosach demo --out demo --serve

demo-two-levels: install ## a province and the nation, both running: uploads, what comes back, a conflict, the reconciliation
	$(BIN)/sosach demo-two-levels --out demo-two-levels --serve

demo-card: install ## one ID card of nobody, from application to a virtual chip read back; prints what each judge says
	$(BIN)/sosach demo-card --out demo-card

test: $(VENV)/.dev ## the test command: rules, properties, the engine on real files, the building regulations
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not heavy"
	$(BIN)/lint-imports

# Programs of another PostgreSQL than the wheel's, as distributions install them: the oldest there is, unless told.
SOSACH_POSTGRES ?= $(firstword $(sort $(wildcard /usr/lib/postgresql/1[5-8])))

test-postgres: $(VENV)/.dev ## registers and site on the PostgreSQL of the distribution; SOSACH_POSTGRES=/usr/lib/postgresql/15
	@test -x "$(SOSACH_POSTGRES)/bin/postgres" || { echo "no PostgreSQL 15 to 18 in /usr/lib/postgresql; set SOSACH_POSTGRES"; exit 1; }
	SOSACH_POSTGRES=$(SOSACH_POSTGRES) $(BIN)/python -m pytest -n 2 --dist worksteal -m "not heavy" tests/domain tests/site

test-heavy: $(VENV)/.dev ## minutes-long runs: more broken tables, kill -9 cycles, larger registers
	$(BIN)/python -m pytest -n 2 --dist worksteal -m heavy --hypothesis-profile=searching

conformance: $(VENV)/.dev ## published specifications as tests, at length; SOSACH_SPECS=folder, SOSACH_CONFORMANCE_EXAMPLES=25
	$(BIN)/python -m pytest -q -n 0 tests/conformance

check: $(VENV)/.dev ## format, lint, types, imports, security lint
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -r src -c pyproject.toml

bench: $(VENV)/.dev ## Sosach beside its peers in one run; SIZES="100k 1M 8M" for the long one
	$(BIN)/python benchmarks/run.py $(SIZES)

docs: install ## regenerate docs/reference from the code, and what pages say in English from their texts
	$(BIN)/sosach checks --markdown > docs/reference/checks.md
	$(BIN)/python -m sosach.cli.reference > docs/reference/errors.md
	$(BIN)/python -m sosach.cli.reference_registers docs/reference
	$(BIN)/python -c "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'sosach.site.settings'; django.setup(); from sosach.web.exchange.osia.reference import main; main()" > docs/reference/osia.md
	$(BIN)/python -m sosach.web.frame.wording

format: $(VENV)/.dev
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

lock: $(VENV)/.dev ## renew the hashed locks (needs pip-tools on the PATH)
	pip-compile -q --upgrade --allow-unsafe --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements/runtime.txt pyproject.toml requirements/build.in
	pip-compile -q --upgrade --allow-unsafe --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --extra dev -c requirements/runtime.txt -o requirements/dev.txt pyproject.toml requirements/build.in
	pip-compile -q --upgrade --allow-unsafe --strip-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links -c requirements/dev.txt -o requirements/token.txt requirements/token.in

clean:
	rm -rf demo demo-card build .mypy_cache .pytest_cache .ruff_cache
