"""How a consultant enters, by a personal link: invited by a DLA, a C2RA or a colleague, or asking by oneself."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Grant, User
from accounts.services import Acceptance, NewPerson, OpenLink, account_of, answered, resend_link, send_link, take
from accounts.services.links import EXPIRE, OUVERT, record, status_of
from accounts.services.sent_links import RESEND_AFTER
from core import clock, journal
from core.actor import Actor
from core.editing import lock, lock_rows
from core.errors import InvalidInput, NotAllowed
from partners.portfolio.invitations.purposes import ACCES, COLLEGUE, PORTEFEUILLE, REFERENT
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.prestataire.services import ask_to_join, join

journal.register_verbs(
    {
        "portfolio.invitation.envoye": "a invité un prestataire",
        "portfolio.invitation.renvoye": "a renvoyé l’invitation d’un prestataire",
        "portfolio.invitation.remplace": "a remplacé l’invitation d’un prestataire par une nouvelle",
        "portfolio.invitation.revoque": "a révoqué l’invitation d’un prestataire",
        "portfolio.invitation.accepte": "a accepté l’invitation",
        "portfolio.acces.envoye": "a demandé un accès au portefeuille",
        "portfolio.acces.renvoye": "a demandé de nouveau un accès au portefeuille",
        "portfolio.acces.accepte": "est entré au portefeuille",
    }
)


def to_come() -> Prestataire:
    """What somebody who asks by oneself will open. A personal link is about an object: this one has no row yet, and the
    key 0, which no row has."""
    return Prestataire(pk=0, name="prestataire à venir")


@transaction.atomic
def invite(email: str, *, actor: Actor, message: str = "", prestataire: Prestataire | None = None) -> Grant:
    """A DLA or a C2RA invites ``email`` to write a fiche (of ``prestataire``, for one that was imported).

    Raises ``NotAllowed``, ``InvalidInput`` (already invited by this organisation; a prestataire that its people
    hold: they alone let somebody in).
    """
    refusal = permissions.why_not_invite(actor)
    if refusal:
        raise NotAllowed(refusal)
    if prestataire is None:
        payload = {"message": message.strip()}
        return send_link(PORTEFEUILLE, actor.organisation, email=email, actor=actor, payload=payload)
    if Membre.objects.active().filter(prestataire=prestataire).exists():
        raise InvalidInput(f"{prestataire} est déjà tenu par son référent : lui seul accueille quelqu’un.")
    return send_link(REFERENT, prestataire, email=email, actor=actor)


@transaction.atomic
def invite_colleague(prestataire: Prestataire, email: str, *, actor: Actor) -> Grant:
    """The référent invites a colleague to join the prestataire. Raises ``NotAllowed``, ``InvalidInput``."""
    refusal = permissions.why_not_lead(actor, prestataire)
    if refusal:
        raise NotAllowed(refusal)
    email = email.strip()
    if Membre.objects.active().filter(prestataire=prestataire, user__email__iexact=email).exists():
        raise InvalidInput(f"{email} appartient déjà à {prestataire}.")
    return send_link(COLLEGUE, prestataire, email=email, actor=actor)


@transaction.atomic
def ask_access(email: str, *, actor: Actor) -> None:
    """Somebody asks for a space by oneself: a link goes to the address, which verifies it.

    The page answers the same whatever the address. A link that left less than
    :data:`~accounts.services.sent_links.RESEND_AFTER` ago is not sent again.
    """
    found = Grant.objects.of(to_come(), ACCES).filter(recipient_email__iexact=email.strip())
    pending = lock_rows(found).first()
    if pending is None or status_of(pending) not in (OUVERT, EXPIRE):
        send_link(ACCES, to_come(), email=email, actor=actor)
    elif clock.now() - pending.sent_at >= RESEND_AFTER:
        resend_link(pending, actor=actor)


def prestataire_of(link: OpenLink) -> Prestataire | None:
    """The prestataire that the link names; without it, one creates or finds one's own by its SIRET."""
    return link.object if link.grant.purpose in (REFERENT, COLLEGUE) else None


@transaction.atomic
def accept(link: OpenLink, person: User | NewPerson) -> Acceptance:
    """``person`` enters; ``joined`` is the prestataire of which she is now, if the link names one.

    Raises ``LinkClosed``, ``NotAllowed`` (signed in with another address), ``StaleState`` (the address has an account).
    """
    grant = take(link.actor, link.grant.purpose, link.object)
    user = account_of(grant, person)
    answered(grant)
    actor = Actor.for_user(user)
    record(grant, link.purpose, link.object, actor, "accepte", {})
    prestataire = prestataire_of(link)
    if prestataire is None:
        return Acceptance(user, None)
    lock(prestataire)
    others = Membre.objects.active().filter(prestataire=prestataire).exclude(user=user)
    if grant.purpose == REFERENT and others.exists():
        # The staff invited somebody to a fiche that nobody held: its people have the say since.
        ask_to_join(prestataire, actor=actor)
        return Acceptance(user, None)
    join(prestataire, user, actor=actor)
    return Acceptance(user, prestataire)
