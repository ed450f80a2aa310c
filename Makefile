PYTHON ?= python

.PHONY: check format lint types imports test docs lock

check: lint types imports docs test

format:
	$(PYTHON) -m ruff format kg tests bench
	$(PYTHON) -m ruff check --fix kg tests bench

lint:
	$(PYTHON) -m ruff format --check kg tests bench
	$(PYTHON) -m ruff check kg tests bench

types:
	$(PYTHON) -m mypy

imports:
	lint-imports

docs:
	$(PYTHON) bench/readme.py --check

test:
	$(PYTHON) -m pytest -n auto

lock:
	$(PYTHON) -m pip freeze --exclude-editable | sort -f > requirements.lock
