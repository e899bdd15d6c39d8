"""What an invited prestataire says of itself: it read, it will answer, it does not position itself, its answers to the
four questions of the simplified mode (002, DLA 28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from consultations.appel.enums import EtatAppel, ModeAppel, MotifDeclin
from consultations.appel.models import Invitation
from consultations.appel.permissions import why_not_write
from consultations.appel.registry import AU_DECLIN
from consultations.appel.services.base import give, lock_invitation
from core import clock, journal
from core.actor import Actor
from core.editing import changed_meanwhile, checked
from core.errors import InvalidInput, NotAllowed
from core.formats import format_date
from core.text import typed_text
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "consultations.invitation_lue": "a ouvert la consultation",
        "consultations.intention": "a dit s’il compte répondre à la consultation",
        "consultations.declin": "a dit qu’il ne se positionne pas",
        "consultations.declin_repris": "se positionne de nouveau",
        "consultations.positionnement": "a répondu aux quatre questions de l’appel à compétences",
    }
)

_DECLINE = ("decline_at", "motif_declin", "de_nouveau_le", "mot")
#: The answers to the four questions.
ANSWERS = ("positionne", "rencontre_possible", "rencontre_des", "coherence", "prix_demi_journee")


def read(invitation: Invitation, *, actor: Actor) -> None:
    """Note the first time somebody of the prestataire opened the page."""
    if invitation.lue_at is not None or why_not_write(invitation, actor):
        return
    with transaction.atomic():
        locked = lock_invitation(invitation)
        if locked.lue_at is None:
            _write(locked, {"lue_at": clock.now()}, "consultations.invitation_lue", actor=actor)
            touch(locked.appel.ingenierie_id)


def _write(locked: Invitation, values: Mapping[str, Any], verb: str, *, actor: Actor) -> Invitation:
    changes = {name: (getattr(locked, name), value) for name, value in values.items()}
    for name, value in values.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    told = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    journal.record(actor, verb, locked, scope=locked.appel.ingenierie, changes=told)
    return locked


def why_too_late(invitation: Invitation) -> str:
    """Why the prestataire does not say any more whether it answers, or ``""``: while the call is open, before its
    deadline."""
    appel = invitation.appel
    if appel.state != EtatAppel.OUVERT:
        return f"Cette consultation n’attend plus de réponse : {appel.get_state_display()}."
    if appel.is_closed:
        now = clock.now().astimezone(appel.zone)
        return (
            f"La date limite est passée ({appel.date_limite_texte}). Ici, il est {now:%H:%M:%S}, "
            f"le {format_date(now.date())}."
        )
    return ""


def _locked(invitation: Invitation, actor: Actor, expected_version: int | None = None) -> Invitation:
    locked = lock_invitation(invitation)
    refusal = why_not_write(locked, actor) or why_too_late(locked)
    if refusal:
        raise NotAllowed(refusal)
    if expected_version is not None and expected_version != locked.version:
        raise changed_meanwhile(locked, journal.entries_since(locked, expected_version))
    return locked


def intend(invitation: Invitation, will: bool, *, actor: Actor) -> Invitation:
    """« Je compte répondre », or not any more: the DLA reads it, no other prestataire does.

    Raises ``NotAllowed`` (another prestataire, too late, it declined).
    """
    with transaction.atomic():
        locked = _locked(invitation, actor)
        if locked.decline_at is not None:
            raise NotAllowed("Vous avez dit que vous ne vous positionniez pas : revenez d’abord sur cette réponse.")
        if locked.intention != will:
            locked = _write(locked, {"intention": will}, "consultations.intention", actor=actor)
            touch(locked.appel.ingenierie_id)
    return locked


def _declined(values: Mapping[str, Any]) -> dict[str, Any]:
    motif, day = values.get("motif_declin", ""), values.get("de_nouveau_le")
    if motif not in MotifDeclin.values:
        raise InvalidInput("Dites pourquoi vous ne vous positionnez pas.")
    if motif != MotifDeclin.INDISPONIBLE:
        day = None
    elif day is None:
        raise InvalidInput("Dites à partir de quand vous pourrez de nouveau être sollicité.")
    elif day <= clock.today():
        raise InvalidInput("La date à partir de laquelle vous êtes de nouveau disponible est à venir.")
    return {
        "decline_at": clock.now(),
        "motif_declin": motif,
        "de_nouveau_le": day,
        "mot": typed_text(values.get("mot", ""), limit=1000),
        "intention": False,
    }


def decline(
    invitation: Invitation, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Invitation:
    """« Ne se positionne pas »; ``values``: motif_declin, de_nouveau_le (asked of who is not available, and kept for
    that reason only), mot. What it had deposited is taken back by the same act.

    Raises ``NotAllowed`` (another prestataire, too late), ``InvalidInput``, ``EditConflict``.
    """
    values, arrived = _declined(values), clock.now()
    with transaction.atomic():
        locked = _locked(invitation, actor, expected_version)
        for deposited in AU_DECLIN:
            deposited.take_back(locked, actor, arrived)
        if locked.appel.mode == ModeAppel.SIMPLIFIEE:
            values |= {"positionne": False, "repondu_at": clock.now()}
        locked = _write(locked, values, "consultations.declin", actor=actor)
        touch(locked.appel.ingenierie_id)
    return locked


def come_back(invitation: Invitation, *, actor: Actor) -> Invitation:
    """After all, it positions itself; it is given the version it may not have received. Raises ``NotAllowed``."""
    with transaction.atomic():
        locked = _locked(invitation, actor)
        if locked.decline_at is None:
            return locked
        values = {"decline_at": None, "motif_declin": "", "de_nouveau_le": None, "mot": "", "intention": None}
        if locked.appel.mode == ModeAppel.SIMPLIFIEE:
            values |= {"positionne": None, "repondu_at": None}
        locked = _write(locked, values, "consultations.declin_repris", actor=actor)
        if locked.appel.version_diffusee is not None:
            give(locked, locked.appel.version_diffusee, actor=actor)
        touch(locked.appel.ingenierie_id)
    return locked


def position(
    invitation: Invitation, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Invitation:
    """The answers to the four questions (``ANSWERS``); « Non » to the first is :func:`decline`, with its reason.

    May be changed until the deadline. Raises ``NotAllowed`` (another prestataire, another mode, too late),
    ``InvalidInput``, ``EditConflict``.
    """
    if values.get("positionne") is False:
        return decline(invitation, values, actor=actor, expected_version=expected_version)
    answers = {name: values.get(name) for name in ANSWERS}
    answers["coherence"] = typed_text(values.get("coherence") or "", limit=4000)
    _check_answers(answers)
    if answers["rencontre_possible"]:
        answers["rencontre_des"] = None
    with transaction.atomic():
        locked = _locked(invitation, actor, expected_version)
        if locked.appel.mode != ModeAppel.SIMPLIFIEE:
            raise NotAllowed("Cet appel est en mode complet : il attend une proposition.")
        answers = checked(locked, answers)
        answers |= {"repondu_at": clock.now(), "intention": True}
        answers |= {"decline_at": None, "motif_declin": "", "de_nouveau_le": None}
        locked = _write(locked, answers, "consultations.positionnement", actor=actor)
        touch(locked.appel.ingenierie_id)
    return locked


def _check_answers(answers: Mapping[str, Any]) -> None:
    if answers["positionne"] is not True:
        raise InvalidInput("Dites si vous pouvez vous positionner.")
    if answers["rencontre_possible"] is None:
        raise InvalidInput("Dites si la 1ère rencontre est possible entre les dates proposées.")
    if not answers["rencontre_possible"] and answers["rencontre_des"] is None:
        raise InvalidInput("Dites à partir de quand la 1ère rencontre est possible.")
    if not answers["coherence"]:
        raise InvalidInput("Dites en quelques lignes la cohérence de l’offre avec vos compétences et expériences.")
    if answers["prix_demi_journee"] is None:
        raise InvalidInput("Donnez le prix moyen d’une demi-journée, frais de mission compris.")
