"""The dates of the grids in the échéancier: until when the prestataire comments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import F
from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from evaluation.grilles.enums import CODES, DELAI_COMMENTAIRE
from evaluation.grilles.models import SuiviGrille
from projects.echeances import concerned


def _commentaires(actor: Actor, window: Window) -> Iterator[Echeance]:
    """Of the grids handed since their last closing; done once given back, or over."""
    delay = dt.timedelta(days=DELAI_COMMENTAIRE)
    rows = SuiviGrille.objects.filter(
        questionnaire__ingenierie__in=concerned(actor, window).values("pk"),
        questionnaire__code__in=CODES,
        questionnaire__convention__choix__retire_at=None,
        remise_at__gte=F("questionnaire__clos_at"),
        remise_at__date__range=(window.since - delay, window.until - delay),
    )
    for row in rows.select_related("questionnaire__ingenierie").order_by("remise_at", "pk"):
        questionnaire = row.questionnaire
        yield Echeance(
            f"commentaires-{row.pk}",
            "Commentaires du prestataire attendus sur la grille d’évaluation",
            questionnaire.ingenierie.titre,
            reverse("evaluation:grille", args=[questionnaire.ingenierie_id, questionnaire.pk]),
            row.attendue_le,
            done=row.est_rendue or questionnaire.termine_at is not None,
        )


def register() -> None:
    """Called once by :func:`evaluation.grilles.providers.register`."""
    ECHEANCES.register("grilles", EcheanceSource("Grilles à commenter", _commentaires), order=71)
