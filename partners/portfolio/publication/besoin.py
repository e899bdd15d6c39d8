"""A région whose portfolio is empty: a DLA asks its C2RA for prestataires."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from core import clock, journal, outbox
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.models import OutboxMail

journal.register_verbs({"portfolio.besoin": "a demandé des prestataires au C2RA"})
MAIL = "portfolio/besoin"
#: One does not ask again sooner.
EVERY = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Asked:
    """When the organisation last asked, and the keys of the mails that did not leave."""

    at: dt.datetime
    failed: frozenset[str]

    @property
    def not_sent(self) -> bool:
        return bool(self.failed)


def c2ra_addresses(actor: Actor) -> list[str]:
    """Who may be asked: the members who write of the C2RA of the actor's région."""
    region = actor.organisation.region_id if actor.organisation else None
    if region is None or actor.organisation.is_c2ra:
        return []
    members = Membership.objects.active().filter(organisation__kind=OrganisationKind.C2RA, organisation__region=region)
    return list(members.exclude(role=Role.LECTURE).order_by("user__email").values_list("user__email", flat=True))


def why_not_ask(actor: Actor) -> str | None:
    """Why ``actor`` may not ask the C2RA for prestataires, or ``None``: the members of a DLA who write."""
    if actor.organisation is None or not actor.organisation.is_dla:
        return "Les prestataires se demandent au C2RA par un DLA de sa région."
    return None if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."


def last_asked(actor: Actor) -> Asked | None:
    """What the actor's organisation asked lately, if it did."""
    mails = OutboxMail.objects.filter(
        template=MAIL, context__organisation=actor.organisation_id, created_at__gte=clock.now() - EVERY
    )
    last = mails.order_by("-created_at", "-pk").first()
    return Asked(last.created_at, frozenset(outbox.unsent(m.key for m in mails))) if last else None


@transaction.atomic
def ask(*, actor: Actor) -> bool:
    """Ask the C2RA of the région for prestataires; ``False`` when the organisation did so lately. Asked again, it sends
    again the mails that failed.

    Raises ``NotAllowed``, ``InvalidInput`` when the région has no C2RA here.
    """
    refusal = why_not_ask(actor)
    if refusal:
        raise NotAllowed(refusal)
    addresses = c2ra_addresses(actor)
    if not addresses:
        raise InvalidInput("Le C2RA de votre région n’est pas encore ici : invitez vous-même un prestataire.")
    asked = last_asked(actor)
    if asked is not None:
        return bool(outbox.send_again(asked.failed, actor=actor))
    organisation, today = actor.organisation, clock.today().isoformat()
    for address in addresses:
        outbox.queue_mail(
            MAIL,
            to=address,
            context={"organisation": organisation.pk, "user": actor.user_id},
            actor=actor,
            scope=organisation,
            key=f"portfolio-besoin-{organisation.pk}-{today}-{address}",
        )
    journal.record(actor, "portfolio.besoin", organisation, scope=organisation)
    return True
