# `make run` needs Python 3.11 or newer; everything else is fetched into .venv.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
  command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
LAUNCH = $(PYTHON) tutorbot/launch.py
DEV = $(LAUNCH) dev

.PHONY: help run start stop logs health backup test test-slow check static format lint types imports migrations schema docs messages bench compare-rasa parity lock clean

help: ## these lines
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: ## the bot, ready to answer, and the worker of its jobs (PORT=8000)
	@$(LAUNCH) base serve

start: ## the same in the background; `make stop` ends it, turns in flight are answered
	@$(PYTHON) tutorbot/background.py start

stop: ## ends what `make start` began
	@$(PYTHON) tutorbot/background.py stop

logs: ## what it says since `make start`
	@$(PYTHON) tutorbot/background.py logs

health: ## every part; exit code 0, 1 (something fails) or 2 (nobody is served)
	@$(LAUNCH) base python manage.py health $(ARGS)

backup: ## database and files into var/backups, tried by restoring it aside (ARGS='--keep 7')
	@$(LAUNCH) base python manage.py backup --verify $(ARGS)

test: ## the fast suite
	@$(DEV) python -m pytest -n auto -m "not slow and not browser" $(ARGS)

test-slow: ## what the fast suite leaves out: browser, schemathesis, PostgreSQL, MongoDB-compatible server
	@$(DEV) python -m pytest -n auto -m "slow or browser" $(ARGS)
	@$(DEV) python -m tests.servers.run_engines

check: static test ## all that must pass before a commit

static: format lint types imports migrations schema docs ## what needs no test: two at once with `make -j2 static`

format: ## formatting is as ruff wants it
	@$(DEV) ruff format --check .

lint: ## ruff has nothing to say
	@$(DEV) ruff check .

types: ## mypy
	@$(DEV) mypy

imports: ## layers are kept (import-linter)
	@$(DEV) lint-imports

migrations: ## models and migrations agree; settings are sound
	@APP_ENV=test $(DEV) python manage.py makemigrations --check --dry-run
	@APP_ENV=test $(DEV) python manage.py check --fail-level WARNING

schema: ## the OpenAPI document has no warning
	@APP_ENV=test $(DEV) python manage.py spectacular --validate --fail-on-warn --file /dev/null

docs: ## generated files say what the code says
	@APP_ENV=test $(DEV) python manage.py document --check

messages: ## texts for translation (needs gettext)
	@APP_ENV=test $(DEV) python manage.py makemessages -l en --no-obsolete --no-wrap --add-location file -i .venv -i var -i tests
	@sed -i.bak '/^"POT-Creation-Date:/d' tutorbot/locale/en/LC_MESSAGES/django.po && rm tutorbot/locale/en/LC_MESSAGES/django.po.bak
	@APP_ENV=test $(DEV) python manage.py compilemessages -i .venv -i var

bench: ## speed and size, measured (some minutes)
	@$(DEV) python -m tests.bench

compare-rasa: ## the embedded engine against Rasa's default pipeline (half an hour; PYTHON310=python3.10)
	@PYTHON310="$(PYTHON310)" $(DEV) python -m tests.bench.compare_rasa

parity: ## the same conversations on both engines, compared (needs 2 GB for Rasa; PYTHON310=python3.10)
	@PYTHON310="$(PYTHON310)" APP_ENV=test $(DEV) python -m tests.parity $(ARGS)

lock: ## requirements/*.txt from *.in; the action server's (rasa) for Python 3.10
	@for f in base postgres mongo semantic dev rasa; do $(DEV) uv pip compile --quiet --generate-hashes --universal \
	  --python-version $$([ $$f = rasa ] && echo 3.10 || echo 3.11) --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" requirements/$$f.in -o requirements/$$f.txt || exit 1; done

clean: ## removes the virtualenv; data in var/ stays
	rm -rf .venv
