"""Personal links: sent, sent again, replaced, revoked, opened, answered. Signed over (grant, version)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from accounts.enums import Role
from accounts.links import LINK_PURPOSES, LinkPurpose
from accounts.models import Grant, Membership, User
from core import clock, journal, outbox
from core.actor import Actor
from core.errors import DomainError, InvalidInput, NotAllowed, StaleState
from core.formats import format_date, format_datetime
from core.text import typed_text

journal.register_verbs(
    {
        "lien.envoye": "a envoyé un lien personnel",
        "lien.renvoye": "a renvoyé un lien personnel",
        "lien.remplace": "a remplacé un lien personnel par un nouveau",
        "lien.revoque": "a révoqué un lien personnel",
        "lien.demande": "a demandé un nouveau lien",
    }
)

_signer = Signer(salt="accounts.grant")
#: A link is sent again no sooner than this after it left.
RESEND_AFTER = dt.timedelta(minutes=10)
#: A new link may be asked for once in this time.
ASK_EVERY = dt.timedelta(hours=24)

OUVERT, REPONDU, REVOQUE, EXPIRE, REMPLACE = "ouvert", "repondu", "revoque", "expire", "remplace"
#: Where a grant stands, in words.
STATUS_LABELS = {OUVERT: "en attente de réponse", REPONDU: "a répondu", REVOQUE: "révoqué", EXPIRE: "expiré"}


class LinkClosed(DomainError):
    """The link behind the page was answered, revoked, replaced or has expired, or its object expects nothing more."""

    status = 410
    title = "Ce lien ne sert plus"


@dataclass(frozen=True)
class Link:
    """What a token opens: its grant, and the version it was signed for."""

    grant: Grant
    version: int

    @property
    def purpose(self) -> LinkPurpose:
        """What the link is for. A row whose purpose left the application opens nothing (``LookupError``)."""
        found = LINK_PURPOSES.get(self.grant.purpose)
        if found is None:
            raise LookupError(f"usage de lien inconnu : {self.grant.purpose}")
        return found

    @property
    def status(self) -> str:
        """``ouvert`` when it may be used, else why not: ``remplace``, ``revoque``, ``repondu``, ``expire``."""
        if self.version != self.grant.version:
            return REMPLACE
        return status_of(self.grant)


@dataclass(frozen=True)
class OpenLink(Link):
    """A link that may be used, with its object and who acts by it."""

    object: Any
    token: str

    @property
    def actor(self) -> Actor:
        """The holder of the link, as services know her."""
        return holder(self.grant)


def holder(grant: Grant) -> Actor:
    """Who acts by ``grant``: may only what its purpose asks, on its object."""
    return Actor(kind="link", label=f"{grant.recipient_name} (par lien)"[:200], grant=grant)


def status_of(grant: Grant) -> str:
    """Where a grant stands; see :attr:`Link.status`."""
    if grant.revoked_at:
        return REVOQUE
    purpose = LINK_PURPOSES.get(grant.purpose)
    if grant.used_at and purpose is not None and purpose.single_use:
        return REPONDU
    return EXPIRE if grant.expires_at and grant.expires_at <= clock.now() else OUVERT


# --- Tokens ---------------------------------------------------------------------------------------------------------


def link_token(grant: Grant) -> str:
    """The signed part of the link of ``grant`` as it stands."""
    return _signer.sign(f"{grant.pk}-{grant.version}")


def read_token(token: str) -> Link | None:
    """What ``token`` opens; ``None`` when it was cut or made up, or when its purpose left the application."""
    try:
        pk, _, version = _signer.unsign(token).partition("-")
    except BadSignature:
        return None
    grant = Grant.objects.select_related("organisation", "issued_by").filter(pk=int(pk)).first()
    return Link(grant, int(version)) if grant is not None and grant.purpose in LINK_PURPOSES else None


def open_link(link: Link, token: str) -> OpenLink:
    """``link`` with its object. Raises ``LinkClosed`` when it may not be used, with the reason as a sentence."""
    if link.status != OUVERT:
        raise LinkClosed(why_closed(link))
    obj = link.purpose.load(link.grant.object_id)
    closed = "Ce qui vous était demandé n’existe plus." if obj is None else link.purpose.closed(obj)
    if closed:
        raise LinkClosed(closed)
    return OpenLink(link.grant, link.version, obj, token)


def why_closed(link: Link) -> str:
    """Why the link opens nothing any more; says nothing of its object."""
    grant = link.grant
    who = grant.organisation or "l’organisation qui vous l’avait adressé"
    return {
        REMPLACE: "Un lien plus récent a été envoyé : ouvrez le dernier courrier reçu, c’est lui qui compte.",
        REVOQUE: f"Ce lien a été retiré le {format_date(grant.revoked_at)} par {who}.",
        REPONDU: f"Votre réponse a été reçue le {format_datetime(grant.used_at)}. Merci.",
        EXPIRE: f"Ce lien a expiré le {format_date(grant.expires_at)}.",
    }[link.status]


def note_opening(link: Link) -> None:
    """Count an opening: the only thing that looking at the page writes."""
    now = clock.now()
    Grant.objects.filter(pk=link.grant.pk).update(
        first_opened_at=Coalesce(F("first_opened_at"), now), last_opened_at=now, opened_count=F("opened_count") + 1
    )


# --- Sending --------------------------------------------------------------------------------------------------------


def _purpose(code: str) -> LinkPurpose:
    found = LINK_PURPOSES.get(code)
    if found is None:
        raise LookupError(f"usage de lien inconnu : {code}")
    return found


def deadline_of(purpose: LinkPurpose, obj: Any) -> dt.datetime | None:
    """Until when a link sent now would serve; ``None``: until it is revoked."""
    until = purpose.deadline(obj) if purpose.deadline else None
    if until is not None:
        return until
    return clock.now() + purpose.lifetime if purpose.lifetime else None


def _expiry(purpose: LinkPurpose, obj: Any) -> dt.datetime | None:
    until = deadline_of(purpose, obj)
    if until is not None and until <= clock.now():
        raise InvalidInput(f"La date limite ({format_datetime(until)}) est passée : changez-la d’abord.")
    return until


def _allow(purpose: LinkPurpose, obj: Any, actor: Actor) -> None:
    refusal = purpose.refusal(actor, obj)
    if refusal:
        raise NotAllowed(refusal)


def _scope(purpose: LinkPurpose, obj: Any) -> models.Model:
    return purpose.scope(obj) or obj


def _mail(grant: Grant, purpose: LinkPurpose, obj: Any, actor: Actor) -> None:
    outbox.queue_mail(
        "accounts/lien",
        to=grant.recipient_email,
        context={"grant": grant.pk, "version": grant.version, "rappel": grant.sent_count > 1},
        actor=actor,
        scope=_scope(purpose, obj),
        key=mail_key(grant),
    )


def mail_key(grant: Grant) -> str:
    """The key of the mail that last carried the link."""
    return f"lien-{grant.pk}-{grant.sent_count}"


def _recipient(name: str, email: str) -> tuple[str, str]:
    name = " ".join(typed_text(name, limit=120).split())
    email = User.objects.normalize_email(email.strip()).lower()
    if not name:
        raise InvalidInput("Dites à qui le lien est adressé.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput(f"L’adresse électronique « {email} » n’est pas valable.") from error
    return name, email


def _refuse_twice(found: Grant) -> None:
    status = status_of(found)
    action = "renvoyez-le" if status in (OUVERT, EXPIRE) else "envoyez-lui un nouveau lien"
    raise InvalidInput(
        f"Un lien a déjà été envoyé à cette adresse le {format_date(found.sent_at)} : {action} depuis la liste."
    )


@transaction.atomic
def send_link(code: str, obj: Any, *, name: str, email: str, actor: Actor) -> Grant:
    """Give ``email`` the link of purpose ``code`` on ``obj``, and owe the mail.

    Raises ``NotAllowed``; ``InvalidInput`` for a wrong address, for one that has this link already (it is sent again
    instead), when the deadline is past or when the object expects no answer any more.
    """
    purpose = _purpose(code)
    _allow(purpose, obj, actor)
    if closed := purpose.closed(obj):
        raise InvalidInput(closed)
    name, email = _recipient(name, email)
    if twice := Grant.objects.of(obj, code).filter(recipient_email__iexact=email).first():
        _refuse_twice(twice)
    scope = _scope(purpose, obj)
    grant = Grant(
        purpose=code,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        object_label=f"{purpose.label} · {obj}"[:255],
        scope_type=scope._meta.label_lower,
        scope_id=scope.pk,
        recipient_name=name,
        recipient_email=email,
        issued_by=actor.user,
        organisation=actor.organisation,
        expires_at=_expiry(purpose, obj),
    )
    try:
        with transaction.atomic():
            grant.save(force_insert=True)
    except IntegrityError:  # the other half of a double click
        _refuse_twice(Grant.objects.of(obj, code).get(recipient_email__iexact=email))
    journal.record(
        actor,
        "lien.envoye",
        grant,
        scope=scope,
        changes={"recipient_email": None, "expires_at": (None, grant.expires_at)},
    )
    purpose.changed(obj, False)
    _mail(grant, purpose, obj, actor)
    return grant


def _lock(grant: Grant, actor: Actor, expected_version: int | None) -> tuple[Grant, LinkPurpose, Any]:
    purpose = _purpose(grant.purpose)
    locked = Grant.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.pk)
    obj = purpose.load(locked.object_id)
    if obj is None:
        raise StaleState("Ce à quoi ce lien servait a été retiré entre-temps : rechargez la page.")
    _allow(purpose, obj, actor)
    if expected_version is not None and locked.version != expected_version:
        raise StaleState("Ce lien a changé entre-temps : rechargez la page pour voir où il en est.")
    return locked, purpose, obj


def _again(locked: Grant, purpose: LinkPurpose, obj: Any, actor: Actor, verb: str) -> Grant:
    """What sending again and replacing share: minimum delay, new deadline, journal, mail."""
    if closed := purpose.closed(obj):
        raise InvalidInput(closed)
    now = clock.now()
    if now - locked.sent_at < RESEND_AFTER:
        minutes = int(RESEND_AFTER.total_seconds() // 60)
        raise InvalidInput(
            f"Ce lien vient de partir : attendez {minutes} minutes avant de le renvoyer. "
            "Vérifiez l’adresse et le dossier des indésirables."
        )
    before = locked.expires_at
    locked.expires_at = _expiry(purpose, obj)
    locked.sent_at = now
    locked.sent_count += 1
    locked.renewal_asked_at = None
    locked.issued_by = actor.user
    if actor.organisation is not None:
        locked.organisation = actor.organisation
    locked.save()
    changes = {"expires_at": (before, locked.expires_at)}
    journal.record(actor, verb, locked, scope=_scope(purpose, obj), changes=changes)
    purpose.changed(obj, False)
    _mail(locked, purpose, obj, actor)
    return locked


@transaction.atomic
def resend_link(grant: Grant, *, actor: Actor, expected_version: int | None = None) -> Grant:
    """Send the same link again, with a new deadline: a reminder, or an answer to who let it expire.

    Raises ``NotAllowed``; ``StaleState`` when it was answered, revoked or replaced meanwhile; ``InvalidInput`` when it
    left less than :data:`RESEND_AFTER` ago (so a double click sends once) or the deadline is past.
    """
    locked, purpose, obj = _lock(grant, actor, expected_version)
    status = status_of(locked)
    if status == REPONDU:
        raise StaleState(f"La réponse est arrivée le {format_datetime(locked.used_at)} : rien n’est à relancer.")
    if status == REVOQUE:
        raise StaleState(f"Ce lien a été révoqué le {format_datetime(locked.revoked_at)} : envoyez-en un nouveau.")
    return _again(locked, purpose, obj, actor, "lien.renvoye")


@transaction.atomic
def renew_link(grant: Grant, *, actor: Actor, expected_version: int | None = None) -> Grant:
    """Send a new link: the former one says that it was replaced. It also reopens what was answered or revoked.

    Raises ``NotAllowed``, ``StaleState``, ``InvalidInput`` (as :func:`resend_link`).
    """
    locked, purpose, obj = _lock(grant, actor, expected_version)
    locked.version += 1
    locked.revoked_at = None
    locked.used_at = None
    return _again(locked, purpose, obj, actor, "lien.remplace")


@transaction.atomic
def revoke_link(grant: Grant, *, actor: Actor, expected_version: int | None = None) -> Grant:
    """The link stops working at once. Raises ``NotAllowed``, ``StaleState``."""
    locked, purpose, obj = _lock(grant, actor, expected_version)
    if locked.revoked_at:
        raise StaleState(f"Ce lien a déjà été révoqué le {format_datetime(locked.revoked_at)}.")
    locked.revoked_at = clock.now()
    locked.save()
    changes = {"revoked_at": (None, locked.revoked_at)}
    journal.record(actor, "lien.revoque", locked, scope=_scope(purpose, obj), changes=changes)
    purpose.changed(obj, True)
    return locked


# --- Answering ------------------------------------------------------------------------------------------------------


def take(actor: Actor, code: str, obj: Any) -> Grant:
    """The locked grant by which ``actor`` may answer ``code`` on ``obj``; for services, inside their transaction.

    Raises ``NotAllowed`` for who holds another link (or none); ``LinkClosed`` when it was answered, revoked, replaced
    or expired between the page and the click.
    """
    held = actor.grant if actor.kind == "link" else None
    if not isinstance(held, Grant) or (held.purpose, held.object_type, held.object_id) != (
        code, obj._meta.label_lower, obj.pk,
    ):  # fmt: skip
        raise NotAllowed("Ce lien personnel ne permet pas cela.")
    locked = Grant.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=held.pk)
    link = Link(locked, held.version)
    if link.status != OUVERT:
        raise LinkClosed(why_closed(link))
    if closed := link.purpose.closed(obj):
        raise LinkClosed(closed)
    return locked


def answered(grant: Grant) -> None:
    """The answer is given: a single-use link closes. ``grant`` comes from :func:`take`, in the same transaction."""
    grant.used_at = clock.now()
    grant.save(update_fields=["used_at"])


@transaction.atomic
def ask_again(link: Link) -> bool:
    """The holder of a dead link asks for a new one: who sent it is told, once a day at most.

    Returns whether somebody was told now. Raises ``LinkClosed`` when there is nothing to ask for any more.
    """
    grant = Grant.objects.select_for_update(of=("self",), no_key=True).get(pk=link.grant.pk)
    obj = link.purpose.load(grant.object_id)
    if obj is None or link.purpose.closed(obj):
        raise LinkClosed("Ce qui vous était demandé n’attend plus de réponse.")
    now = clock.now()
    if grant.renewal_asked_at and now - grant.renewal_asked_at < ASK_EVERY:
        return False
    grant.renewal_asked_at = now
    grant.save(update_fields=["renewal_asked_at"])
    actor, scope = holder(grant), _scope(link.purpose, obj)
    for email in _answerable(grant):
        outbox.queue_mail("accounts/lien_demande", to=email, context={"grant": grant.pk}, actor=actor, scope=scope)
    journal.record(actor, "lien.demande", grant, scope=scope)
    return True


def _answerable(grant: Grant) -> list[str]:
    """Who can send another link: who sent it if still a member, else the responsables of that organisation."""
    members = (
        Membership.objects.active().filter(organisation=grant.organisation_id).select_related("user").order_by("pk")
    )
    issuer = [m.user.email for m in members.filter(user=grant.issued_by_id, user__is_active=True)]
    return issuer or [m.user.email for m in members.filter(role=Role.RESPONSABLE, user__is_active=True)]
