"""A base of another day is put aside, whole, and a new one is made in its place."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from demo import bases
from demo.management.commands.demo import refuse_taken_port


@pytest.fixture
def base(tmp_path) -> Path:
    """A base made by this version, with a file that somebody put in it."""
    made = tmp_path / "var" / "dla.sqlite3"
    assert bases.prepare(made) is None
    made.write_text("la base")
    (made.parent / "media").mkdir()
    (made.parent / "media" / "devis.pdf").write_text("un devis")
    os.utime(made, (1_796_000_000, 1_796_000_000))
    return made


def test_the_base_of_this_version_is_found_again(base):
    assert bases.prepare(base) is None
    assert base.read_text() == "la base"


def test_a_base_of_another_version_is_put_aside_with_its_files_and_its_date(base, monkeypatch):
    monkeypatch.setattr(bases, "fingerprint", lambda: "une autre version")
    aside = bases.prepare(base)
    assert aside is not None
    assert aside.parent == base.parent
    assert aside.name.startswith("base-du-2026-11-")
    assert (aside / "dla.sqlite3").read_text() == "la base"
    assert (aside / "media" / "devis.pdf").read_text() == "un devis"
    assert not base.exists()
    base.write_text("la neuve")
    assert bases.prepare(base) is None
    assert base.read_text() == "la neuve"


def test_a_base_that_does_not_say_where_it_comes_from_is_put_aside(base):
    bases.stamp_of(base).unlink()
    assert bases.prepare(base)
    assert not base.exists()


@pytest.mark.parametrize(
    "name",
    [
        "core/migrations/0099_x.py",
        "partners/directory/migrations/0099_x.py",
        "referentiels/data/x.yaml",
        "demo/data/x.yaml",
        "demo/story/x.py",
    ],
)
def test_what_a_base_is_made_of_changes_its_fingerprint(settings, tmp_path, name):
    settings.BASE_DIR = tmp_path
    before = bases.fingerprint()
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text("x = 1")
    assert bases.fingerprint() != before


@pytest.mark.parametrize("name", ["core/views/pages.py", "templates/base.html", ".venv/x/migrations/0001_initial.py"])
def test_what_a_base_is_not_made_of_leaves_its_fingerprint(settings, tmp_path, name):
    settings.BASE_DIR = tmp_path
    before = bases.fingerprint()
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text("x = 1")
    assert bases.fingerprint() == before


def test_a_port_already_taken_is_said():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"make demo PORT={port + 1}"):
            refuse_taken_port(port)


def test_the_demonstration_is_not_run_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="make demo"):
        call_command("demo")
