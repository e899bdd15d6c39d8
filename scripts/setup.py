"""Prepare this checkout and, for the demonstration, run it: ``setup.py demo | test | dev | prepare``.

Runs on the system's Python with the standard library only. Each step is skipped when nothing changed since it was last
done (stamps keyed by the hashes of the lock files), so that a second call is quick; no step loses data.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from console import ROOT, VENV, VENV_PYTHON, Steps, Stop, apt_install, lasted, note, run, say

MINIMUM = (3, 11)
WEASYPRINT_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
PYTHON_STAMP = VENV / "installe.json"
NODE_STAMP = ROOT / "node_modules" / ".installe.json"


def _digest(*names):
    """SHA-256 of files of the checkout, read one after the other."""
    total = hashlib.sha256()
    for name in names:
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def _read(stamp):
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _version_of(python):
    """(major, minor) of an interpreter, or ``None`` when it does not run."""
    try:
        out = subprocess.check_output(
            [python, "-c", "import sys; print(*sys.version_info[:2])"], stderr=subprocess.DEVNULL
        )
        return tuple(int(part) for part in out.split())
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def choose_python():
    """The interpreter the virtual environment is made with: PYTHON, else the first recent enough."""
    asked = os.environ.get("PYTHON", "")
    if asked:
        version = _version_of(asked)
        if version is None:
            raise Stop("PYTHON=%s ne se lance pas." % asked)
        if version < MINIMUM:
            raise Stop("PYTHON=%s est un Python %d.%d ; il en faut un 3.11 ou plus récent." % ((asked, *version)))
        return asked, version
    for candidate in (sys.executable, "python3", "python3.13", "python3.12", "python3.11"):
        version = _version_of(candidate) if candidate else None
        if version and version >= MINIMUM:
            return candidate, version
    raise Stop(
        "Il faut Python 3.11 ou plus récent (celui-ci est un %d.%d).\n"
        "S’il est installé ailleurs : make PYTHON=/chemin/vers/python3 …" % sys.version_info[:2]
    )


def make_venv():
    """Create .venv, or make it again when it no longer runs."""
    version = _version_of(str(VENV_PYTHON)) if VENV_PYTHON.exists() else None
    if version and version >= MINIMUM and (VENV / "bin" / "pip").exists():
        note("déjà là, Python %d.%d" % version)
        return
    python, version = choose_python()
    # Debian ships venv without ensurepip: `python -m venv` then leaves an environment without pip.
    probe = [python, "-c", "import venv, ensurepip"]
    if subprocess.call(probe, stderr=subprocess.DEVNULL):
        apt_install(["python%d.%d-venv" % version], "le module venv de Python")
        if subprocess.call(probe, stderr=subprocess.DEVNULL):
            raise Stop(
                "Le module ensurepip de %s manque toujours : choisissez un autre Python (make PYTHON=…)." % python
            )
    note("création avec %s (Python %d.%d)" % ((python, *version)))
    run([python, "-m", "venv", "--clear", VENV], "venv")


def install_python(dev):
    """Locked packages, hashes checked. The list for development holds the other one whole."""
    lock = "requirements-dev.txt" if dev else "requirements.txt"
    wanted = {"demo": _digest("requirements.txt")}
    if dev:
        wanted["dev"] = _digest("requirements-dev.txt")
    have = _read(PYTHON_STAMP)
    if all(have.get(key) == value for key, value in wanted.items()):
        note("à jour")
        return
    text = (ROOT / lock).read_text(encoding="utf-8")
    total = len(re.findall(r"^[A-Za-z0-9_.\[\]-]+==", text, re.M))
    seen = [0]

    def progress(line):
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen[0] += 1
            if seen[0] % 20 == 0:
                note("%d paquets sur %d au plus" % (seen[0], total))
        elif line.startswith("Installing collected packages"):
            note("installation…")

    note("%d paquets au plus, empreintes vérifiées (%s)" % (total, lock))
    if PYTHON_STAMP.exists():
        PYTHON_STAMP.unlink()
    run(
        [VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r", lock],
        "pip",
        on_line=progress,
    )
    PYTHON_STAMP.write_text(json.dumps(wanted), encoding="utf-8")


def install_node():
    """Front-end files of package-lock.json, without running any script of theirs."""
    wanted = {"package-lock": _digest("package-lock.json", "package.json")}
    if _read(NODE_STAMP) == wanted:
        note("à jour")
        return
    missing = [name for name in ("node", "npm") if not shutil.which(name)]
    if missing:
        apt_install(["nodejs", "npm"], "Node.js et npm")
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm")
    NODE_STAMP.write_text(json.dumps(wanted), encoding="utf-8")
    note("installés")


def system_libraries():
    """What WeasyPrint loads to make the PDF documents."""

    def missing():
        code = (
            "import ctypes, sys\n"
            "for name in sys.argv[1:]:\n"
            "    try:\n        ctypes.CDLL(name)\n"
            "    except OSError:\n        print(name)\n"
        )
        out = subprocess.check_output([str(VENV_PYTHON), "-c", code, *WEASYPRINT_LIBRARIES])
        return out.decode().split()

    absent = missing()
    if not absent:
        note("déjà là")
        return
    apt_install([WEASYPRINT_LIBRARIES[name] for name in absent], "les bibliothèques de mise en page des PDF")
    absent = missing()
    if absent:
        raise Stop("Ces bibliothèques restent introuvables : %s" % ", ".join(absent))


def prepare(step, dev):
    """Virtual environment, locked dependencies, system libraries: four steps."""
    step("Environnement Python (.venv)")
    make_venv()
    step("Dépendances Python")
    install_python(dev)
    step("Dépendances de l’interface (npm)")
    install_node()
    step("Bibliothèques du système pour les PDF")
    system_libraries()
    (ROOT / "staticfiles").mkdir(exist_ok=True)  # empty outside production, but the server wants it there


def find_chromium():
    """Path of a Chromium, or ``None``."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
    return next((path for path in (shutil.which(name) for name in names if name) if path), None)


