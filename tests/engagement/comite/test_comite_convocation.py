"""Convening the members of a comité d'appui: their link, the file, their calendar."""

from __future__ import annotations

import datetime as dt
import io

import pikepdf
import pytest
from django.core import mail
from icalendar import Calendar

from core.clock import now
from core.documents.frozen import kept_document
from core.errors import ConditionsNotMet, InvalidInput
from core.jobs import run_pending
from engagement.comite.services.liens import convene
from engagement.comite.services.seances import (
    DOSSIER,
    add_membre,
    create_seance,
    perform_seance,
    reconvene,
    remove_membre,
    update_seance,
)
from tests.engagement.comite.seance import AFTER, DAY, HOURS, SOON, bytes_of, do, fresh, link, page
from tests.engagement.conftest import text
from tests.pdf import pdf_text
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock_at):
    clock_at(DAY)


def test_convening_asks_for_a_date_to_come_members_and_an_agenda(comite, world):
    empty = create_seance(
        world.pilote,
        {"debut": now() - dt.timedelta(days=1), "lieu": "Ici"},
        actor=comite.actor,
        reprendre_membres=False,
    )
    with pytest.raises(ConditionsNotMet) as refused:
        perform_seance(empty, "convoquer", actor=comite.actor, expected_state="preparation")
    assert len(refused.value.reasons) == 3


def test_convening_sends_each_member_her_link_with_the_file(comite):
    do(comite, "convoquer")
    run_pending()

    assert sorted(m.to[0] for m in mail.outbox) == ["m0@example.org", "m1@example.org"]
    message = mail.outbox[0]
    assert "Comité d’appui du 3\u00a0décembre\u00a02026" in message.subject
    assert "2 ingénieries sont" in message.body.replace("\u00a0", " ")
    _, content, kind = message.attachments[0]
    assert kind == "application/pdf" and content == bytes_of(kept_document(comite.seance, DOSSIER))


def event_in(message):
    """The calendar file of a mail and its one event; none when the mail has none."""
    files = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    if not files:
        return None, None
    read = Calendar.from_ical(files[0].get_payload(decode=True))
    assert files[0].get_param("method") == str(read["method"])
    return read, read.walk("VEVENT")[0]


def test_the_session_comes_with_the_convocation_for_the_calendar_of_each_member_alone(comite):
    do(comite, "convoquer")
    run_pending()
    for message in mail.outbox:
        read, event = event_in(message)
        assert str(read["method"]) == "REQUEST" and str(event["status"]) == "CONFIRMED"
        assert str(event["uid"]) == f"{comite.seance.uid}@dla-ingenierie"
        assert event["dtstart"].dt == comite.seance.debut and "Maison des associations" in str(event["location"])
        assert "Comité d’appui" in str(event["summary"]) and str(event["attendee"]) == f"mailto:{message.to[0]}"
        others = {m.email for m in comite.membres} - {message.to[0]}
        assert not any(other in read.to_ical().decode() for other in others)


def test_a_new_date_is_told_with_a_higher_number_under_the_same_identifier(comite):
    do(comite, "convoquer")
    run_pending()
    _, first = event_in(mail.outbox[0])
    later = comite.seance.debut + dt.timedelta(days=2)
    update_seance(fresh(comite.seance), {"debut": later}, actor=comite.actor)
    comite.clock_at(SOON)
    seance = fresh(comite.seance)
    assert reconvene(seance, actor=comite.actor, version=seance.version) == 2
    mail.outbox.clear()
    run_pending()
    _, again = event_in(mail.outbox[0])
    assert (str(again["uid"]), again["dtstart"].dt) == (str(first["uid"]), later)
    assert again["sequence"] > first["sequence"]


def test_a_cancelled_session_is_taken_out_of_each_calendar(comite):
    do(comite, "convoquer")
    run_pending()
    _, first = event_in(mail.outbox[0])
    mail.outbox.clear()
    do(comite, "annuler", reason="La salle est prise")
    run_pending()
    assert sorted(m.to[0] for m in mail.outbox) == ["m0@example.org", "m1@example.org"]
    for message in mail.outbox:
        read, event = event_in(message)
        assert str(read["method"]) == "CANCEL" and str(event["status"]) == "CANCELLED"
        assert str(event["uid"]) == str(first["uid"]) and event["sequence"] > first["sequence"]
        assert "n’aura pas lieu" in message.body and "La salle est prise" in message.body


