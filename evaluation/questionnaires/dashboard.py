"""What waits for a prestataire in its space: the questionnaires of its missions that it has not answered."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from evaluation.questionnaires.enums import EtatQuestionnaire, EtatRepondant, SorteRepondant
from evaluation.questionnaires.models import Repondant
from partners.portfolio.espace.registry import ATTENTES, Attente
from partners.portfolio.prestataire.models import Prestataire

#: So many lines at most.
LIMIT = 10


def to_answer(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """Those open, of its missions that stand. One query."""
    rows = (
        Repondant.objects.filter(
            sorte=SorteRepondant.PRESTATAIRE,
            convention__choix__prestataire=prestataire,
            convention__choix__retire_at__isnull=True,
            questionnaire__state=EtatQuestionnaire.OUVERT,
        )
        .exclude(state=EtatRepondant.REPONDU)
        .select_related("questionnaire__ingenierie__pilote")
        .order_by("questionnaire__ouvert_at", "pk")
    )
    return [
        Attente(
            f"{row.questionnaire.ingenierie.titre} : {row.questionnaire.titre}",
            f"{row.questionnaire.ingenierie.pilote} attend votre réponse"
            + (f" pour le {format_date(row.questionnaire.echeance)}" if row.questionnaire.echeance else ""),
            reverse("mission_evaluee:repondre", args=[row.convention_id, row.pk]),
        )
        for row in rows[:LIMIT]
    ]


def register() -> None:
    """Called once by :func:`evaluation.questionnaires.providers.register`."""
    ATTENTES.register("questionnaires", to_answer)
