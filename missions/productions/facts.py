"""What the démarche sees of productions and of the notes to partners."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import format_date, plural
from missions.conventions.models import Convention
from missions.productions.models import NotePartenaires, Production
from projects.evidence import Evidence
from projects.facts import count_of, first_of


def url(pk: int) -> str:
    return reverse("missions:missions", args=[pk])


def notes() -> dict[str, Any]:
    """How many notes the partners received, and when the last one left."""
    rows = NotePartenaires.objects.filter(convention__choix__retire_at__isnull=True)
    link = "convention__ingenierie"
    return {
        "pro_notes": count_of(rows, link),
        "pro_note_le": first_of(rows.order_by("-envoyee_le"), "envoyee_le", link),
    }


def notes_evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    if not values["pro_notes"]:
        return None
    told = plural(values["pro_notes"], "note aux partenaires", "notes aux partenaires")
    return Evidence(f"{told}, la dernière le {format_date(values['pro_note_le'])}", url(ingenierie.pk))


def productions() -> dict[str, Any]:
    """How many productions were handed over."""
    missions = Convention.objects.signed().standing().order_by()
    rows = Production.objects.filter(convention__in=missions.values("pk"))
    return {"pro_remises": count_of(rows, "convention__ingenierie")}


def productions_evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    count = values["pro_remises"]
    if not count:
        return None
    return Evidence(plural(count, "production remise", "productions remises"), url(ingenierie.pk))
