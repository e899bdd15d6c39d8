"""What the scripts share: telling what they do, running commands, knowing the machine. Standard library only."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOGS = ROOT / "var" / "log"


class Stop(SystemExit):
    """Ends the script with a message for the person at the keyboard."""

    def __init__(self, message):
        print("\n✗ " + message.strip().replace("\n", "\n  "), file=sys.stderr, flush=True)
        super().__init__(1)


class Steps:
    """Numbers the steps: « [3/8] Dépendances Python »."""

    def __init__(self, total):
        self.total = total
        self.done = 0

    def __call__(self, title):
        self.done += 1
        say("[%d/%d] %s" % (self.done, self.total, title))


def say(text=""):
    print(text, flush=True)


def note(text):
    say("      " + text)


def box(title, lines):
    """A message between two rules, for what must not be missed."""
    say("━" * 78)
    for line in [title, "", *lines]:
        say((" " + line).rstrip())
    say("━" * 78)


def lasted(since):
    """Seconds since ``since``, as « 1 min 12 s »."""
    seconds = int(time.monotonic() - since)
    return "%d min %02d s" % divmod(seconds, 60) if seconds >= 60 else "%d s" % seconds


def run(command, what, env=None, on_line=None):
    """Run ``command``, its output in a file of var/log; ``on_line`` sees each line. Stops with its end on failure."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / (what + ".log")
    with open(log, "w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=str(ROOT),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        tail = []
        for line in process.stdout:
            out.write(line)
            tail = [*tail[-24:], line.rstrip()]
            if on_line:
                on_line(line.rstrip())
        code = process.wait()
    if code:
        raise Stop(
            "« %s » a échoué (code %d). Les dernières lignes, le reste étant dans %s :\n\n%s"
            % (" ".join(str(part) for part in command), code, log.relative_to(ROOT), "\n".join(tail))
        )
    return tail


# --- System packages ------------------------------------------------------------------------------------------------


def _privilege():
    """What to put before a command of the administrator, or ``None`` when this person may not run any."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.call(["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    ):
        return ["sudo", "-n"]
    return None


def apt_install(packages, why, required=True):
    """Install Debian packages when allowed; else say the exact command (and stop if they are ``required``).

    Returns whether they were installed.
    """
    by_hand = "apt-get install -y --no-install-recommends " + " ".join(packages)
    before = _privilege()
    if before is None or not shutil.which("apt-get"):
        message = "Il manque %s. À lancer une fois :\n\n    sudo %s\n\npuis recommencez." % (why, by_hand)
        if not shutil.which("apt-get"):
            message = "Il manque %s. Sur Debian, ce sont les paquets : %s" % (why, " ".join(packages))
        if required:
            raise Stop(message)
        note(message)
        return False
    note("installation de %s (%s)…" % (" ".join(packages), why))
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = [*before, *by_hand.split()]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env}
    if subprocess.call(install, **quiet) == 0:
        return True
    subprocess.call([*before, "apt-get", "update"], **quiet)  # the lists may be old or absent
    if required:
        run(install, "apt", env=env)
        return True
    return subprocess.call(install, **quiet) == 0
