"""Invitations: sent, sent again, revoked, accepted. The link is signed over (invitation, version)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import Invitation, Membership, Organisation, User
from accounts.services.members import join, lock_organisation, require_manager
from core import clock, journal, outbox
from core.actor import Actor
from core.errors import DomainError, InvalidInput, NotAllowed, StaleState
from core.formats import format_date, format_datetime

journal.register_verbs(
    {
        "invitation.sent": "a invité",
        "invitation.resent": "a renvoyé l’invitation de",
        "invitation.revoked": "a révoqué l’invitation de",
        "invitation.accepted": "a accepté l’invitation",
        "invitation.renewal_asked": "a demandé un nouveau lien d’invitation",
    }
)

_signer = Signer(salt="accounts.invitation")
#: A new link may be asked for once in this time.
RENEWAL_EVERY = dt.timedelta(hours=24)
#: An invitation is sent again no sooner than this after it left.
RESEND_AFTER = dt.timedelta(minutes=10)


class InvitationClosed(DomainError):
    """The invitation behind the link was accepted, revoked, replaced or has expired."""

    status = 410
    title = "Cette invitation n’est plus valable"


@dataclass(frozen=True)
class InvitationLink:
    """What a link opens: its invitation and ``status`` (``en_attente`` when it may be accepted, else why not)."""

    invitation: Invitation
    version: int

    @property
    def status(self) -> str:
        """``en_attente``, ``acceptee``, ``revoquee``, ``expiree`` or ``remplacee``."""
        status = self.invitation.status
        return "remplacee" if status == "en_attente" and self.version != self.invitation.version else status


@dataclass(frozen=True)
class Acceptance:
    """An accepted invitation: who, and as member of what."""

    user: User
    membership: Membership


def invitation_token(invitation: Invitation) -> str:
    """The signed part of the link of ``invitation`` as it stands."""
    return _signer.sign(f"{invitation.pk}-{invitation.version}")


def read_token(token: str) -> InvitationLink | None:
    """What ``token`` opens; ``None`` when it was cut or made up."""
    try:
        pk, _, version = _signer.unsign(token).partition("-")
    except BadSignature:
        return None
    invitation = Invitation.objects.select_related("organisation", "invited_by").filter(pk=int(pk)).first()
    return InvitationLink(invitation, int(version)) if invitation else None


def _expiry() -> dt.datetime:
    return clock.now() + dt.timedelta(days=settings.INVITATION_DAYS)


def _send(invitation: Invitation, actor: Actor) -> None:
    outbox.queue_mail(
        "accounts/invitation",
        to=invitation.email,
        context={"invitation": invitation.pk, "version": invitation.version},
        actor=actor,
        scope=invitation.organisation,
        key=f"invitation-{invitation.pk}-{invitation.version}",
    )


@transaction.atomic
def invite(organisation: Organisation, email: str, role: str, *, actor: Actor) -> Invitation:
    """Invite ``email`` to join ``organisation`` in ``role`` and owe the mail.

    Raises ``NotAllowed``; ``InvalidInput`` when the address is wrong, is a member's already, or has a pending
    invitation (even an expired one: it is sent again instead).
    """
    require_manager(actor, organisation)
    if role not in Role.values:
        raise InvalidInput("Ce rôle n’existe pas : rechargez la page.")
    locked = lock_organisation(organisation.pk)
    if not locked.is_active:
        raise InvalidInput("Cette organisation est fermée.")
    email = User.objects.normalize_email(email.strip()).lower()
    if Membership.objects.running_in(locked).filter(user__email__iexact=email).exists():
        raise InvalidInput(f"{email} appartient déjà à {locked}.")
    pending = Invitation.objects.filter(
        organisation=locked, email__iexact=email, accepted_at=None, revoked_at=None
    ).first()
    if pending is not None:
        raise InvalidInput(
            f"Une invitation a déjà été envoyée à cette adresse le {format_date(pending.sent_at)} : "
            "renvoyez-la ou révoquez-la depuis la page de l’organisation."
        )
    invitation = Invitation(organisation=locked, email=email, role=role, invited_by=actor.user, expires_at=_expiry())
    invitation.save(force_insert=True)
    journal.record(actor, "invitation.sent", invitation, scope=locked, changes={"role": ("", role)})
    _send(invitation, actor)
    return invitation


def _lock_pending(invitation: Invitation, actor: Actor, expected_version: int) -> Invitation:
    require_manager(actor, invitation.organisation)
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
    if locked.accepted_at:
        raise StaleState(f"Cette invitation a été acceptée le {format_datetime(locked.accepted_at)}.")
    if locked.revoked_at:
        raise StaleState(f"Cette invitation a été révoquée le {format_datetime(locked.revoked_at)}.")
    if locked.version != expected_version:
        raise StaleState(f"Cette invitation a déjà été renvoyée le {format_datetime(locked.sent_at)}.")
    return locked


@transaction.atomic
def resend_invitation(invitation: Invitation, *, actor: Actor, expected_version: int) -> Invitation:
    """Send it again with a new link, valid 14 more days; the former link says it was replaced.

    Raises ``NotAllowed``, ``StaleState`` (accepted, revoked or sent again meanwhile: a double click sends once),
    ``InvalidInput`` when it left less than :data:`RESEND_AFTER` ago: nobody's box is filled from here.
    """
    locked = _lock_pending(invitation, actor, expected_version)
    if clock.now() - locked.sent_at < RESEND_AFTER:
        minutes = int(RESEND_AFTER.total_seconds() // 60)
        raise InvalidInput(
            f"Cette invitation vient de partir : attendez {minutes} minutes avant de la renvoyer. "
            "Vérifiez l’adresse et le dossier des indésirables."
        )
    before = locked.expires_at
    locked.version += 1
    locked.sent_at = clock.now()
    locked.expires_at = _expiry()
    locked.renewal_asked_at = None
    locked.save()
    journal.record(
        actor,
        "invitation.resent",
        locked,
        scope=locked.organisation,
        changes={"expires_at": (before, locked.expires_at)},
    )
    _send(locked, actor)
    return locked


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor: Actor, expected_version: int) -> Invitation:
    """Its link stops working at once. Raises ``NotAllowed``, ``StaleState``."""
    locked = _lock_pending(invitation, actor, expected_version)
    locked.revoked_at = clock.now()
    locked.version += 1
    locked.save()
    journal.record(
        actor,
        "invitation.revoked",
        locked,
        scope=locked.organisation,
        changes={"revoked_at": (None, locked.revoked_at)},
    )
    return locked


def _lock_link(link: InvitationLink) -> Invitation:
    """The locked invitation of a link that may still be accepted. Raises ``InvitationClosed``."""
    locked = (
        Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=link.invitation.pk)
    )
    fresh = InvitationLink(locked, link.version)
    if fresh.status != "en_attente":
        raise InvitationClosed("Ce lien n’est plus valable : rechargez la page pour savoir pourquoi.")
    if not locked.organisation.is_active:
        raise InvitationClosed("L’organisation qui vous invitait est fermée.")
    return locked


def _consume(invitation: Invitation, user: User) -> Membership:
    running = Membership.objects.running_in(invitation.organisation).filter(user=user).first()
    actor = Actor.for_user(user, running)
    membership = running or join(user, invitation.organisation, invitation.role, actor=actor)
    user.active_membership = membership
    user.save(update_fields=["active_membership"])
    invitation.accepted_at = clock.now()
    invitation.accepted_by = user
    invitation.save()
    journal.record(
        Actor.for_user(user, membership),
        "invitation.accepted",
        invitation,
        scope=invitation.organisation,
        changes={"accepted_at": (None, invitation.accepted_at)},
    )
    return membership


@transaction.atomic
def accept_by_account(link: InvitationLink, user: User) -> Acceptance:
    """``user``, signed in, joins the organisation. Raises ``InvitationClosed``; ``NotAllowed`` for another address."""
    lock_organisation(link.invitation.organisation_id)
    invitation = _lock_link(link)
    if user.email.lower() != invitation.email.lower():
        raise NotAllowed(
            f"Cette invitation est adressée à {invitation.email} ; vous êtes connecté avec {user.email}. "
            "Déconnectez-vous, puis ouvrez de nouveau le lien."
        )
    return Acceptance(user, _consume(invitation, user))


@transaction.atomic
def accept_by_new_person(link: InvitationLink, *, first_name: str, last_name: str, password: str | None) -> Acceptance:
    """Open the account of the invited person (address verified: the link came by mail) and join the organisation.

    Without ``password`` she signs in with a code. Raises ``InvitationClosed``; ``StaleState`` when the address got an
    account meanwhile.
    """
    lock_organisation(link.invitation.organisation_id)
    invitation = _lock_link(link)
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise StaleState("Cette adresse a déjà un compte : connectez-vous, puis ouvrez de nouveau le lien.")
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, first_name=first_name, last_name=last_name)
    except IntegrityError as error:
        raise StaleState("Cette adresse a déjà un compte : connectez-vous, puis ouvrez de nouveau le lien.") from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return Acceptance(user, _consume(invitation, user))


@transaction.atomic
def ask_renewal(link: InvitationLink) -> bool:
    """The holder of a dead link asks for a new one: those who can send it are told, once a day at most.

    Returns whether they were told now. Raises ``InvitationClosed`` when there is nothing to renew (accepted).
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation", "invited_by")
        .get(pk=link.invitation.pk)
    )
    if invitation.accepted_at:
        raise InvitationClosed("Cette invitation a déjà été acceptée : connectez-vous.")
    now = clock.now()
    if invitation.renewal_asked_at and now - invitation.renewal_asked_at < RENEWAL_EVERY:
        return False
    invitation.renewal_asked_at = now
    invitation.save(update_fields=["renewal_asked_at"])
    actor = Actor(kind="link", label="Personne invitée", grant=invitation)
    responsables = (
        Membership.objects.active()
        .filter(organisation=invitation.organisation, role=Role.RESPONSABLE)
        .select_related("user")
        .order_by("pk")
    )
    told = [m.user.email for m in responsables if m.user_id == invitation.invited_by_id]
    for email in told or [m.user.email for m in responsables]:
        outbox.queue_mail(
            "accounts/invitation_renouvellement",
            to=email,
            context={"invitation": invitation.pk},
            actor=actor,
            scope=invitation.organisation,
        )
    journal.record(actor, "invitation.renewal_asked", invitation, scope=invitation.organisation)
    return True
