"""The documents say what is: names that exist, words for every model, links that lead somewhere."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from core.registry import Registry
from tests.test_house import FLOORS, versioned

ROOT = Path(settings.BASE_DIR)
PAGES = ["README.md", "CHANGELOG.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
#: What nobody meets: kept by the machinery.
WITHOUT_A_WORD = {"Repere", "ScheduledRun"}


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def quoted(name: str) -> set[str]:
    """What is between backquotes in a page, blocks of code left out."""
    return set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", read(name), flags=re.S)))


@pytest.fixture(scope="module")
def source() -> str:
    """All our code, data and templates as one text."""
    wanted = ("*.py", "*.yaml", "*.html", "*.txt", "*.toml", "Makefile", "Procfile", ".env.example")
    texts = [path.read_text("utf-8") for path in versioned(*wanted) if path.name != "test_docs.py"]
    return "\n".join([*texts, *(str(path.relative_to(ROOT)) for path in versioned("*"))])


def test_every_model_has_its_word_in_the_glossary():
    text = read("docs/glossaire.md")
    names = {m.__name__ for m in apps.get_models() if m.__module__.split(".")[0] in FLOORS and not m._meta.auto_created}
    known = {name for name in names if re.search(rf"\b{name}\b", text)}
    assert names - known - WITHOUT_A_WORD == set()


def test_the_glossary_has_one_line_per_word():
    words = re.findall(r"^\| ([^|]+?) \|", read("docs/glossaire.md"), re.M)
    words = [word for word in words if word != "Mot"]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("document", ["docs/glossaire.md", "docs/architecture.md", "docs/ajouter.md"])
def test_a_document_names_what_exists(document, source):
    """Each identifier between backquotes is in the code or is a file; examples with a hole (« … ») are left out."""
    unknown = {
        text
        for text in quoted(document)
        if not re.search(r"[<>…{}\s=]", text)
        for name in re.findall(r"[A-Za-z_]\w{2,}", text)
        if not re.search(rf"\b{name}\b", source)
    }
    assert unknown == set()


def test_every_registry_is_told():
    told = quoted("docs/ajouter.md")
    named: dict[int, set[str]] = {}
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").split(".")[0] in FLOORS:
            for name, value in vars(module).items():
                if isinstance(value, Registry):
                    named.setdefault(id(value), set()).add(name)
    assert named
    assert [sorted(names) for names in named.values() if not names & told] == []


def test_every_floor_is_told_in_the_architecture():
    told = {name.split("/")[0] for name in quoted("docs/architecture.md") if name.endswith("/")}
    assert set(FLOORS) - told == set()


@pytest.mark.parametrize("document", PAGES)
def test_links_lead_somewhere(document):
    folder = (ROOT / document).parent
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", read(document)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = folder / name if name else ROOT / document
        if not path.exists():
            lost.append(target)
        elif anchor:
            heads = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)
            slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
            if anchor not in slugs:
                lost.append(target)
    assert lost == []
