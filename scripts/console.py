"""What the scripts share: telling what they do, asking Debian for what is missing. Standard library, any Python 3.

    python3 scripts/console.py "ce qui manque" paquet…

installs Debian packages when allowed, else says the exact command and ends non-zero.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


class Stop(SystemExit):
    """Ends the script with a message for the person at the keyboard."""

    def __init__(self, message):
        print("\n✗ " + message.strip().replace("\n", "\n  "), file=sys.stderr, flush=True)
        super().__init__(1)


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


def _privilege():
    """What to put before a command of the administrator, or ``None`` when this person may not run any."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def apt_install(packages, why, required=True):
    """Install Debian packages when allowed; else say the exact command (and stop if they are ``required``).

    Returns whether they were installed.
    """
    by_hand = "apt-get install -y --no-install-recommends " + " ".join(packages)
    before = _privilege()
    if not shutil.which("apt-get"):
        message = "Il manque %s. Sur Debian, ce sont les paquets : %s" % (why, " ".join(packages))
    elif before is None:
        message = "Il manque %s. À lancer une fois :\n\n    sudo %s\n\npuis recommencez." % (why, by_hand)
    else:
        note("installation de %s (%s)…" % (" ".join(packages), why))
        env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for command in (by_hand, "apt-get update", by_hand):  # the lists may be old or absent
            options = {"env": env, "stdin": subprocess.DEVNULL, "capture_output": True, "encoding": "utf-8"}
            done = subprocess.run([*before, *command.split()], check=False, **options)
            if command == by_hand and done.returncode == 0:
                return True
        message = "« %s » a échoué :\n\n%s" % (by_hand, done.stdout[-500:] + done.stderr[-1500:])
    if required:
        raise Stop(message)
    note(message)
    return False


if __name__ == "__main__":
    apt_install(sys.argv[2:], sys.argv[1])
