"""What the dossier shows of the questionnaires, read with the one query of its pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from evaluation.questionnaires.enums import EtatQuestionnaire, EtatRepondant
from evaluation.questionnaires.models import Questionnaire, Repondant

_OPEN = EtatQuestionnaire.OUVERT


def questionnaires() -> dict[str, Any]:
    """How many are open, and how many of those asked by them have answered."""
    rows = Repondant.objects.filter(questionnaire__ingenierie=OuterRef("pk"), questionnaire__state=_OPEN).order_by()
    grouped = rows.values(group=F("questionnaire__ingenierie"))
    asked = grouped.annotate(n=Count("pk")).values("n")
    done = grouped.annotate(n=Count("pk", filter=Q(state=EtatRepondant.REPONDU))).values("n")
    opened = (
        Questionnaire.objects.filter(ingenierie=OuterRef("pk"), state=_OPEN)
        .order_by()
        .values("ingenierie")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return {
        "eval_ouverts": Coalesce(Subquery(opened), 0),
        "eval_sollicites": Coalesce(Subquery(asked), 0),
        "eval_repondu": Coalesce(Subquery(done), 0),
    }


def told(values: Any) -> str:
    """The badge of the tab: « 12/40 » while answers come in."""
    return f"{values.eval_repondu}/{values.eval_sollicites}" if values.eval_ouverts else ""
