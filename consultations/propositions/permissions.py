"""Who writes a proposition, deposits it, opens those of a call. Deny by default: before the opening a proposition is
read by its author alone, whatever the role of who asks."""

from __future__ import annotations

from consultations.appel.enums import EtatAppel
from consultations.appel.models import Appel, Invitation
from core.actor import Actor
from core.formats import NBSP, format_date
from projects.ingenierie import permissions

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
    if appel.state == EtatAppel.OUVERT and appel.is_closed and appel.is_sealed and invitation.decline_at is None:
        return ""
    return invitation.why_not_propose()


def why_not_deposit(invitation: Invitation, actor: Actor) -> str:
    """Why ``actor`` may not deposit now, nor take a deposit back, or ``""``: the deadline is told with the server's
    time."""
    return invitation.why_not_propose() if is_author(invitation, actor) else NOT_AUTHOR


def why_not_open(appel: Appel, actor: Actor) -> str:
    """Why ``actor`` may not open the propositions of ``appel`` now, or ``""``: the pilot does, after the deadline."""
    refusal = permissions.why_not_pilot(actor, appel.ingenierie)
    if refusal:
        return refusal
    if not appel.is_sealed:
        return "Dans cet appel rien n’est scellé : ce qui est déposé se lit aussitôt."
    if appel.state == EtatAppel.DEPOUILLE or appel.state == EtatAppel.ATTRIBUE:
        return "Les propositions sont déjà ouvertes."
    if appel.state != EtatAppel.OUVERT:
        return f"Cet appel n’attend pas d’ouverture : {appel.get_state_display()}."
    if not appel.is_closed:
        return f"Les propositions restent scellées jusqu’à la date limite{NBSP}: {appel.date_limite_texte}."
    return ""


def late(appel: Appel) -> str:
    """« le 15 janvier 2027 »: the day of the deadline, where it counts; empty without one."""
    return format_date(appel.date_limite.astimezone(appel.zone).date()) if appel.date_limite else ""
