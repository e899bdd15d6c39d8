"""The dates of the meetings, and of what they decided, in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from engagement.rendezvous.echeances import echeance_of
from engagement.rendezvous.enums import EtatRendezvous
from engagement.reunions.models import DecisionReunion, Reunion
from projects.echeances import concerned


def _reunions(actor: Actor, window: Window) -> Iterator[Echeance]:
    """Meetings, each at its hours; one that is cancelled leaves."""
    found = (
        Reunion.objects.filter(
            ingenierie__in=concerned(actor, window).values("pk"), date__range=(window.since, window.until)
        )
        .exclude(state=EtatRendezvous.ANNULEE)
        .select_related("ingenierie")
    )
    for reunion in found.order_by("debut", "pk"):
        url = reverse("engagement:reunion", args=[reunion.ingenierie_id, reunion.pk])
        yield echeance_of(reunion, f"reunion-{reunion.pk}", reunion.objet, url)


def _decided(actor: Actor, window: Window) -> Iterator[Echeance]:
    """What meetings decided and is still to be done. Who does it is left out: a calendar names nobody."""
    found = DecisionReunion.objects.filter(
        reunion__ingenierie__in=concerned(actor, window).values("pk"),
        echeance__range=(window.since, window.until),
        faite_le__isnull=True,
    ).exclude(reunion__state=EtatRendezvous.ANNULEE)
    for decision in found.select_related("reunion__ingenierie").order_by("echeance", "pk"):
        reunion = decision.reunion
        yield Echeance(
            f"suite-{decision.pk}",
            f"Décision à suivre : {decision}",
            reunion.ingenierie.titre,
            reverse("engagement:reunion", args=[reunion.ingenierie_id, reunion.pk]) + "#decisions",
            decision.echeance,
        )


def register() -> None:
    """Called once by :func:`engagement.reunions.providers.register`."""
    ECHEANCES.register("reunions", EcheanceSource("Réunions", _reunions), order=22)
    ECHEANCES.register("suites", EcheanceSource("Décisions des réunions", _decided), order=24)
