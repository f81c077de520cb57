# Two commands do all there is to do: `make run` starts the app, `make test` runs every test. Each makes its own environment.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
RUN = .venv
DEV = .venv-dev

# Each start of Python would compile all it imports again: servers and readers of files start many times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-spark lint bench bench-customers messages clean
.DEFAULT_GOAL := run

$(RUN)/ready: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found."; exit 1; }
	$(PYTHON) -m venv $(RUN)
	$(RUN)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV)/ready: requirements.txt requirements-dev.txt requirements-postgres.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found."; exit 1; }
	$(PYTHON) -m venv $(DEV)
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-dev.txt
	@touch $@

# Spark comes on top only where it is asked for, because it is large.
$(DEV)/spark: $(DEV)/ready requirements-spark.txt
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements-spark.txt
	@touch $@

# Serve on http://127.0.0.1:8501
run: $(RUN)/ready
	$(RUN)/bin/streamlit run app.py

# All tests: the quick ones side by side, then those that drive a browser. More at a time than cores take longer: files are read in
# processes that give way to all others.
test: $(DEV)/ready
	$(DEV)/bin/python -m tests.browser.chromium --install
	$(DEV)/bin/python -m tests.parity.postgres --install
	$(DEV)/bin/python -m pytest -n 2 tests --ignore=tests/browser
	$(DEV)/bin/python -m pytest -n 2 --dist loadfile tests/browser

# The same questions on Spark: its answers must be those of a workbook.
test-spark: $(DEV)/spark
	$(DEV)/bin/python -m tests.parity.java --install
	$(DEV)/bin/python -m pytest -n 2 -m spark tests/parity

lint: $(DEV)/ready
	$(DEV)/bin/ruff format --check app.py pages strategy tests
	$(DEV)/bin/ruff check app.py pages strategy tests
	$(DEV)/bin/mypy

# Print how long things take, each beside a baseline measured in the same run.
bench: $(DEV)/ready
	for file in tests/bench/bench_*.py; do $(DEV)/bin/python $$file || exit 1; done

# The customer models beside lifetimes and pymc-marketing, which get an environment of their own; takes about ten minutes.
BENCH = tests/bench/customer_models
bench-customers: $(DEV)/ready
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r $(BENCH)/requirements.txt
	$(DEV)/bin/python $(BENCH)/bench.py

# List texts of the program that have no translation yet.
messages: $(DEV)/ready
	$(DEV)/bin/python -m tests.architecture.messages

clean:
	rm -rf $(RUN) $(DEV)
