# Two commands are enough: `make demo` and `make test`. Each says what it does; see README.md.
# PYTHON=/path/to/python3 chooses the interpreter, PORT=8001 the port of the demonstration.

PYTHON ?=
PORT ?= 8000
export PYTHON PORT
# The scripts of set-up run on any Python 3; PYTHON is the one that .venv is made with.
SYSTEM_PYTHON := $(or $(shell command -v python3 2>/dev/null),$(PYTHON),python3)
VENV_PYTHON := .venv/bin/python

.PHONY: help demo test check format lock bench audit dev

help:
	@echo "make demo     installe, prépare les données de démonstration et lance l'application sur http://localhost:$(PORT)"
	@echo "make test     installe et lance toute la suite (ARGS='-k mots' en choisit une partie)"
	@echo "make check    mise en forme, étages, migrations, réglages de production, verrous"
	@echo "make format   remet le code et les gabarits en forme"
	@echo "make bench    mesure les pages (ARGS='--sizes 1000' pour aller vite)"
	@echo "make lock     verrouille de nouveau les dépendances (ARGS=--upgrade pour les rajeunir)"
	@echo "make audit    cherche les failles connues des dépendances"
	@echo "make dev      installe seulement, avec les outils de développement"

demo:
	@$(SYSTEM_PYTHON) scripts/setup.py demo

test:
	@$(SYSTEM_PYTHON) scripts/setup.py test $(ARGS)

dev:
	@$(SYSTEM_PYTHON) scripts/setup.py dev

check: dev
	@$(VENV_PYTHON) scripts/check.py

format: dev
	@$(VENV_PYTHON) scripts/format.py

lock:
	@$(SYSTEM_PYTHON) scripts/lock.py $(ARGS)

bench: dev
	@$(VENV_PYTHON) -m bench.run $(ARGS)

audit: dev
	@.venv/bin/pip-audit --require-hashes --disable-pip -r requirements.txt
