"""The dates of the opinions in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from engagement.validation.models import AvisComite
from projects.echeances import concerned


def _avis(actor: Actor, window: Window) -> Iterator[Echeance]:
    found = AvisComite.objects.filter(
        ingenierie__in=concerned(actor, window).values("pk"), date__range=(window.since, window.until)
    ).select_related("ingenierie", "organisation")
    for avis in found.order_by("date", "pk"):
        yield Echeance(
            f"avis-{avis.pk}",
            f"Comité d’appui, {avis.organisation.name} : avis {avis.get_sens_display()}",
            avis.ingenierie.titre,
            reverse("engagement:validation", args=[avis.ingenierie_id]),
            avis.date,
            done=True,
        )


def register() -> None:
    """Called once by :func:`engagement.validation.providers.register`."""
    ECHEANCES.register("avis", EcheanceSource("Avis des comités d’appui", _avis), order=30)
