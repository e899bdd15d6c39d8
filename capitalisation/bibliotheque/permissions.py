"""Who deposits, who decides, who opens a resource to which circle of readers."""

from __future__ import annotations

from collections.abc import Collection

from accounts.enums import OrganisationKind
from accounts.permissions import is_member, writes
from capitalisation.bibliotheque.enums import Lecteurs
from capitalisation.bibliotheque.models import Ressource
from core.actor import Actor

READ_ONLY = "Votre rôle dans l’organisation est « lecture seule »."


def unless_one_may(*refusals: str) -> str:
    """``""`` when one of these refusals is empty; else the first, which says who may."""
    return "" if "" in refusals else refusals[0]


def is_avise(actor: Actor) -> bool:
    """Acts for the Avise?"""
    return actor.organisation is not None and actor.organisation.kind == OrganisationKind.AVISE


def why_not_deposit(actor: Actor) -> str:
    """Why ``actor`` may not deposit a resource, or ``""``: members of an organisation, not read-only."""
    if actor.is_system:
        return ""
    if actor.organisation is None:
        return "Seuls les membres d’un DLA, d’un C2RA, d’un CNAR ou de l’Avise déposent une ressource."
    return "" if writes(actor) else READ_ONLY


def why_not_author(actor: Actor, ressource: Ressource) -> str:
    """Why ``actor`` may not write the resource, or ``""``: members of the organisation that deposited it."""
    if actor.is_system:
        return ""
    if not is_member(actor, ressource.contributeur_id):
        return f"Cette ressource est à {ressource.contributeur} : écrivez-lui par « Poser une question »."
    return "" if writes(actor) else READ_ONLY


def why_not_regional(actor: Actor, ressource: Ressource) -> str:
    """Why ``actor`` may not decide for the région, or ``""``: its C2RA does; the Avise where there is no région."""
    if actor.is_system:
        return ""
    if ressource.region_id is None:
        return why_not_national(actor)
    organisation = actor.organisation
    if (
        organisation is None
        or organisation.kind != OrganisationKind.C2RA
        or organisation.region_id != ressource.region_id
    ):
        return f"Cette décision revient au C2RA de la région {ressource.region}."
    return "" if writes(actor) else READ_ONLY


def why_not_national(actor: Actor) -> str:
    """Why ``actor`` may not decide for the whole country, or ``""``: the Avise does."""
    if actor.is_system:
        return ""
    if not is_avise(actor):
        return "Cette décision revient à l’Avise."
    return "" if writes(actor) else READ_ONLY


def why_not_hold(actor: Actor, ressource: Ressource) -> str:
    """Why ``actor`` has nothing to decide of its life, or ``""``: the depositor, the C2RA of its région, the Avise."""
    return unless_one_may(why_not_author(actor, ressource), why_not_regional(actor, ressource), why_not_national(actor))


def why_not_open(actor: Actor, ressource: Ressource, lecteurs: str) -> str:
    """Why ``actor`` may not open the resource to that circle, or ``""``.

    The région: who deposited it (for a récit, the pilot). The network: the C2RA, once a committee approved. Everybody:
    the Avise, then too. Closing again: whoever may open, and the depositor.
    """
    if lecteurs in (Lecteurs.EQUIPE, Lecteurs.REGION):
        return why_not_hold(actor, ressource)
    if lecteurs == Lecteurs.RESEAU:
        return unless_one_may(why_not_regional(actor, ressource), why_not_national(actor))
    return why_not_national(actor)


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these resources, those ``actor`` may read."""
    return set(Ressource.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def editable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these resources, those whose files ``actor`` may change: those she deposited, while they are not frozen."""
    rows = Ressource.objects.filter(pk__in=ids).select_related("contributeur")
    return {row.pk for row in rows if not why_not_author(actor, row) and not row.why_frozen}
