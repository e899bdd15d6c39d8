"""Invitations: personal links whose holder opens an account by them, or signs in, and joins an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import Grant, Membership, Organisation, User
from accounts.services.links import OpenLink, answered, record, take
from accounts.services.members import join, lock_organisation, require_manager
from accounts.services.sent_links import send_link
from core import journal
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed, StaleState

journal.register_verbs(
    {
        "invitation.envoye": "a invité quelqu’un",
        "invitation.renvoye": "a renvoyé une invitation",
        "invitation.remplace": "a remplacé une invitation par une nouvelle",
        "invitation.revoque": "a révoqué une invitation",
        "invitation.demande": "a demandé un nouveau lien d’invitation",
        "invitation.accepte": "a accepté l’invitation",
    }
)

#: The purpose of the link, as its rows and addresses say it.
INVITATION = "invitation"


@dataclass(frozen=True)
class NewPerson:
    """What the holder of an invitation says of herself. Without ``password`` she signs in with a code."""

    first_name: str
    last_name: str
    password: str | None = None


@dataclass(frozen=True)
class Acceptance:
    """An accepted invitation: who, and what she joined."""

    user: User
    joined: Any


@transaction.atomic
def invite(organisation: Organisation, email: str, role: str, *, actor: Actor) -> Grant:
    """Invite ``email`` to join ``organisation`` in ``role`` and owe the mail.

    Raises ``NotAllowed``; ``InvalidInput`` when the address is wrong, is a member's already, or has a pending
    invitation (even an expired one: it is sent again instead).
    """
    require_manager(actor, organisation)
    if role not in Role.values:
        raise InvalidInput("Ce rôle n’existe pas : rechargez la page.")
    locked = lock_organisation(organisation.pk)
    if Membership.objects.running_in(locked).filter(user__email__iexact=email.strip()).exists():
        raise InvalidInput(f"{email.strip()} appartient déjà à {locked}.")
    return send_link(INVITATION, locked, email=email, actor=actor, payload={"role": role})


def account_of(grant: Grant, person: User | NewPerson) -> User:
    """The account that accepts ``grant``: ``person``, signed in, or the one she opens; in the caller's transaction.

    The address of a new account is verified: the link came by mail. Raises ``NotAllowed`` for another address;
    ``StaleState`` when the address got an account meanwhile.
    """
    email = grant.recipient_email
    if isinstance(person, User):
        if person.email.lower() != email.lower():
            raise NotAllowed(
                f"Cette invitation est adressée à {email} ; vous êtes connecté avec {person.email}. "
                "Déconnectez-vous, puis ouvrez de nouveau le lien."
            )
        return person
    there = StaleState("Cette adresse a déjà un compte : connectez-vous, puis ouvrez de nouveau le lien.")
    if User.objects.filter(email__iexact=email).exists():
        raise there
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, person.password, first_name=person.first_name, last_name=person.last_name
            )
    except IntegrityError as error:
        raise there from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def accept_invitation(link: OpenLink, person: User | NewPerson) -> Acceptance:
    """``person`` joins the organisation that invited her, and acts for it from now on.

    Raises ``LinkClosed``, ``NotAllowed`` (signed in with another address), ``StaleState`` (the address has an account).
    """
    organisation = lock_organisation(link.object.pk)
    grant = take(link.actor, INVITATION, organisation)
    user = account_of(grant, person)
    running = Membership.objects.running_in(organisation).filter(user=user).first()
    membership = running or join(user, organisation, grant.payload["role"], actor=Actor.for_user(user))
    user.active_membership = membership
    user.save(update_fields=["active_membership"])
    answered(grant)
    record(grant, link.purpose, organisation, Actor.for_user(user, membership), "accepte", {})
    return Acceptance(user, membership)
