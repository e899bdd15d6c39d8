"""Lock the dependencies again: requirements*.txt with hashes for Python 3.11 and later, package-lock.json.

uv lives in an environment of its own (var/uv), never in the application's. Nothing written holds a download address.
``lock.py --upgrade`` takes the newest versions allowed; without it, only what must change does.
"""

from __future__ import annotations

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from console import ROOT, Stop, say

UV = ROOT / "var" / "uv"


def main() -> None:
    options = sys.argv[1:]
    if not (UV / "bin" / "uv").exists():
        say("Installation de uv dans var/uv…")
        subprocess.run([sys.executable, "-m", "venv", str(UV)], check=True)
        subprocess.run([str(UV / "bin" / "pip"), "install", "--quiet", "uv"], check=True)
    env = dict(os.environ, UV_CUSTOM_COMPILE_COMMAND="make lock")
    for base in ("requirements", "requirements-dev"):
        say(f"{base}.txt")
        command = [str(UV / "bin" / "uv"), "pip", "compile", "--universal", "--generate-hashes"]
        command += ["--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links", "--quiet", *options]
        subprocess.run([*command, f"{base}.in", "-o", f"{base}.txt"], cwd=ROOT, env=env, check=True)
        if "://" in (ROOT / f"{base}.txt").read_text(encoding="utf-8"):
            raise Stop(f"{base}.txt contient une adresse : elle ne doit pas entrer dans le dépôt.")
    say("package-lock.json")
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(npm, cwd=ROOT, check=True)
    if '"resolved"' in (ROOT / "package-lock.json").read_text(encoding="utf-8"):
        raise Stop("package-lock.json contient des adresses : npm n’a pas lu .npmrc.")


if __name__ == "__main__":
    main()
