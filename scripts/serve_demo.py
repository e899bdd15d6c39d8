"""Run web and worker together for the demonstration, as one command that Ctrl-C ends.

The worker is started again when it dies; when the web server ends, everything ends. Standard library only; run by the
Python of .venv (see setup.py, which puts the environment in place).
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from console import ROOT, VENV_PYTHON, Stop, box, say

GRACE = 15  # seconds left to a process to end by itself
COLOURS = {"web": "36", "tâches": "33", "démo": "32"}
_lock = threading.Lock()


def log(name, text):
    """One line, prefixed by who says it."""
    prefix = "%-7s|" % name
    if sys.stdout.isatty():
        prefix = "\033[%sm%s\033[0m" % (COLOURS[name], prefix)
    with _lock:
        print(prefix, text, flush=True)


def _answer(port):
    """What /healthz says on this port, or ``None``."""
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d/healthz" % port, timeout=2) as response:
            return json.loads(response.read())
    except (OSError, ValueError, urllib.error.URLError):
        return None


def refuse_taken_port(port):
    """Stop with a clear message when something listens on ``port`` already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return
        except OSError:
            pass
    if _answer(port) == {"status": "ok"}:
        raise Stop("La démonstration semble déjà tourner : http://localhost:%d" % port)
    raise Stop(
        "Le port %d est déjà pris par un autre programme.\n"
        "Arrêtez-le, ou choisissez un autre port : make demo PORT=%d" % (port, port + 1)
    )


def _with_parent():
    """Ask Linux to end the child with its parent, even killed."""
    try:
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
    except (OSError, AttributeError):
        return


class Child:
    """One supervised process and its prefixed output."""

    def __init__(self, name, command):
        self.name = name
        self.command = command
        self.process = None
        self.started = 0.0
        self.delay = 1.0

    def start(self):
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=str(ROOT),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends the others in order
            preexec_fn=_with_parent,
        )
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()

    def _read(self, stream):
        for line in stream:
            log(self.name, line.rstrip())

    def ended(self):
        return self.process is None or self.process.poll() is not None

    def signal(self, number):
        if not self.ended():
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return


class Supervisor:
    """Keeps web and worker alive until told to stop."""

    def __init__(self, port):
        self.port = port
        self.stopping = threading.Event()
        python = str(VENV_PYTHON)
        granian = [python, "-m", "granian", "--interface", "wsgi", "--host", os.environ.get("HOST", "127.0.0.1")]
        granian += ["--port", str(port), "--blocking-threads", "4", "--no-ws", "dla_ingenierie.wsgi:application"]
        self.web = Child("web", granian)
        self.worker = Child("tâches", [python, "manage.py", "worker"])

    def run(self):
        """Run until a signal or the end of the web server; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())
        self.web.start()
        self.worker.start()
        threading.Thread(target=self._welcome, daemon=True).start()
        code = 0
        restart_at = None
        while not self.stopping.wait(0.5):
            if self.web.ended():
                code = self.web.process.returncode or 1
                log("démo", "le serveur web s’est arrêté (code %s)" % code)
                break
            if self.worker.ended():
                if restart_at is None:
                    # One that dies at once waits longer and longer, up to half a minute.
                    lived = time.monotonic() - self.worker.started
                    self.worker.delay = 1.0 if lived > 60 else min(self.worker.delay * 2, 30.0)
                    restart_at = time.monotonic() + self.worker.delay
                    log(
                        "démo",
                        "l’exécutant des tâches s’est arrêté (code %s) ; relancé dans %d s"
                        % (self.worker.process.returncode, self.worker.delay),
                    )
                elif time.monotonic() >= restart_at:
                    restart_at = None
                    self.worker.start()
        self._stop()
        return code

    def _stop(self):
        log("démo", "arrêt en cours…")
        children = [self.worker, self.web]
        for child in children:
            child.signal(signal.SIGTERM)
        limit = time.monotonic() + GRACE
        while time.monotonic() < limit and not all(child.ended() for child in children):
            time.sleep(0.1)
        for child in children:
            child.signal(signal.SIGKILL)
        log("démo", "arrêté. Les données restent ; « make demo » les retrouve.")

    def _welcome(self):
        """Wait for the server, then say where it is and who may sign in."""
        limit = time.monotonic() + 120
        while not self.stopping.is_set() and time.monotonic() < limit:
            if _answer(self.port):
                break
            time.sleep(0.5)
        else:
            if not self.stopping.is_set():
                log("démo", "le serveur ne répond pas après deux minutes : voyez les lignes « web » ci-dessus.")
            return
        told = subprocess.run(
            [str(VENV_PYTHON), "manage.py", "demo_accounts"],
            cwd=str(ROOT),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        with _lock:
            say()
            box(
                "DLA Ingénierie : http://localhost:%d" % self.port,
                [*told.stdout.rstrip().splitlines(), "", "Ctrl-C arrête tout ; les données restent."],
            )
            say()


def main():
    port = int(os.environ.get("PORT", "8000"))
    refuse_taken_port(port)
    raise SystemExit(Supervisor(port).run())


if __name__ == "__main__":
    main()
