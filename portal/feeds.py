"""The calendar feed of a person: a secret address that a calendar program reads. Its grant has no page and no end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from icalendar import Calendar, Event

from accounts.links import LINK_PURPOSES, LinkPurpose
from accounts.models import Grant, User
from accounts.services import Link, actor_for, link_token, note_opening, read_link
from accounts.services.links import OUVERT
from core import clock, journal
from core.actor import Actor
from core.echeances import Window
from core.editing import lock
from core.errors import NotAllowed, StaleState
from portal.echeances import AFTER, BEFORE, Line, gather

AGENDA = "agenda"

journal.register_verbs(
    {
        "agenda.ouvert": "a créé l’adresse de son agenda",
        "agenda.renouvele": "a renouvelé l’adresse de son agenda",
        "agenda.revoque": "a révoqué l’adresse de son agenda",
    }
)


def register() -> None:
    """Called once by ``PortalConfig.ready``."""
    LINK_PURPOSES.register(
        AGENDA,
        LinkPurpose(
            label="Agenda",
            model="accounts.user",
            subject=lambda user: "Agenda",
            asks=lambda user: "",
            duration="",
            thanks="",
            url=lambda user: reverse("portal:agenda"),
            reads=lambda actor, user: actor.user_id == user.pk,
            refusal=lambda actor, user: (
                None if actor.user_id == user.pk else "Cet agenda est celui d’une autre personne."
            ),
            single_use=False,
            lifetime=None,
        ),
    )


def feed_of(user: User) -> Grant | None:
    """The grant of the feed of ``user`` that works now, if any."""
    return Grant.objects.of(user, AGENDA).filter(revoked_at=None).first()


def feed_path(grant: Grant) -> str:
    """The secret address, from the root of the site."""
    return reverse("agenda_flux", args=[link_token(grant)])


def _own(actor: Actor) -> User:
    if actor.user is None:
        raise NotAllowed("Un agenda est celui d’une personne : connectez-vous.")
    # The person's own row orders a double click.
    return lock(actor.user)


@transaction.atomic
def open_feed(*, actor: Actor) -> Grant:
    """Make the address of the actor's feed, or give it anew after it was revoked; the present one when there is one.

    Raises ``NotAllowed``.
    """
    user = _own(actor)
    grant = Grant.objects.of(user, AGENDA).first()
    if grant is not None and grant.revoked_at is None:
        return grant
    if grant is None:
        grant = Grant(
            purpose=AGENDA,
            object_type="accounts.user",
            object_id=user.pk,
            object_label="Agenda",
            scope_type="accounts.user",
            scope_id=user.pk,
            recipient_name=user.get_full_name()[:120] or user.email,
            recipient_email=user.email,
            issued_by=user,
        )
    else:
        grant.version += 1
        grant.revoked_at = None
        grant.sent_at = clock.now()
    grant.save()
    journal.record(actor, "agenda.ouvert", grant, scope=user)
    return grant


@transaction.atomic
def renew_feed(*, actor: Actor, expected_version: int) -> Grant:
    """Another address; the former one stops working at once. Raises ``StaleState``, ``NotAllowed``."""
    grant = _present(actor, expected_version)
    grant.version += 1
    grant.sent_at = clock.now()
    grant.save()
    journal.record(actor, "agenda.renouvele", grant, scope=actor.user)
    return grant


@transaction.atomic
def revoke_feed(*, actor: Actor, expected_version: int) -> Grant:
    """No address any more. Raises ``StaleState``, ``NotAllowed``."""
    grant = _present(actor, expected_version)
    grant.revoked_at = clock.now()
    grant.save()
    journal.record(actor, "agenda.revoque", grant, scope=actor.user)
    return grant


def _present(actor: Actor, expected_version: int) -> Grant:
    grant = feed_of(_own(actor))
    if grant is None or grant.version != expected_version:
        raise StaleState("L’adresse de votre agenda a changé entre-temps : rechargez la page.")
    return grant


def holder_of(token: str) -> tuple[Grant, Actor] | None:
    """The grant and the person behind a feed's token, acting for her present organisation; ``None`` when it is dead."""
    link = read_link(token)
    if link is None or link.grant.purpose != AGENDA or link.status != OUVERT:
        return None
    user = User.objects.select_related("active_membership__organisation").filter(
        pk=link.grant.object_id, is_active=True
    )
    found = user.first()
    return (link.grant, actor_for(found)) if found is not None else None


def note_reading(grant: Grant) -> None:
    """Count a reading: the only thing that reading writes."""
    note_opening(Link(grant, grant.version))


def _event(line: Line, grant: Grant, site_url: str) -> Event:
    echeance = line.echeance
    event = Event()
    event.add("uid", f"{line.kind}-{echeance.key}@{_host(site_url)}")
    event.add("dtstamp", grant.created_at.astimezone(dt.UTC))
    event.add("summary", f"{echeance.title} · {echeance.about}")
    when: Any = echeance.when
    if isinstance(when, dt.datetime):
        event.add("dtstart", when.astimezone(dt.UTC))
        if echeance.until is not None:
            event.add("dtend", echeance.until.astimezone(dt.UTC))
    else:
        event.add("dtstart", when)
        event.add("dtend", when + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    if echeance.place:
        event.add("location", echeance.place)
    event.add("url", f"{site_url}{echeance.url}")
    event.add("categories", [line.label])
    return event


def _host(site_url: str) -> str:
    return site_url.split("://")[-1].split("/")[0].split(":")[0]


def feed(grant: Grant, actor: Actor, site_url: str) -> bytes:
    """The calendar of ``actor``: from thirty days ago to a year from now. Instants in UTC, days without hour."""
    today = clock.today()
    agenda = Calendar()
    agenda.add("prodid", "-//DLA Ingénierie//Échéancier//FR")
    agenda.add("version", "2.0")
    agenda.add("calscale", "GREGORIAN")
    agenda.add("method", "PUBLISH")
    agenda.add("x-wr-calname", "DLA Ingénierie")
    agenda.add("refresh-interval", dt.timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for line in gather(actor, Window(today - BEFORE, today + AFTER)):
        agenda.add_component(_event(line, grant, site_url))
    return agenda.to_ical()
