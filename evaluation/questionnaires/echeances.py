"""The dates of the questionnaires in the échéancier: until when answers are expected."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from core.formats import plural
from evaluation.questionnaires.enums import EtatQuestionnaire, EtatRepondant
from evaluation.questionnaires.models import Questionnaire
from projects.echeances import concerned


def _reponses(actor: Actor, window: Window) -> Iterator[Echeance]:
    """Of the questionnaires that are prepared or open; done once answers are closed."""
    rows = (
        Questionnaire.objects.filter(
            ingenierie__in=concerned(actor, window).values("pk"), echeance__range=(window.since, window.until)
        )
        .annotate(restent=Count("repondants", filter=~Q(repondants__state=EtatRepondant.REPONDU)))
        .order_by("echeance", "pk")
        .values("pk", "titre", "echeance", "state", "ingenierie_id", "ingenierie__titre", "restent")
    )
    for row in rows:
        done = row["state"] in (EtatQuestionnaire.CLOS, EtatQuestionnaire.TERMINE)
        left = f", {plural(row['restent'], 'réponse attendue', 'réponses attendues')}" if row["restent"] else ""
        yield Echeance(
            f"questionnaire-{row['pk']}",
            f"Réponses attendues : {row['titre']}{'' if done else left}",
            row["ingenierie__titre"],
            reverse("evaluation:questionnaire", args=[row["ingenierie_id"], row["pk"]]),
            row["echeance"],
            done=done,
        )


def register() -> None:
    """Called once by :func:`evaluation.questionnaires.providers.register`."""
    ECHEANCES.register("evaluation", EcheanceSource("Réponses aux questionnaires", _reponses), order=70)
