"""The plan of transfer among the papers of the dossier."""

from __future__ import annotations

from django.urls import reverse

from capitalisation.transfert.models import PlanTransfert
from capitalisation.transfert.services.plan import DOCUMENT
from core.actor import Actor
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def of_plan(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """One query."""
    plan = PlanTransfert.objects.filter(ingenierie=ingenierie).first()
    if plan is None:
        return []
    args = [ingenierie.pk]
    return [
        Paper(
            f"Plan de capitalisation et de transfert, {plan.get_state_display()}",
            "Capitalisation",
            reverse("capitalisation:transfert", args=args),
            on=plan.decide_at if plan.is_decided else None,
            note="" if plan.is_decided else "À jour du dossier",
            files=(("DOCX", reverse("capitalisation:transfert_docx", args=args)),),
            printed=(DOCUMENT, plan.pk),
        )
    ]
