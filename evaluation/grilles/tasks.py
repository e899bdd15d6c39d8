"""Every day: a prestataire that says nothing of the grid it was handed is reminded, once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Q

from core import clock
from core.actor import Actor
from core.errors import DomainError
from core.jobs import JobRun, daily
from evaluation.grilles.enums import RAPPEL_COMMENTAIRE
from evaluation.grilles.permissions import grilles
from evaluation.grilles.services.remise import remind_prestataire
from evaluation.questionnaires.enums import EtatQuestionnaire


def to_remind():
    """The grids handed :data:`RAPPEL_COMMENTAIRE` days ago or more, since the last closing, neither given back nor
    reminded since."""
    before = clock.now() - dt.timedelta(days=RAPPEL_COMMENTAIRE)
    handed = "suivi_grille__remise_at"
    return (
        grilles()
        .filter(
            Q(suivi_grille__rendue_at=None) | Q(suivi_grille__rendue_at__lt=F(handed)),
            Q(suivi_grille__rappel_at=None) | Q(suivi_grille__rappel_at__lt=F(handed)),
            state=EtatQuestionnaire.CLOS,
            convention__choix__retire_at=None,
            **{f"{handed}__lte": before, f"{handed}__gte": F("clos_at")},
        )
        .select_related("ingenierie__pilote")
        .order_by("pk")
    )


@daily("evaluation.grilles_rappels", at=5, label="Rappels des grilles d’évaluation à commenter")
def reminders(run: JobRun, *, date: str) -> dict:
    """Remind each, by itself: one that fails does not stop the others."""
    actor, done = Actor.system("rappels de l’évaluation"), 0
    for questionnaire in to_remind():
        if not questionnaire.ingenierie.is_open:
            continue
        try:
            with transaction.atomic():
                remind_prestataire(questionnaire, actor=actor)
        except DomainError:
            continue
        done += 1
    return {"rappels": done}
