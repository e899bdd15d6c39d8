"""The openings that wait for somebody's decision."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.enums import OrganisationKind
from capitalisation.bibliotheque.enums import Lecteurs
from capitalisation.bibliotheque.models import Ressource
from core.actor import Actor


def asked_of(actor: Actor) -> QuerySet[Ressource]:
    """Those ``actor`` may answer: of her région to the network for a C2RA, to everybody for the Avise."""
    organisation = actor.organisation
    rows = Ressource.objects.exclude(lecteurs_demandes="").order_by("modifiee_le", "pk")
    if organisation is None:
        return rows.none()
    if organisation.kind == OrganisationKind.C2RA:
        return rows.filter(lecteurs_demandes=Lecteurs.RESEAU, region=organisation.region_id)
    if organisation.kind == OrganisationKind.AVISE:
        return rows.filter(lecteurs_demandes=Lecteurs.PUBLIC) | rows.filter(
            lecteurs_demandes=Lecteurs.RESEAU, region=None
        )
    return rows.none()