def demo_environment():
    """One machine, SQLite, http, mail on the console: whatever an .env file may hold for another installation."""
    var = os.environ.get("VAR_DIR") or str(ROOT / "var")
    port = os.environ.get("PORT", "8000")
    return dict(
        os.environ,
        APP_ENV="demo",
        VAR_DIR=var,
        DATABASE_URL="sqlite:///%s/dla.sqlite3" % var,
        CACHE_URL="",
        S3_BUCKET="",
        EMAIL_URL=os.environ.get("EMAIL_URL", "consolemail://"),
        SITE_URL="http://localhost:%s" % port,
        PORT=port,
        PYTHONUNBUFFERED="1",
    )


def demo():
    """Everything, from a fresh clone to the sign-in page."""
    from serve_demo import refuse_taken_port

    env = demo_environment()
    refuse_taken_port(int(env["PORT"]))
    step = Steps(8)
    prepare(step, dev=False)

    def manage(command, tell=None):
        started = time.monotonic()
        run([VENV_PYTHON, "manage.py", *command.split()], command.split()[0], env=env, on_line=tell)
        note("fait en %s" % lasted(started))

    def told(line):
        if line.strip():
            note(line.strip())

    step("Base de données SQLite (%s/dla.sqlite3)" % os.path.relpath(env["VAR_DIR"], str(ROOT)))
    manage("migrate --noinput")
    step("Listes de référence et méthodologie")
    manage("load_referentiels", told)
    manage("load_methodologie", told)
    step("Données de démonstration")
    manage("load_demo", told)
    step("Application et exécutant des tâches : http://localhost:%s" % env["PORT"])
    sys.stdout.flush()
    os.execve(str(VENV_PYTHON), [str(VENV_PYTHON), str(ROOT / "scripts" / "serve_demo.py")], env)


def test():
    """The set-up of the tests, then the tests."""
    started = time.monotonic()
    step = Steps(5)
    prepare(step, dev=True)
    step("Chromium pour les parcours et l’accessibilité")
    if not find_chromium():
        apt_install(["chromium"], "Chromium")
    path = find_chromium()
    if not path:
        raise Stop("Chromium reste introuvable : CHROMIUM=/chemin/vers/chromium make test")
    note(path)
    say("Mise en place : %s\n" % lasted(started))
    os.environ["CHROMIUM"] = path
    os.execv(str(VENV_PYTHON), [str(VENV_PYTHON), str(ROOT / "scripts" / "run_tests.py"), *sys.argv[2:]])


def main():
    os.chdir(str(ROOT))
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "demo":
        demo()
    elif command == "test":
        test()
    elif command in ("dev", "prepare"):
        prepare(Steps(4), dev=command == "dev")
    else:
        raise Stop("usage : setup.py demo | test | dev | prepare")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
