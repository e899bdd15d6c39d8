"""Who is told of what a région decides (docs/notifications.md)."""

from __future__ import annotations

from core import outbox
from core.actor import Actor
from partners.portfolio.prestataire.notices import referents
from partners.portfolio.publication.models import Publication


def region_decided(publication: Publication, *, actor: Actor) -> None:
    """Another région decided: each référent reads it in the day's digest."""
    for email in referents(publication.prestataire_id):
        outbox.queue_mail(
            "portfolio/region",
            to=email,
            context={"publication": publication.pk, "state": publication.state},
            actor=actor,
            scope=publication.prestataire,
            urgent=False,
        )
