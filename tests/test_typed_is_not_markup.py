"""What people type is shown as they typed it, on every page: never as markup."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from tests.rights_world import build
from tests.test_rights_everywhere import ALLOWED, TABLE

pytestmark = pytest.mark.django_db

#: Markup, an attribute closed, and the braces that str.format would read.
TYPED = "<i>\"'&x{pk}</i>"
APPS = ("core", "accounts", "structures", "directory", "projects", "engagement", "mobilisation", "consultations")
#: Texts that are not typed: they name things, hold a state, a number, a file or a recorded content.
NOT_TYPED = {
    "code", "state", "step", "phase", "condition", "key", "kind", "password", "email", "siret", "rna", "storage_key",
    "sha256", "mime", "template", "cycle", "left_state", "fuseau", "reference", "prefixe", "contenu", "empreinte",
    "empreinte_validee", "schema", "regime", "checksum", "version", "name_key", "website", "contact_email", "to",
}  # fmt: skip


def _typed_fields(model) -> list[str]:
    return [
        f.name
        for f in model._meta.concrete_fields
        if isinstance(f, (models.CharField, models.TextField))
        and not f.choices
        and not f.is_relation
        and f.name not in NOT_TYPED
        and not f.name.endswith(("_type", "_text", "_id"))
        and (f.max_length or 10_000) >= 40
    ]


def _type_everywhere() -> int:
    count = 0
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model._meta.label in ("core.JournalEntry", "projects.Methodologie"):
            continue
        for name in _typed_fields(model):
            for pk in model._base_manager.exclude(**{name: ""}).values_list("pk", flat=True):
                # Two links of one page do not have one name: each text has its own.
                count += 1
                model._base_manager.filter(pk=pk).update(**{name: f"{TYPED}{count}"})
    return count


def test_what_is_typed_is_escaped_on_every_page(client_for, clock_at, mailoutbox):
    clock_at("2026-11-21 10:00")
    world = build()
    assert _type_everywhere() > 60
    client = client_for(world.people["responsable"])
    seen = 0
    for name, line in TABLE.items():
        if line.get is None or line.owner != ALLOWED:
            continue
        answer = client.get(reverse(name, args=line.args(world)))
        if answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            page = answer.content.decode()
            assert "<i>" not in page and "\"'&x" not in page, name
            seen += "&lt;i&gt;" in page
    assert seen > 30
