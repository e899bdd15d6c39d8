"""Put Python and templates in the house's form."""

from __future__ import annotations

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from check import django_templates
from console import ROOT, VENV

if __name__ == "__main__":
    ruff, djade = str(VENV / "bin" / "ruff"), str(VENV / "bin" / "djade")
    codes = [
        subprocess.run(command, cwd=ROOT, check=False).returncode
        for command in (
            [ruff, "check", "--fix", "--quiet", "."],
            [ruff, "format", "."],
        )
    ]
    # djade answers 1 when it rewrote something, which is what it is asked here.
    subprocess.run([djade, "--target-version", "5.2", *map(str, django_templates())], cwd=ROOT, check=False)
    raise SystemExit(max(codes))
