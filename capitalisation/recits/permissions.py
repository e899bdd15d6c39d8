"""Who writes a récit: the team of its dossier; without a dossier, the members of the organisation that tells it."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import Organisation
from accounts.permissions import is_member, writes
from capitalisation.recits.models import Recit, VersionRecit
from capitalisation.transfert.permissions import why_not_follow
from consultations.consultes.permissions import STEPS
from core.actor import Actor
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute, why_not_pilot


def why_not_begin(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not begin a récit of this dossier now, or ``""``: from « Confirmer » on, and once closed."""
    if refusal := why_not_follow(actor, ingenierie):
        return refusal
    if ingenierie.is_open and ingenierie.state not in STEPS:
        return "Un récit se commence à partir de l’étape « Confirmer »."
    return ""


def why_not_begin_alone(actor: Actor, organisation: Organisation) -> str:
    """Why ``actor`` may not begin a récit without dossier for this organisation, or ``""``."""
    if actor.is_system or (is_member(actor, organisation) and writes(actor)):
        return ""
    return f"Seuls les membres de {organisation}, hors lecture seule, racontent une expérience en son nom."


def why_not_write(actor: Actor, recit: Recit) -> str:
    """Why ``actor`` may not write in the récit, or ``""``: before and after the end of the ingénierie."""
    if recit.ingenierie_id is not None:
        return why_not_follow(actor, recit.ingenierie)
    if actor.is_system or (is_member(actor, recit.organisation) and writes(actor)):
        return ""
    return f"Seuls les membres de {recit.organisation}, hors lecture seule, écrivent ce récit."


def why_not_arreter(actor: Actor, recit: Recit) -> str:
    """Why ``actor`` may not say that the récit is as it will be read, or ``""``: the pilot does."""
    if recit.ingenierie_id is not None:
        return why_not_pilot(actor, recit.ingenierie) or ""
    return why_not_write(actor, recit)


def why_not_erase_image(actor: Actor, recit: Recit) -> str:
    """Why ``actor`` may not erase a picture from the récit and its versions, or ``""``: the team, in any state."""
    if recit.ingenierie_id is not None:
        return why_not_contribute(actor, recit.ingenierie) or ""
    return why_not_write(actor, recit)


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these récits, those ``actor`` may read while they are written."""
    return set(Recit.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def writers(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these récits, those in which ``actor`` may write now: not those that are « arrêtés »."""
    found = Recit.objects.visible_to(actor).filter(pk__in=ids).select_related("organisation", "ingenierie__pilote")
    return {recit.pk for recit in found if not recit.why_frozen and not why_not_write(actor, recit)}


def readable_versions(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these versions, those of the récits that ``actor`` may read while they are written."""
    found = VersionRecit.objects.filter(pk__in=ids, recit__in=Recit.objects.visible_to(actor).values("pk"))
    return set(found.values_list("pk", flat=True))
