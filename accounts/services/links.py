"""Personal links: what a token opens, where it stands, opened, answered. Signed over (grant, version)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from accounts.enums import Role
from accounts.links import LINK_PURPOSES, LinkPurpose
from accounts.models import Grant, Membership
from core import clock, journal, outbox
from core.actor import Actor
from core.editing import lock, lock_rows
from core.errors import DomainError, NotAllowed
from core.formats import format_date, format_datetime

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
    return Actor(kind="link", label=f"{grant.recipient_name or 'Personne invitée'} (par lien)", grant=grant)


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


def read_link(token: str) -> Link | None:
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
        REPONDU: (
            f"Cette invitation a été acceptée le {format_datetime(grant.used_at)}."
            if link.purpose.invites
            else f"Votre réponse a été reçue le {format_datetime(grant.used_at)}. Merci."
        ),
        EXPIRE: f"Ce lien a expiré le {format_date(grant.expires_at)}.",
    }[link.status]


def note_opening(link: Link) -> None:
    """Count an opening: the only thing that looking at the page writes."""
    now = clock.now()
    Grant.objects.filter(pk=link.grant.pk).update(
        first_opened_at=Coalesce(F("first_opened_at"), now), last_opened_at=now, opened_count=F("opened_count") + 1
    )


def scope_of(purpose: LinkPurpose, obj: Any) -> models.Model:
    """The dossier whose journal tells of the link."""
    return purpose.scope(obj) or obj


def record(grant: Grant, purpose: LinkPurpose, obj: Any, actor: Actor, what: str, changes: Mapping[str, Any]) -> None:
    """Tell ``what`` (« envoye », « revoque »…) happened to the link, in the words of its purpose."""
    journal.record(actor, f"{purpose.verbs}.{what}", grant, scope=scope_of(purpose, obj), changes=changes)


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
    locked = lock_rows(Grant.objects.select_related("organisation")).get(pk=held.pk)
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
    grant = lock(link.grant)
    obj = link.purpose.load(grant.object_id)
    if obj is None or link.purpose.closed(obj):
        raise LinkClosed("Ce qui vous était demandé n’attend plus de réponse.")
    now = clock.now()
    if grant.renewal_asked_at and now - grant.renewal_asked_at < ASK_EVERY:
        return False
    grant.renewal_asked_at = now
    grant.save(update_fields=["renewal_asked_at"])
    actor, scope = holder(grant), scope_of(link.purpose, obj)
    for email in _answerable(grant, link.purpose, obj):
        outbox.queue_mail("accounts/lien_demande", to=email, context={"grant": grant.pk}, actor=actor, scope=scope)
    record(grant, link.purpose, obj, actor, "demande", {})
    return True


def _answerable(grant: Grant, purpose: LinkPurpose, obj: Any) -> list[str]:
    """Who can send another link: who sent it if she still may as a member, else the responsables there."""
    members = (
        Membership.objects.active()
        .filter(organisation=grant.organisation_id, user__is_active=True)
        .select_related("user", "organisation")
        .order_by("pk")
    )
    issuer = [m for m in members.filter(user=grant.issued_by_id) if not purpose.refusal(Actor.for_user(m.user, m), obj)]
    return [m.user.email for m in issuer or members.filter(role=Role.RESPONSABLE)]
