"""What is installed: asked for in one place, with its reason, locked with hashes and without any address."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def normal(name: str) -> str:
    """The name of a package as registries compare it, without its version or extras."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name, maxsplit=1)[0]).lower()


PROJECT = tomllib.loads(read("pyproject.toml"))
PACKAGE = json.loads(read("package.json"))
NEEDED = {normal(name) for name in PROJECT["project"]["dependencies"]}
TOOLS = {normal(name) for name in PROJECT["dependency-groups"]["dev"]}
NODE = {kind: PACKAGE.get(kind, {}) for kind in ("dependencies", "devDependencies")}


@pytest.mark.parametrize(("name", "asked"), [("requirements.txt", NEEDED), ("requirements-dev.txt", NEEDED | TOOLS)])
def test_a_lock_holds_all_that_is_asked_each_with_its_hashes_and_no_address(name, asked):
    text = read(name)
    assert re.findall(r"\S*://\S*|--(?:extra-)?index-url|--find-links|^-[fi] ", text, re.M) == []
    blocks = [block for block in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M) if re.match(r"[\w.-]+==", block)]
    assert asked - {normal(block) for block in blocks} == set()  # `make lock` locks them
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_the_two_locks_hold_the_same_versions():
    """The tests run on what is deployed."""
    lines = {
        name: set(re.findall(r"^[\w.-]+==\S+", read(name), re.M))
        for name in ("requirements.txt", "requirements-dev.txt")
    }
    assert lines["requirements.txt"] - lines["requirements-dev.txt"] == set()


def test_the_lock_of_the_interface_is_the_one_of_what_is_asked_and_has_no_address():
    text = read("package-lock.json")
    assert '"resolved"' not in text
    root = json.loads(text)["packages"][""]
    assert {kind: root.get(kind, {}) for kind in NODE} == NODE  # else: npm install --package-lock-only


def test_each_dependency_has_its_reason():
    told = {normal(name) for name in re.findall(r"`([^`]+)`", read("docs/choix-techniques.md"))}
    asked = NEEDED | TOOLS | {normal(name) for names in NODE.values() for name in names}
    assert asked - told == set()
