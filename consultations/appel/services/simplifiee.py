"""The simplified mode: one prestataire is pre-selected, or the call goes back to the complete mode (002, DLA 28)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from consultations.appel import notices
from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Invitation
from consultations.appel.permissions import why_not_call, why_not_write
from consultations.appel.services.base import give, latest_version, lock_ingenierie
from core import clock
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import perform
from core.text import typed_text
from projects.ingenierie.services import touch


def why_not_preselect(invitation: Invitation, actor: Actor) -> str:
    """Why this prestataire may not be pre-selected now, or ``""``: it answered « Oui », and a version is diffused, to
    be given to it."""
    appel = invitation.appel
    refusal = why_not_call(appel.ingenierie, actor)
    if refusal:
        return refusal
    if not appel.is_simplifie or appel.state != EtatAppel.OUVERT:
        return "Un prestataire se pré-retient en mode simplifié, tant que l’appel est ouvert."
    if not invitation.positionne or invitation.decline_at is not None:
        return "Ce prestataire ne s’est pas positionné."
    if latest_version(appel.ingenierie) is None:
        return "Diffusez d’abord le cahier des charges : c’est à ce moment que le prestataire pré-retenu le reçoit."
    return ""


def preselect(invitation: Invitation, *, reason: str, actor: Actor) -> Appel:
    """Pre-select one: it receives the complete cahier des charges and its annexes, and writes its proposition with the
    DLA; the others are told that they are not. ``reason`` is for the journal.

    Before the deadline too, once all who may answer did: nobody is passed over. Raises ``NotAllowed``,
    ``InvalidInput``, ``StaleState``.
    """
    reason = typed_text(reason, limit=2000)
    if not reason:
        raise InvalidInput("Dites ce qui a emporté la pré-sélection, critère par critère : c’est inscrit au journal.")
    with transaction.atomic():
        lock_ingenierie(invitation.appel.ingenierie)

        def before(locked: Appel) -> dict[str, Any]:
            row = Invitation.objects.select_related("prestataire").get(pk=invitation.pk, appel=locked)
            row.appel = locked
            refusal = why_not_preselect(row, actor) or _waits(locked)
            if refusal:
                raise NotAllowed(refusal)
            row.pre_retenu_at = clock.now()
            row.version += 1
            row.save()
            locked.version_diffusee = latest_version(locked.ingenierie)
            return {
                "pre_retenu": (None, str(row.prestataire)),
                "version_diffusee": (None, locked.version_diffusee.numero),
            }

        def effect(locked: Appel) -> None:
            row = Invitation.objects.select_related("prestataire").get(pk=invitation.pk)
            row.appel = locked
            give(row, locked.version_diffusee, actor=actor)
            notices.news(locked, "preretenu", row.pk, actor=actor, only=Q(pk=row.pk))
            others = Q(decline_at=None, repondu_at__isnull=False) & ~Q(pk=row.pk)
            notices.news(locked, "non_preretenu", row.pk, actor=actor, only=others)

        fresh = perform(
            invitation.appel,
            "preselectionner",
            actor=actor,
            expected_state=invitation.appel.state,
            reason=reason,
            scope=invitation.appel.ingenierie,
            before=before,
            effect=effect,
        )
        touch(fresh.ingenierie_id)
    return fresh


def _waits(appel: Appel) -> str:
    """While the deadline is to come, one waits for those who did not answer."""
    if appel.is_closed:
        return ""
    silent = appel.invitations.filter(envoyee_at__isnull=False, repondu_at=None, decline_at=None).count()
    if not silent:
        return ""
    return (
        f"Tous n’ont pas répondu et la date limite n’est pas passée ({appel.date_limite_texte}) : la pré-sélection se "
        "fait entre tous ceux qui répondent."
    )


def back_to_complete(appel: Appel, *, reason: str, actor: Actor) -> Appel:
    """Before the pre-selection, a prestataire prefers to present a complete project (or the DLA decides so): the call
    goes back to the complete mode, is prepared again with the cahier des charges, and the others are told.

    ``reason`` is read by the DLA alone: the others learn that the mode changes, never who asked. Raises ``NotAllowed``,
    ``InvalidInput``, ``StaleState``.
    """
    reason = typed_text(reason, limit=2000)
    with transaction.atomic():
        lock_ingenierie(appel.ingenierie)
        asks = Invitation.objects.for_actor(actor).filter(appel=appel).first()
        if asks is not None and why_not_call(appel.ingenierie, actor):
            _ensure_candidate(asks, actor)

        def before(locked: Appel) -> dict[str, Any]:
            told = {"mode": (locked.mode, ModeAppel.COMPLETE)}
            locked.mode = ModeAppel.COMPLETE
            locked.version_diffusee = latest_version(locked.ingenierie)
            locked.retour_complet_at, locked.motif_retour = clock.now(), reason
            return told

        def effect(locked: Appel) -> None:
            others = None if asks is None else ~Q(pk=asks.pk)
            notices.news(locked, "retour_complet", locked.version, actor=actor, only=others)
            notices.back_asked(locked, actor=actor)

        fresh = perform(
            appel,
            "revenir_complet",
            actor=actor,
            expected_state=appel.state,
            reason=reason,
            scope=appel.ingenierie,
            before=before,
            effect=effect,
        )
        touch(fresh.ingenierie_id)
    return fresh


def _ensure_candidate(invitation: Invitation, actor: Actor) -> None:
    refusal = why_not_write(invitation, actor)
    if not refusal and invitation.decline_at is not None:
        refusal = "Vous avez dit que vous ne vous positionniez pas : revenez d’abord sur cette réponse."
    if not refusal and invitation.appel.is_closed:
        refusal = f"La date limite est passée ({invitation.appel.date_limite_texte})."
    if refusal:
        raise NotAllowed(refusal)
