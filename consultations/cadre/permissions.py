"""Who keeps standing clauses and guides, who reads a guide. Deny by default; each refusal has its sentence."""

from __future__ import annotations

from collections.abc import Collection

from accounts import permissions
from accounts.enums import OrganisationKind
from accounts.models import Organisation
from consultations.cadre.models import GuidePrestataires
from core.actor import Actor
from core.models import Attachment
from partners.portfolio.prestataire.models import Membre
from referentiels.models import Region

#: The organisations that write cahiers des charges.
KEEP_CLAUSES = (OrganisationKind.DLA, OrganisationKind.C2RA)


def why_not_write_clauses(actor: Actor, organisation: Organisation) -> str:
    """Why ``actor`` may not write the standing clauses of ``organisation``; ``""`` for its responsables."""
    return "" if actor.is_system else permissions.manage_refusal(actor, organisation)


def reads_guides(actor: Actor) -> bool:
    """The dispositif, and the prestataires, for whom it is made: whatever the région."""
    if actor.is_system or actor.organisation is not None:
        return True
    return actor.user_id is not None and Membre.objects.active().filter(user=actor.user_id).exists()


def why_not_write_guide(actor: Actor, region: Region | None) -> str | None:
    """Why ``actor`` may not give a new version of the guide of ``region``, or ``None``: members of its C2RA."""
    if actor.is_system:
        return None
    if region is None or not permissions.is_c2ra_of(actor, region):
        return "Le guide d’une région est tenu par son C2RA."
    return None if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."


def viewable_guides(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these guides, those whose file ``actor`` may read."""
    if not reads_guides(actor):
        return set()
    return set(GuidePrestataires.objects.filter(pk__in=ids).values_list("pk", flat=True))


def waiting_for_file(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these guides, those ``actor`` may still give their file: a version that has one no longer changes."""
    rows = GuidePrestataires.objects.filter(pk__in=ids).select_related("region")
    kept = set(Attachment.objects.of(GuidePrestataires._meta.label_lower, ids).values_list("object_id", flat=True))
    return {row.pk for row in rows if row.pk not in kept and why_not_write_guide(actor, row.region) is None}
