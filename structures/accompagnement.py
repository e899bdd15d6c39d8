"""« Accompagnement » on the page of a structure: what is in hand, what may be started."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from structures.diagnostics import permissions
from structures.diagnostics.presenters import TAGS
from structures.enums import EtatDiagnostic
from structures.models import Diagnostic, Structure


def panel(structure: Structure, actor: Actor) -> dict[str, Any] | None:
    """What the panel shows; ``None`` for who reads the structure but nothing of its accompaniment: one query."""
    if not permissions.can_view(actor, structure):
        return None
    diagnostics = Diagnostic.objects.filter(structure=structure).exclude(state=EtatDiagnostic.CLOS)
    return {
        "can_start": structure.is_active and permissions.can_write(actor, structure),
        "lines": [
            {
                "label": f"Diagnostic du {format_date(d.date)}",
                "url": reverse("structures:diagnostic", args=[d.pk]),
                "state": d.get_state_display(),
                "tag": TAGS[EtatDiagnostic(d.state)],
            }
            for d in diagnostics[:20]
        ],
    }
