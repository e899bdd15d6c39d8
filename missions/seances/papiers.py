"""The sheets and the minutes of the séances, among the papers of the dossier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from engagement.rendezvous.enums import EtatRendezvous
from missions.seances.documents import COMPTE_RENDU, FEUILLE_SEANCE
from missions.seances.models import Seance
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def of_seances(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """Of each séance that was held: who came, and its minutes once they are written. One query."""
    rows = Seance.objects.filter(convention__ingenierie=ingenierie.pk, state=EtatRendezvous.TENUE)
    return [paper for seance in rows.order_by("debut", "pk") for paper in _papers(seance, ingenierie)]


def _papers(seance: Seance, ingenierie: Ingenierie) -> Iterator[Paper]:
    url = reverse("missions:seance", args=[ingenierie.pk, seance.convention_id, seance.pk])
    printed = [(FEUILLE_SEANCE, "Feuille de présence")]
    if seance.compte_rendu:
        printed.append((COMPTE_RENDU, "Compte rendu"))
    for code, label in printed:
        yield Paper(
            f"{label} : {seance.titre}",
            "Séances",
            url,
            on=seance.date,
            by=str(ingenierie.pilote),
            printed=(code, seance.pk),
        )
