"""What plans tell of the past of a structure, and the plans a leaver hands over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, Q
from django.urls import reverse

from core.actor import Actor
from core.formats import format_date, plural
from core.history import HistoryLine
from structures.annuaire.models import Structure
from structures.plans.enums import LIGNES_OUVERTES
from structures.plans.models import PlanAccompagnement


def history(structures: Sequence[Structure], actor: Actor) -> dict[int, list[HistoryLine]]:
    """The plans of each structure that ``actor`` reads, newest first: one query in all."""
    found = (
        PlanAccompagnement.objects.visible_to(actor)
        .filter(structure__in=[s.pk for s in structures])
        .annotate(total=Count("lignes"), ouvertes=Count("lignes", filter=Q(lignes__etat__in=LIGNES_OUVERTES)))
        .order_by("-created_at", "-pk")[:200]
    )
    lines: dict[int, list[HistoryLine]] = defaultdict(list)
    for plan in found:
        settled = plan.total - plan.ouvertes
        lines[plan.structure_id].append(
            HistoryLine(
                label="Plan d’accompagnement",
                url=reverse("structures:plan", args=[plan.pk]),
                detail=f"{plural(plan.total, 'ligne')}, {plural(settled, 'réglée')}" if plan.total else "aucune ligne",
                state=plan.get_state_display(),
                date=format_date(plan.created_at),
            )
        )
    return lines
