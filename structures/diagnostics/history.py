"""What diagnostics tell of the past of a structure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from core.history import HistoryLine
from structures.annuaire.models import Structure
from structures.diagnostics import permissions
from structures.diagnostics.models import Besoin, Diagnostic


def history(structures: Sequence[Structure], actor: Actor) -> dict[int, list[HistoryLine]]:
    """The diagnostics of each structure, newest first: two queries in all.

    Who reads the structure through a shared ingénierie only learns that there is a shared diagnostic, and on which
    themes: not a word of its text.
    """
    found = list(
        Diagnostic.objects.filter(structure__in=[s.pk for s in structures])
        .select_related("organisation")
        .order_by("-date", "-pk")[:200]
    )
    themes: dict[int, list[str]] = defaultdict(list)
    pairs = Besoin.objects.filter(diagnostic__in=[d.pk for d in found]).values_list(
        "diagnostic_id", "type_prestation__label"
    )
    for pk, label in pairs.order_by("diagnostic_id", "type_prestation__position", "type_prestation_id").distinct():
        themes[pk].append(label)
    lines: dict[int, list[HistoryLine]] = defaultdict(list)
    for diagnostic in found:
        whole = permissions.can_view(actor, diagnostic)
        if not whole and not diagnostic.numero_partage:
            continue
        lines[diagnostic.structure_id].append(
            HistoryLine(
                label="Diagnostic partagé",
                url=reverse("structures:diagnostic", args=[diagnostic.pk]) if whole else "",
                detail=", ".join(themes[diagnostic.pk]),
                state=diagnostic.get_state_display(),
                date=format_date(diagnostic.date),
            )
        )
    return lines
