"""No two modules import each other, at the top of the file or inside a function: each is read after those it uses."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.test_house import ROOT, our_code

#: Circles that are left, each for a reason; a circle that is not there any more is taken off this list.
LEFT = {
    frozenset({"core.jobs.execution", "core.jobs.queue"}): "a job that is queued wakes the worker",
}


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imported(module: str, path: Path, known: set[str]) -> set[str]:
    """The modules that ``module`` imports, wherever the import stands; what its own package hands it is left out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in known else node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {other for other in found & known if not f"{module}.".startswith(f"{other}.")}


def _graph() -> dict[str, set[str]]:
    paths = {_name(path): path for path in our_code()}
    return {module: _imported(module, path, set(paths)) for module, path in paths.items()}


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """Every module that one comes to from ``start``."""
    found: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += graph.get(module, ())
    return found


def circles(graph: dict[str, set[str]]) -> set[frozenset[str]]:
    """The sets of modules that all lead to one another."""
    reached = {module: _reached(graph, module) for module in graph}
    return {
        frozenset(other for other in there if module in reached[other])
        for module, there in reached.items()
        if module in there
    }


def test_a_circle_is_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == {frozenset("abc")}
    assert circles({"a": {"b"}, "b": set()}) == set()


def test_no_module_imports_one_that_imports_it():
    found = circles(_graph())
    assert [sorted(circle) for circle in found - set(LEFT)] == []
    assert [sorted(circle) for circle in set(LEFT) - found] == [], "ce cercle n’est plus là"
