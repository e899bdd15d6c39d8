"""The page of a structure: its sheet, and what is in hand for it in the other rooms."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.annuaires.views import Fiche
from core.actor import Actor
from core.formats import format_date
from structures.annuaire import presenters
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure
from structures.diagnostics import permissions
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.models import Diagnostic
from structures.plans import presenters as plans
from structures.plans.enums import EtatPlan
from structures.plans.models import PlanAccompagnement


class FicheStructure(Fiche):
    """The sheet by the five criteria, what is in hand, its history."""

    annuaire = STRUCTURES
    template_name = "structures/annuaire/fiche.html"

    def get_context(self, sheet: Structure) -> dict[str, Any]:
        return {
            **super().get_context(sheet),
            "identity": presenters.identity(sheet),
            "criteria": presenters.criteria(sheet),
            "accompagnement": panel(sheet, self.request.actor),
        }


def panel(structure: Structure, actor: Actor) -> dict[str, Any] | None:
    """What the panel shows; ``None`` for who reads the structure but nothing of its accompaniment: two queries."""
    if not permissions.can_view(actor, structure):
        return None
    in_hand = list(PlanAccompagnement.objects.filter(structure=structure, state=EtatPlan.EN_COURS)[:20])
    diagnostics = Diagnostic.objects.filter(structure=structure).exclude(state=EtatDiagnostic.CLOS)
    can_start = structure.is_active and permissions.can_write(actor, structure)
    return {
        "can_start": can_start,
        "can_open_plan": can_start and not in_hand,
        "lines": [
            {
                "label": plans.plan_label(plan),
                "url": reverse("structures:plan", args=[plan.pk]),
                "state": plan.get_state_display(),
                "tag": plan.state_tag,
            }
            for plan in in_hand
        ]
        + [
            {
                "label": f"Diagnostic du {format_date(d.date)}",
                "url": reverse("structures:diagnostic", args=[d.pk]),
                "state": d.get_state_display(),
                "tag": d.state_tag,
            }
            for d in diagnostics[:20]
        ],
    }
