"""docs/notifications.md walked row by row: each mail leaves for whom it says, by the channel and in the time it says,
and not when it has lost its object."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import services
from core.jobs import DAILY, run_pending
from core.models import MailState, OutboxMail
from core.outbox import MAIL_CONTEXTS
from tests.factories import (
    OrganisationFactory,
    UserFactory,
    actor_of,
    member,
)
from tests.notification_scenarios import SCENARIOS, invited

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COLUMNS = ("evenement", "gabarit", "destinataire", "canal", "delai", "condition")
OUTBOX, SIGNING_IN = "boîte d’envoi", "boîte d’envoi, scellé"
#: The envelope of the mails of signing in, which allauth's templates fill.
ENVELOPE = "accounts/connexion"


def tables() -> list[list[list[str]]]:
    """The tables of the page, as rows of cells, heads left out."""
    text = (Path(settings.BASE_DIR) / "docs" / "notifications.md").read_text("utf-8")
    found: list[list[list[str]]] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|---"):
            rows = []
            for row in lines[number + 1 :]:
                if not row.startswith("|"):
                    break
                rows.append([cell.strip() for cell in row.strip("|").split("|")])
            found.append(rows)
    return found


SENT, UNUSED = tables()
ROWS = [SimpleNamespace(**dict(zip(COLUMNS, cells, strict=True))) for cells in SENT]
for _row in ROWS:
    _row.gabarit = _row.gabarit.strip("`")


# --- The page against the code --------------------------------------------------------------------------------------


def of_the_outbox() -> set[str]:
    """The mails that the apps declare; those that tests declare have no file in the house's templates."""
    return {code for code, _ in MAIL_CONTEXTS.items() if (TEMPLATES / "mail" / f"{code}.txt").is_file()}


def of_signing_in() -> set[str]:
    """The mails of allauth that the house words."""
    return {
        str(path.relative_to(TEMPLATES)).removesuffix("_message.txt")
        for folder in ("account", "mfa", "socialaccount")
        for path in (TEMPLATES / folder / "email").glob("*_message.txt")
        if not path.name.startswith("base_")
    }


def test_every_template_has_its_row_and_every_row_its_template():
    unused = {cells[0].strip("`") for cells in UNUSED}
    told = [row.gabarit for row in ROWS]
    assert len(told) == len(set(told))
    assert not unused & set(told)
    assert {*told, *unused, ENVELOPE} == of_the_outbox() | of_signing_in()
    assert {row.gabarit for row in ROWS if row.canal == OUTBOX} == of_the_outbox() - {ENVELOPE}


def test_every_mail_template_of_the_house_is_declared_by_an_app():
    files = {
        str(path.relative_to(TEMPLATES / "mail")).removesuffix(".subject.txt")
        for path in (TEMPLATES / "mail").rglob("*.subject.txt")
    }
    assert files == of_the_outbox()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.gabarit)
def test_a_row_is_filled_and_its_template_has_a_subject_a_text_and_a_page(row):
    assert all(getattr(row, column) for column in COLUMNS)
    assert row.canal in {OUTBOX, SIGNING_IN}
    assert row.delai in {"immédiat", "récapitulatif"}
    if row.canal == OUTBOX:
        names = [f"mail/{row.gabarit}{end}" for end in (".subject.txt", ".txt", ".html")]
    else:
        names = [f"{row.gabarit}{end}" for end in ("_subject.txt", "_message.txt", "_message.html")]
    assert [name for name in names if not (TEMPLATES / name).is_file()] == []


def test_the_digest_leaves_at_the_hour_that_is_told():
    assert DAILY.get("core.recapitulatif").hour == 7


# --- Each row, lived ------------------------------------------------------------------------------------------------


@pytest.fixture
def world(db, clock_at, client, client_for):
    """A DLA with two responsables (``inviter`` and another), a guest, and ``person`` with a browser of her own."""
    clock_at("2026-11-21 10:00:05")
    organisation = OrganisationFactory(name="DLA Touraine")
    inviter, other = member(organisation, "responsable"), member(organisation, "responsable")
    person = member(organisation, email="camille@example.org")
    return SimpleNamespace(
        organisation=organisation,
        inviter=inviter,
        other=other,
        person=person,
        operator=actor_of(UserFactory(administrator=True)),
        client=client,
        browser=client_for(person),
        clock_at=clock_at,
    )


def test_every_row_has_its_scenario():
    assert {row.gabarit for row in ROWS} == set(SCENARIOS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("row", [r for r in ROWS if r.canal == SIGNING_IN], ids=lambda row: row.gabarit)
def test_a_mail_of_signing_in_leaves_sealed_for_whom_it_says(row, world):
    told = SCENARIOS[row.gabarit](world)
    subject = " ".join(render_to_string(f"{row.gabarit}_subject.txt").split())
    sealed = [one for one in OutboxMail.objects.filter(state=MailState.EN_ATTENTE) if "scelle" in one.context]
    assert sealed and not any(told_to in str(one.context) for one in sealed for told_to in told.to)
    run_pending()
    sent = [message for message in mail.outbox if message.subject == subject]
    assert [message.to for message in sent] == [[address] for address in told.to]
    assert sent[0].alternatives, "texte et page"
    assert not any("scelle" in one.context for one in OutboxMail.objects.all()), "rien de secret ne reste"


@pytest.mark.parametrize("row", [r for r in ROWS if r.canal == OUTBOX], ids=lambda row: row.gabarit)
def test_a_mail_of_the_outbox_leaves_for_whom_it_says(row, world):
    told = SCENARIOS[row.gabarit](world)
    mail.outbox.clear()
    owed = OutboxMail.objects.filter(template=row.gabarit)
    if row.delai == "immédiat":
        assert all(one.urgent and one.job.run_after <= one.created_at for one in owed.filter(state="en_attente"))
    run_pending()
    assert {one.to for one in owed} == told.to
    assert {one.state for one in owed} == {MailState.ENVOYE}
    assert sorted(message.to[0] for message in mail.outbox) == sorted(told.to)


@pytest.mark.parametrize("row", [r for r in ROWS if r.canal == OUTBOX], ids=lambda row: row.gabarit)
def test_a_mail_of_the_outbox_that_lost_its_object_does_not_leave(row, world):
    told = SCENARIOS[row.gabarit](world)
    mail.outbox.clear()
    told.lose()
    run_pending()
    states = set(OutboxMail.objects.filter(template=row.gabarit, to__in=told.to).values_list("state", flat=True))
    assert MailState.ENVOYE not in states
    assert [m for m in mail.outbox if m.to[0] in told.to and m.subject == _subject(row)] == []


def _subject(row) -> str:
    """The subject of the mail that must not leave."""
    values = {
        "organisation": "DLA Touraine", "items": [1, 2], "prestataire": "", "person": "", "accepted": True, "state": "",
        "region": "", "month": 11,
    }  # fmt: skip
    values = {"organisation": "DLA Touraine", "items": [1, 2], "about": "Votre regard", "label": "Questionnaire"}
    return render_to_string(f"mail/{row.gabarit}.subject.txt", values).strip()


def test_a_request_for_another_link_reaches_every_responsable_when_the_inviter_left(world):
    made = invited(world)
    services.end_membership(world.inviter.memberships.get(), actor=actor_of(world.other))
    third = member(world.organisation, "responsable")
    world.clock_at((made.expires_at + dt.timedelta(days=1)).isoformat())
    world.client.post(reverse("lien_demander", args=[services.link_token(made)]))
    owed = OutboxMail.objects.filter(template="accounts/lien_demande")
    assert {one.to for one in owed} == {world.other.email, third.email}
