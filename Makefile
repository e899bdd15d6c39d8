# Two commands are enough: `make demo` and `make test`. Each says what it does; see README.md.
# PYTHON=/path/to/python3 chooses the interpreter of .venv, PORT=8001 the port of the demonstration.

PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
CHOSEN = $(or $(PYTHON),$(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(RECENT)' 2>/dev/null && echo $$python && break; done))
# The script that asks Debian for what is missing runs on any Python 3.
APT := $(or $(shell command -v python3),$(PYTHON),python3) scripts/console.py
PDF_LIBRARIES := import ctypes; [ctypes.CDLL(name + ".so.0") for name in \
	("libpango-1.0", "libpangoft2-1.0", "libharfbuzz-subset")]

.PHONY: help demo test check format lock bench audit dev pdf chromium

help:
	@echo "make demo     installe, prépare les données de démonstration et lance l'application sur http://localhost:$(PORT)"
	@echo "make test     installe et lance toute la suite (ARGS='-k mots' en choisit une partie)"
	@echo "make check    mise en forme, étages, migrations, réglages de production, verrous"
	@echo "make format   remet le code et les gabarits en forme"
	@echo "make bench    mesure les pages (ARGS='--sizes 1000' pour aller vite)"
	@echo "make lock     verrouille de nouveau les dépendances (ARGS=--upgrade pour les rajeunir)"
	@echo "make audit    cherche les failles connues des dépendances"
	@echo "make dev      installe seulement, avec les outils de développement"

# --- Putting in place: each stamp is younger than the lock it was made from ------------------------------------------

# A .venv whose Python left, or came from another machine, is made again.
ifeq ($(shell $(BIN)/python -c 'import pip; $(RECENT)' 2>/dev/null && echo sound),)
.PHONY: $(BIN)/python
endif

$(BIN)/python:
	@echo "— Environnement Python (.venv)"
	@$(or $(CHOSEN),false) -c '$(RECENT)' 2>/dev/null || { echo "✗ Il faut Python 3.11 ou plus récent. \
	S’il est installé ailleurs : make PYTHON=/chemin/vers/python3 …" >&2; exit 1; }
	@$(CHOSEN) -c 'import venv, ensurepip' 2>/dev/null || $(APT) "le module venv de Python" \
		$$($(CHOSEN) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
	@$(CHOSEN) -m venv --clear .venv

.venv/.demo: requirements.txt $(BIN)/python
	@echo "— Dépendances Python, empreintes vérifiées (quelques minutes la première fois)"
	@$(PIP) requirements.txt
	@mkdir -p staticfiles && touch $@

.venv/.dev: requirements-dev.txt requirements.txt $(BIN)/python
	@echo "— Dépendances Python et outils, empreintes vérifiées (quelques minutes la première fois)"
	@$(PIP) requirements-dev.txt
	@mkdir -p staticfiles && touch .venv/.demo $@

node_modules/.package-lock.json: package-lock.json
	@echo "— Dépendances de l’interface (npm)"
	@command -v npm >/dev/null || $(APT) "Node.js et npm" nodejs npm
	@npm ci --silent && touch $@

pdf: $(BIN)/python
	@$(BIN)/python -c '$(PDF_LIBRARIES)' 2>/dev/null || $(APT) "les bibliothèques de mise en page des PDF" \
		libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

chromium:
	@for name in $(CHROMIUM) chromium chromium-browser google-chrome-stable google-chrome; do \
		command -v $$name >/dev/null && exit 0; done; $(APT) "Chromium, pour les parcours et l’accessibilité" chromium

dev: .venv/.dev node_modules/.package-lock.json pdf

# --- Running ---------------------------------------------------------------------------------------------------------

# One machine, SQLite, http, mail on the console: whatever an .env file may hold for another installation.
demo: export APP_ENV = demo
demo: export VAR_DIR := $(or $(VAR_DIR),$(CURDIR)/var)
demo: export DATABASE_URL = sqlite:///$(VAR_DIR)/dla.sqlite3
demo: export CACHE_URL =
demo: export S3_BUCKET =
demo: export EMAIL_URL ?= consolemail://
demo: export SITE_URL = http://localhost:$(PORT)
demo: export PYTHONUNBUFFERED = 1
demo: .venv/.demo node_modules/.package-lock.json pdf
	@$(BIN)/python manage.py demo --port $(PORT)

test: dev chromium
	@$(BIN)/python scripts/run_tests.py $(ARGS)

check: dev
	@$(BIN)/python scripts/check.py

# djade answers 1 when it rewrote something, which is what it is asked here.
format: dev
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .
	-@$(BIN)/djade --target-version 5.2 $$(find templates -name '*.html')

bench: dev
	@$(BIN)/python -m bench.run $(ARGS)

audit: dev
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.txt

# uv lives in an environment of its own, never in the application's. No download address may enter the files.
LOCK := var/uv/bin/uv pip compile --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --quiet
lock: export UV_CUSTOM_COMPILE_COMMAND = make lock
lock: var/uv/bin/uv
	@$(LOCK) $(ARGS) pyproject.toml -o requirements.txt
	@$(LOCK) $(ARGS) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	@npm install --package-lock-only --silent

var/uv/bin/uv:
	@$(CHOSEN) -m venv var/uv && var/uv/bin/pip install --quiet uv
