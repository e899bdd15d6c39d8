"""Who runs a call, who answers it, who sets the rules of a région. Deny by default; each refusal has its sentence.

The team reads a call with its ingénierie (``Appel.objects.visible_to``); a prestataire reads its own invitation
(``Invitation.objects.for_actor``) and never anything of the others.
"""

from __future__ import annotations

from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Invitation
from consultations.consultes.permissions import why_not_choose
from core.actor import Actor
from partners.portfolio.prestataire.permissions import belonging
from projects.ingenierie.models import Ingenierie

NOT_INVITED = "Seules les personnes de ce prestataire répondent à sa consultation."


def why_not_call(ingenierie: Ingenierie, actor: Actor) -> str:
    """Why ``actor`` may not prepare or run a call now, or ``""``: who chooses the prestataire does."""
    return why_not_choose(ingenierie, actor)


def why_not_invite(appel: Appel, actor: Actor) -> str:
    """Why ``actor`` may not invite (or send to) one more prestataire, or ``""``: while it is prepared, and as long as
    it is open and nobody was pre-selected."""
    refusal = why_not_call(appel.ingenierie, actor)
    if refusal:
        return refusal
    if appel.state == EtatAppel.PREPARATION:
        return ""
    if appel.state != EtatAppel.OUVERT:
        return f"On n’invite plus à cet appel : {appel.get_state_display()}."
    if appel.mode == ModeAppel.SANS_CONCURRENCE:
        return "Sans mise en concurrence, un seul prestataire est invité."
    if appel.is_closed:
        return "La date limite est passée : prolongez d’abord l’appel, pour tous."
    return ""


def why_not_write(invitation: Invitation, actor: Actor) -> str:
    """Why ``actor`` may not act for the invited prestataire, or ``""``."""
    if invitation.envoyee_at is None or belonging(actor, invitation.prestataire_id) is None:
        return NOT_INVITED
    return ""


def invitable(ingenierie: Ingenierie, actor: Actor) -> Appel | None:
    """The call of this ingénierie to which ``actor`` may invite now, or ``None``."""
    found = Appel.objects.running().filter(ingenierie=ingenierie).first()
    if found is None:
        return None
    found.ingenierie = ingenierie
    return None if why_not_invite(found, actor) else found
