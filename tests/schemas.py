"""Is a document what a JSON Schema says? The words of the schema that the house's own use, and no other."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urlsplit

_KINDS = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int,
    "number": (int, float),
}  # fmt: skip
_KNOWN = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "properties", "required", "items", "oneOf",
    "additionalProperties", "enum", "const", "pattern", "format",
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, where: str = "") -> list[str]:
    """What is wrong with ``value``, in words; empty when nothing is."""
    root = root or schema
    unknown = schema.keys() - _KNOWN
    assert not unknown, f"mots du schéma que cet essai ne lit pas : {unknown}"
    found: list[str] = []
    if "$ref" in schema:
        found += faults(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, where)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        return [*found, f"{where} n’est pas {' ou '.join(kinds)}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where} n’est pas de la liste")
    if "const" in schema and value != schema["const"]:
        found.append(f"{where} n’est pas {schema['const']}")
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{where} n’a pas la forme voulue")
        if not _well_formed(value, schema.get("format", "")):
            found.append(f"{where} n’est pas {schema['format']}")
    if isinstance(value, dict):
        found += [f"{where}.{name} manque" for name in schema.get("required", []) if name not in value]
        known = schema.get("properties", {})
        for name, part in value.items():
            if name in known:
                found += faults(part, known[name], root, f"{where}.{name}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{where}.{name} est de trop")
    if isinstance(value, list) and "items" in schema:
        for number, part in enumerate(value):
            found += faults(part, schema["items"], root, f"{where}[{number}]")
    if "oneOf" in schema and sum(not faults(value, one, root, where) for one in schema["oneOf"]) != 1:
        found.append(f"{where} ne suit pas un seul des cas")
    return found


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS[kind])


def _well_formed(value: str, kind: str) -> bool:
    try:
        if kind == "date":
            dt.date.fromisoformat(value)
        elif kind == "date-time":
            return dt.datetime.fromisoformat(value).tzinfo is not None
        elif kind == "uri":
            return bool(urlsplit(value).scheme)
    except ValueError:
        return False
    return True
