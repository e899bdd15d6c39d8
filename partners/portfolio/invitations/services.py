"""How a consultant enters: invited by a DLA, a C2RA or a colleague, or asking by oneself. Links are signed over
(invitation, version): revoking or resending is one row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction

from accounts.models import User
from core import clock, journal, outbox
from core.actor import Actor
from core.editing import lock
from core.errors import DomainError, InvalidInput, NotAllowed, StaleState
from core.formats import format_date, format_datetime
from partners.portfolio.invitations.models import InvitationPrestataire
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.prestataire.services import ask_to_join, join

journal.register_verbs(
    {
        "portfolio.invitation": "a invité un prestataire",
        "portfolio.invitation_renvoyee": "a renvoyé l’invitation d’un prestataire",
        "portfolio.invitation_revoquee": "a révoqué l’invitation d’un prestataire",
        "portfolio.invitation_acceptee": "a accepté l’invitation",
        "portfolio.acces_demande": "a demandé un accès au portefeuille",
    }
)

_signer = Signer(salt="portfolio.invitation")
#: Sent again no sooner than this after it left: nobody's box is filled from here.
RESEND_AFTER = dt.timedelta(minutes=10)


class InvitationClosed(DomainError):
    """The invitation behind the link was accepted, revoked, replaced or has expired."""

    status = 410
    title = "Ce lien n’est plus valable"


@dataclass(frozen=True)
class Link:
    """What a link opens: its invitation, and ``status``."""

    invitation: InvitationPrestataire
    version: int

    @property
    def status(self) -> str:
        """``en_attente``, ``acceptee``, ``revoquee``, ``expiree`` or ``remplacee``."""
        status = self.invitation.status
        return "remplacee" if status == "en_attente" and self.version != self.invitation.version else status


def invitation_token(invitation: InvitationPrestataire) -> str:
    """The signed part of the link of ``invitation`` as it stands."""
    return _signer.sign(f"{invitation.pk}-{invitation.version}")


def read_token(token: str) -> Link | None:
    """What ``token`` opens; ``None`` when it was cut or made up."""
    try:
        pk, _, version = _signer.unsign(token).partition("-")
    except BadSignature:
        return None
    found = (
        InvitationPrestataire.objects.select_related("organisation", "prestataire", "invited_by")
        .filter(pk=int(pk))
        .first()
    )
    return Link(found, int(version)) if found else None


def _send(invitation: InvitationPrestataire, actor: Actor) -> None:
    outbox.queue_mail(
        "portfolio/invitation",
        to=invitation.email,
        context={"invitation": invitation.pk, "version": invitation.version},
        actor=actor,
        key=f"portfolio-invitation-{invitation.pk}-{invitation.version}",
    )


def _new(invitation: InvitationPrestataire, actor: Actor, verb: str) -> InvitationPrestataire:
    pending = InvitationPrestataire.objects.filter(
        email__iexact=invitation.email,
        organisation=invitation.organisation,
        prestataire=invitation.prestataire,
        accepted_at=None,
        revoked_at=None,
    ).first()
    if pending is not None:
        raise InvalidInput(
            f"Une invitation a déjà été envoyée à cette adresse le {format_date(pending.sent_at)} : renvoyez-la."
        )
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidInput("Une invitation vient d’être envoyée à cette adresse.") from error
    journal.record(actor, verb, invitation, scope=invitation.organisation or invitation.prestataire or invitation)
    _send(invitation, actor)
    return invitation


@transaction.atomic
def invite(email: str, *, actor: Actor, message: str = "", prestataire: Prestataire | None = None):
    """A DLA or a C2RA invites ``email`` to write a fiche (of ``prestataire``, for one that was imported).

    Raises ``NotAllowed``, ``InvalidInput`` (already invited by this organisation; a prestataire that its people
    hold: they alone let somebody in).
    """
    refusal = permissions.why_not_invite(actor)
    if refusal:
        raise NotAllowed(refusal)
    if prestataire is not None and Membre.objects.active().filter(prestataire=prestataire).exists():
        raise InvalidInput(f"{prestataire} est déjà tenu par son référent : lui seul accueille quelqu’un.")
    return _new(
        InvitationPrestataire(
            email=User.objects.normalize_email(email.strip()).lower(),
            organisation=actor.organisation,
            prestataire=prestataire,
            message=message.strip(),
            invited_by=actor.user,
        ),
        actor,
        "portfolio.invitation",
    )


@transaction.atomic
def invite_colleague(prestataire: Prestataire, email: str, *, actor: Actor) -> InvitationPrestataire:
    """The référent invites a colleague to join the prestataire. Raises ``NotAllowed``, ``InvalidInput``."""
    refusal = permissions.why_not_lead(actor, prestataire)
    if refusal:
        raise NotAllowed(refusal)
    email = User.objects.normalize_email(email.strip()).lower()
    if Membre.objects.active().filter(prestataire=prestataire, user__email__iexact=email).exists():
        raise InvalidInput(f"{email} appartient déjà à {prestataire}.")
    return _new(
        InvitationPrestataire(email=email, prestataire=prestataire, invited_by=actor.user),
        actor,
        "portfolio.invitation",
    )


@transaction.atomic
def ask_access(email: str, *, actor: Actor) -> None:
    """Somebody asks for a space by oneself: a link goes to the address, which verifies it.

    The page answers the same whatever the address. A link that left less than :data:`RESEND_AFTER` ago is not sent
    again.
    """
    email = User.objects.normalize_email(email.strip()).lower()
    pending = (
        InvitationPrestataire.objects.select_for_update()
        .filter(email__iexact=email, organisation=None, prestataire=None, accepted_at=None, revoked_at=None)
        .first()
    )
    if pending is None:
        _new(InvitationPrestataire(email=email), actor, "portfolio.acces_demande")
    elif clock.now() - pending.sent_at >= RESEND_AFTER:
        _again(pending, actor)


def _again(invitation: InvitationPrestataire, actor: Actor) -> None:
    invitation.version += 1
    invitation.sent_at = clock.now()
    invitation.expires_at = clock.now() + dt.timedelta(days=settings.INVITATION_DAYS)
    invitation.save()
    _send(invitation, actor)


def _lock_pending(invitation: InvitationPrestataire, actor: Actor, expected_version: int) -> InvitationPrestataire:
    refusal = permissions.why_not_invite(actor)
    if refusal or invitation.organisation_id != actor.organisation_id:
        raise NotAllowed(refusal or "Cette invitation est celle d’une autre organisation.")
    locked = InvitationPrestataire.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if locked.accepted_at:
        raise StaleState(f"Cette invitation a été acceptée le {format_datetime(locked.accepted_at)}.")
    if locked.revoked_at:
        raise StaleState(f"Cette invitation a été révoquée le {format_datetime(locked.revoked_at)}.")
    if locked.version != expected_version:
        raise StaleState(f"Cette invitation a déjà été renvoyée le {format_datetime(locked.sent_at)}.")
    return locked


@transaction.atomic
def resend(invitation: InvitationPrestataire, *, actor: Actor, expected_version: int) -> InvitationPrestataire:
    """Send it again with a new link, valid 14 more days. Raises ``NotAllowed``, ``StaleState``, ``InvalidInput``."""
    locked = _lock_pending(invitation, actor, expected_version)
    if clock.now() - locked.sent_at < RESEND_AFTER:
        raise InvalidInput("Cette invitation vient de partir : attendez dix minutes avant de la renvoyer.")
    _again(locked, actor)
    journal.record(actor, "portfolio.invitation_renvoyee", locked, scope=locked.organisation)
    return locked


@transaction.atomic
def revoke(invitation: InvitationPrestataire, *, actor: Actor, expected_version: int) -> InvitationPrestataire:
    """Its link stops working at once. Raises ``NotAllowed``, ``StaleState``."""
    locked = _lock_pending(invitation, actor, expected_version)
    locked.revoked_at = clock.now()
    locked.version += 1
    locked.save()
    journal.record(actor, "portfolio.invitation_revoquee", locked, scope=locked.organisation)
    return locked


def _lock_link(link: Link) -> InvitationPrestataire:
    locked = InvitationPrestataire.objects.select_for_update(of=("self",)).get(pk=link.invitation.pk)
    if Link(locked, link.version).status != "en_attente":
        raise InvitationClosed("Ce lien n’est plus valable : rechargez la page pour savoir pourquoi.")
    return locked


def _consume(invitation: InvitationPrestataire, user: User) -> Prestataire | None:
    actor = Actor.for_user(user)
    invitation.accepted_at = clock.now()
    invitation.accepted_by = user
    invitation.save()
    joined = invitation.prestataire
    if joined is not None:
        lock(joined)
        others = Membre.objects.active().filter(prestataire=joined).exclude(user=user)
        if invitation.organisation_id and others.exists():
            # The staff invited somebody to a fiche that nobody held: its people have the say since.
            ask_to_join(joined, actor=actor)
            joined = None
        else:
            join(joined, user, actor=actor)
    scope = invitation.organisation or invitation.prestataire or invitation
    journal.record(actor, "portfolio.invitation_acceptee", invitation, scope=scope)
    return joined


@transaction.atomic
def accept_by_account(link: Link, user: User) -> Prestataire | None:
    """``user``, signed in, accepts; returns the prestataire joined, if the invitation names one.

    Raises ``InvitationClosed``; ``NotAllowed`` for another address.
    """
    invitation = _lock_link(link)
    if user.email.lower() != invitation.email.lower():
        raise NotAllowed(
            f"Ce lien est adressé à {invitation.email} ; vous êtes connecté avec {user.email}. "
            "Déconnectez-vous, puis ouvrez-le de nouveau."
        )
    return _consume(invitation, user)


@transaction.atomic
def accept_by_new_person(
    link: Link, *, first_name: str, last_name: str, password: str | None
) -> tuple[User, Prestataire | None]:
    """Open the account of the invited person (address verified: the link came by mail) and accept.

    Raises ``InvitationClosed``; ``StaleState`` when the address got an account meanwhile.
    """
    invitation = _lock_link(link)
    there = StaleState("Cette adresse a déjà un compte : connectez-vous, puis ouvrez de nouveau le lien.")
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise there
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, first_name=first_name, last_name=last_name)
    except IntegrityError as error:
        raise there from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user, _consume(invitation, user)
