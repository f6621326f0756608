# Two commands do everything, on a fresh machine too: `make run` and `make test`.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run play test setup bench soak kills lock clean

run: setup                 ## the bot; without a token its playground
	@exec $(BIN)/python -m bot start

play: setup                ## the playground, whatever is set
	@exec $(BIN)/python -m bot play

test: .venv/.test          ## lint, types, tests
	@$(BIN)/python tests/chromium.py
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2

setup: .venv/.run          ## what the bot needs, in .venv

bench: .venv/.test         ## what the bot adds to the model's own time; see bench/README.md
	$(BIN)/python -m bench.chats

soak: .venv/.test          ## five minutes of people, faults and kills; make soak SECONDS=60 for one
	$(BIN)/python -m bench.soak --seconds $(or $(SECONDS),300)

kills: .venv/.test         ## the test that kills the bot, with 200 kills in the place of 40
	KILLS=200 $(BIN)/pytest -n 0 -s tests/test_kills.py

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Teller needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: requirements/run.txt .venv/.python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.test: requirements/test.txt .venv/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

lock:                      ## requirements/*.txt anew, from pyproject.toml; needs uv
	for wanted in "run:" "test:--group dev -c requirements/run.txt" \
	    "offline:--extra offline -c requirements/run.txt"; do \
	  uv pip compile --upgrade --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 pyproject.toml $${wanted#*:} -o requirements/$${wanted%%:*}.txt || exit; \
	done

clean:                     ## all that the two commands made, but for what the bot remembers
	rm -rf .venv .models .hypothesis .mypy_cache .pytest_cache .ruff_cache
