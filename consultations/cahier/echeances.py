"""The deadline of the answers to a cahier des charges, and its restitution, in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from consultations.cahier.models import CahierDesCharges
from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from projects.echeances import concerned


def _deadlines(actor: Actor, window: Window) -> Iterator[Echeance]:
    found = CahierDesCharges.objects.filter(
        ingenierie__in=concerned(actor, window).values("pk"), date_limite__date__range=(window.since, window.until)
    ).exclude(ingenierie__appels__ouvert_at__isnull=False)  # a call tells its own deadline
    for pk, ingenierie, titre, when, fuseau in found.order_by("date_limite", "pk").values_list(
        "pk", "ingenierie_id", "ingenierie__titre", "date_limite", "fuseau"
    ):
        url = reverse("consultations:cahier", args=[ingenierie])
        title = "Date limite de réponse au cahier des charges"
        yield Echeance(f"cahier-{pk}", title, titre, url, when, fuseau=fuseau)


def _restitutions(actor: Actor, window: Window) -> Iterator[Echeance]:
    found = CahierDesCharges.objects.filter(
        ingenierie__in=concerned(actor, window).values("pk"), date_restitution__range=(window.since, window.until)
    )
    for pk, ingenierie, titre, when in found.order_by("date_restitution", "pk").values_list(
        "pk", "ingenierie_id", "ingenierie__titre", "date_restitution"
    ):
        url = reverse("consultations:cahier", args=[ingenierie])
        yield Echeance(f"restitution-{pk}", "Restitution de l’intervention", titre, url, when)


def register() -> None:
    """Called once by :func:`consultations.cahier.providers.register`."""
    ECHEANCES.register("restitutions", EcheanceSource("Restitutions", _restitutions), order=58)
    ECHEANCES.register("cahiers", EcheanceSource("Réponses aux cahiers des charges", _deadlines), order=60)