def test_a_member_taken_out_after_the_convocation_is_told_and_one_never_convened_is_not(comite):
    do(comite, "convoquer")
    late = add_membre(
        fresh(comite.seance), {"nom": "Z", "organisme": "Z", "email": "z@example.org"}, actor=comite.actor
    )
    run_pending()
    mail.outbox.clear()
    for membre in (comite.membres[0], late):
        membre.refresh_from_db()
        remove_membre(membre, actor=comite.actor)
    run_pending()
    [message] = mail.outbox
    read, off = event_in(message)
    assert message.to == ["m0@example.org"] and str(read["method"]) == "CANCEL"
    assert "sans que votre présence soit nécessaire" in message.body and "n’aura pas lieu" not in message.body
    # Inscribed again: her calendar, told to forget, only listens to a higher number.
    back = add_membre(
        fresh(comite.seance), {"nom": "Nom", "organisme": "Y", "email": "m0@example.org"}, actor=comite.actor
    )
    mail.outbox.clear()
    convene(back, actor=comite.actor)
    run_pending()
    _, on = event_in(mail.outbox[0])
    assert on["sequence"] > off["sequence"]


def test_who_is_inscribed_again_before_the_mail_leaves_is_not_told_to_forget(comite):
    do(comite, "convoquer")
    run_pending()
    mail.outbox.clear()
    remove_membre(comite.membres[0], actor=comite.actor)
    add_membre(fresh(comite.seance), {"nom": "Nom", "organisme": "Y", "email": "m0@example.org"}, actor=comite.actor)
    run_pending()
    assert mail.outbox == []


def test_after_the_session_a_link_sent_again_brings_no_calendar(comite):
    do(comite, "convoquer")
    run_pending()
    mail.outbox.clear()
    comite.clock_at(AFTER)
    do(comite, "tenir")
    assert convene(comite.membres[0], actor=comite.actor)
    run_pending()
    assert event_in(mail.outbox[0]) == (None, None)


def test_the_file_of_the_session_holds_its_agenda_and_each_sheet(comite):
    do(comite, "convoquer")
    run_pending()
    pdf = bytes_of(kept_document(comite.seance, DOSSIER))
    told = " ".join(pdf_text(pdf).split())
    assert "Nom Secret" not in told and "m0@example.org" not in told
    # Nothing is written in these dossiers yet: it is said once for each, not line by line.
    assert "Maison des associations" in told and told.count("Reste à écrire") == 2
    assert "à compléter" not in told and "rien de prévu" not in told
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        chapters = [item.title for item in outline.root[0].children]
    assert chapters == ["Ordre du jour", "Membres invités", "1. Mutualiser la paie", "2. Chez l’associé"]


def test_everybody_is_convened_again_after_a_change_of_date(client, comite):
    seance = do(comite, "convoquer")
    run_pending()
    data = {**HOURS, "debut": "2026-12-10T14:00", "lieu": "Ailleurs", "version": seance.version}
    answer = client.post(page("modifier", seance.pk), data, follow=True)
    assert "convoquez-les de nouveau" in text(answer)
    comite.clock_at("2026-11-21 10:30")
    version = fresh(seance).version
    assert client.post(page("reconvoquer", seance.pk), {"version": version}).status_code == 302
    # A double click sends nothing more.
    assert client.post(page("reconvoquer", seance.pk), {"version": version}).status_code == 409
    mail.outbox.clear()
    run_pending()
    assert len(mail.outbox) == 2 and "10\u00a0décembre" in mail.outbox[0].subject


def test_a_session_that_is_cancelled_tells_who_was_convened(comite):
    do(comite, "convoquer")
    run_pending()
    mail.outbox.clear()
    with pytest.raises(InvalidInput, match="motif"):
        do(comite, "annuler")
    do(comite, "annuler", reason="Trop peu de présents")
    run_pending()
    assert sorted(m.to[0] for m in mail.outbox) == ["m0@example.org", "m1@example.org"]
    assert "Trop peu de présents" in mail.outbox[0].body
    assert StrictClient().get(link(comite.membres[0])).status_code == 410
