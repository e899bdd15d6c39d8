"""Who reads and writes conventions. They follow their ingénierie; the pilot decides of what is signed."""

from __future__ import annotations

from collections.abc import Collection

from consultations.consultes.permissions import STEPS
from core.actor import Actor
from missions.conventions.enums import EtatConvention
from missions.conventions.models import Acte, Convention
from projects.enums import OPEN_STATES
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie


def why_not_begin(ingenierie: Ingenierie, actor: Actor) -> str:
    """Why ``actor`` may not begin a convention now, or ``""``: whoever contributes, from « Confirmer » on."""
    refusal = permissions.why_not_contribute(actor, ingenierie)
    if refusal:
        return refusal
    if ingenierie.state in STEPS:
        return ""
    if ingenierie.is_open:
        return "La convention s’écrit à l’étape « Confirmer », une fois le prestataire retenu."
    return "L’ingénierie est terminée : rouvrez-la pour la modifier."


def why_not_decide(ingenierie: Ingenierie, actor: Actor) -> str:
    """Why ``actor`` may not put a text to be signed, send links or record a signature, or ``""``: the pilot does."""
    refusal = permissions.why_not_pilot(actor, ingenierie)
    if refusal:
        return refusal
    return "" if ingenierie.is_open else "L’ingénierie est terminée : rouvrez-la pour la modifier."


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these conventions, those ``actor`` may read."""
    return set(Convention.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def viewable_actes(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these texts to sign, those ``actor`` may read."""
    return set(Acte.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def editable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these conventions, those whose annexes ``actor`` may change now: contributors, while it is a draft."""
    rows = (
        Convention.objects.visible_to(actor)
        .filter(pk__in=ids, state=EtatConvention.PROJET, ingenierie__state__in=OPEN_STATES)
        .select_related("ingenierie__pilote", "ingenierie__referent")
        .prefetch_related("ingenierie__associes")
    )
    return {row.pk for row in rows if permissions.can_contribute(actor, row.ingenierie)}
