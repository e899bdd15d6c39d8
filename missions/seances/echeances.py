"""The dates of the séances in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from engagement.rendezvous.echeances import echeance_of
from engagement.rendezvous.enums import EtatRendezvous
from missions.seances.models import Seance
from projects.echeances import concerned


def _seances(actor: Actor, window: Window) -> Iterator[Echeance]:
    """Séances, each at its hours; one that is cancelled leaves."""
    found = (
        Seance.objects.filter(
            convention__ingenierie__in=concerned(actor, window).values("pk"),
            convention__choix__retire_at__isnull=True,
            date__range=(window.since, window.until),
        )
        .exclude(state=EtatRendezvous.ANNULEE)
        .select_related("convention__ingenierie")
    )
    for seance in found.order_by("debut", "pk"):
        url = reverse("missions:seance", args=[seance.ingenierie.pk, seance.convention_id, seance.pk])
        yield echeance_of(seance, f"seance-mission-{seance.pk}", seance.titre, url)


def register() -> None:
    """Called once by :func:`missions.seances.providers.register`."""
    ECHEANCES.register("seances_mission", EcheanceSource("Séances des missions", _seances), order=60)
