"""Who writes a proposition, deposits it, opens those of a call. Deny by default: before the opening a proposition is
read by its author alone, whatever the role of who asks."""

from __future__ import annotations

from consultations.appel.enums import EtatAppel
from consultations.appel.models import Appel, Invitation
from consultations.appel.permissions import why_not_call
from core.actor import Actor

NOT_AUTHOR = "Seules les personnes du prestataire invité lisent et écrivent sa proposition."


def is_author(invitation: Invitation, actor: Actor) -> bool:
    """Does ``actor`` belong to the invited prestataire today?"""
    return actor.is_system or Invitation.objects.for_actor(actor).filter(pk=invitation.pk).exists()


def why_not_write(invitation: Invitation, actor: Actor) -> str:
    """Why ``actor`` may not write the draft now, or ``""``.

    A draft is still written after the deadline, until the opening: what was being typed is not lost, it only cannot be
    deposited any more.
    """
    if not is_author(invitation, actor):
        return NOT_AUTHOR
    appel = invitation.appel
    if appel.state == EtatAppel.OUVERT and appel.is_sealed and appel.is_closed and invitation.decline_at is None:
        return ""
    return invitation.why_not_propose()


def why_not_open(appel: Appel, actor: Actor) -> str:
    """Why ``actor`` may not open the propositions of ``appel`` now, or ``""``: the pilot does, after the deadline."""
    refusal = why_not_call(appel.ingenierie, actor)
    if refusal:
        return refusal
    if appel.state not in (EtatAppel.OUVERT, EtatAppel.PRERETENU):
        return f"Cet appel n’attend pas d’ouverture : {appel.get_state_display()}."
    if appel.is_sealed and not appel.is_closed:
        return f"Les propositions restent scellées jusqu’à la date limite : {appel.date_limite_texte}."
    return ""
