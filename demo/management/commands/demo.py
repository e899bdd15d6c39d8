"""The demonstration as one command: its base, then the web server and the worker until Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

from demo import bases

GRACE = 15  # seconds left to a process to end by itself
RULE = "━" * 78


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = (
        "Prépare la base de démonstration (une base faite par une autre version est mise de côté), puis lance "
        "l’application et l’exécutant des tâches. Ctrl-C arrête tout."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if settings.PRODUCTION or connection.vendor != "sqlite":
            raise CommandError("La démonstration se lance par « make demo », sur une base SQLite à elle.")
        refuse_taken_port(port)
        base = Path(connection.settings_dict["NAME"])
        aside = bases.prepare(base)
        if aside:
            self.tell("La base de démonstration était celle d’une autre version : mise de côté, une neuve est faite.")
            self.tell(f"L’ancienne est dans {aside}")
        self.tell(f"— Base de données SQLite ({base})")
        call_command("migrate", interactive=False, verbosity=0)
        self.tell("— Listes de référence et méthodologie")
        call_command("load_referentiels", verbosity=0)
        call_command("load_methodologie", verbosity=0)
        self.tell("— Données de démonstration")
        call_command("load_demo")
        self.tell(f"— Application et exécutant des tâches : http://localhost:{port}")
        connections.close_all()
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stopping.set())  # a second one does not cut the first one short
        self.serve(port, stopping)
        self.tell("Arrêté. Les données restent ; « make demo » les retrouve.")

    def tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def serve(self, port: int, stopping: threading.Event) -> None:
        """Keep web and worker alive until told to stop; ``CommandError`` when the web server ends by itself."""
        host = os.environ.get("HOST", "127.0.0.1")
        web = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--no-ws",
            "--respawn-failed-workers",
            "--workers-max-rss",
            "600",
        ]
        web += ["--host", host, "--port", str(port), "--blocking-threads", "4", "dla_ingenierie.wsgi:application"]
        worker = [sys.executable, "manage.py", "worker"]
        running: list[subprocess.Popen] = []
        try:
            running = [start(web), start(worker)]
            born, welcomed = time.monotonic(), False
            while not stopping.wait(0.5):
                if running[0].poll() is not None:
                    raise CommandError(f"Le serveur web s’est arrêté (code {running[0].returncode}).")
                if running[1].poll() is not None and time.monotonic() - born > 5:
                    self.tell(f"L’exécutant des tâches s’est arrêté (code {running[1].returncode}) : relancé.")
                    running[1], born = start(worker), time.monotonic()
                if not welcomed and answers(port):
                    welcomed = True
                    self.welcome(port)
        finally:
            stop(running)

    def welcome(self, port: int) -> None:
        """Say where it is and who may sign in."""
        self.tell(f"\n{RULE}\n DLA Ingénierie : http://localhost:{port}\n")
        call_command("demo_accounts")
        self.tell(f"\n Ctrl-C arrête tout ; les données restent.\n{RULE}\n")


def start(command: list[str]) -> subprocess.Popen:
    """A process in a session of its own: Ctrl-C reaches us alone, and we end it in order."""
    return subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, start_new_session=True)


def stop(processes: list[subprocess.Popen]) -> None:
    """End them in order, then by force."""
    for process in processes:
        process.terminate()
    until = time.monotonic() + GRACE
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, until - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def answers(port: int) -> bool:
    """Is it this application that listens on ``port``?"""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return json.loads(response.read()) == {"status": "ok"}
    except (OSError, ValueError):
        return False


def refuse_taken_port(port: int) -> None:
    """Raise ``CommandError`` when something listens on ``port`` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            if answers(port):
                raise CommandError(f"La démonstration semble déjà tourner : http://localhost:{port}") from None
            raise CommandError(
                f"Le port {port} est déjà pris par un autre programme. Arrêtez-le, ou choisissez un autre port : "
                f"make demo PORT={port + 1}"
            ) from None
