"""The meetings of an ingénierie: planned, convened by mail."""

from __future__ import annotations

import datetime as dt

import pytest

from core import journal
from core.errors import ConditionsNotMet, InvalidInput, StaleState
from core.models import OutboxMail
from engagement.partenaires.services import add_partenaire
from engagement.reunions.models import ParticipantReunion, Reunion
from engagement.reunions.services.participants import (
    add_other,
    add_participants,
    remove_participant,
    update_participant,
)
from engagement.reunions.services.reunions import create_reunion, resend, update_reunion
from tests.engagement.conftest import text, url
from tests.engagement.reunions.conftest import ANNOUNCED, act, event_of, plain, posted
from tests.factories import DepartementFactory, PartenaireFactory

pytestmark = pytest.mark.django_db


# --- Planned --------------------------------------------------------------------------------------------------------


def test_a_meeting_is_planned_and_shown_in_the_tab_with_its_count(client, ingenierie):
    answer = client.post(url("reunion_nouvelle", ingenierie), posted())
    reunion = Reunion.objects.get()
    assert answer["Location"] == url("reunion_participants", ingenierie, reunion.pk)
    page = text(client.get(url("reunions", ingenierie)))
    assert "jeudi 3 décembre 2026, de 14 h à 16 h 30" in page and "Choisir les objectifs" in page
    assert journal.entries_for(ingenierie).first().verb == "engagement.reunion_prevue"


def test_the_hour_is_the_territorys(ingenierie, actor):
    ingenierie.departements.set([DepartementFactory(code="974", label="La Réunion")])
    reunion = create_reunion(ingenierie, ANNOUNCED, actor=actor)
    assert reunion.debut == dt.datetime(2026, 12, 3, 10, 0, tzinfo=dt.UTC)
    assert "heure de La Réunion" in reunion.quand


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"heure_fin": dt.time(14, 0)}, "finit après avoir commencé"),
        ({"objet": ""}, "obligatoire"),
        ({"visio": "pas une adresse"}, "URL"),
        ({"date": "31/02/2026"}, "date"),
    ],
)
def test_a_wrong_form_says_why_and_keeps_what_was_typed(client, ingenierie, values, said):
    answer = client.post(url("reunion_nouvelle", ingenierie), posted(**values))
    page = text(answer)
    assert answer.status_code == 422 and said in page and "Maison des associations" in page
    assert not Reunion.objects.exists()


def test_an_agenda_of_ten_megabytes_is_refused_with_words(client, ingenierie):
    answer = client.post(url("reunion_nouvelle", ingenierie), posted(ordre_du_jour="a" * 30_000))
    assert answer.status_code == 422 and "trop long" in text(answer)


# --- Participants ---------------------------------------------------------------------------------------------------


def test_participants_are_chosen_among_partners_structures_and_members(client, ingenierie, reunion, partner, world):
    member = world.users["pilote"].memberships.get()
    page = text(client.get(url("reunion_participants", ingenierie, reunion.pk)))
    assert "Département" in page and "sam@example.org" in page and "Camille Pilote" in page
    keys = [f"partenaire-{partner.pk}", f"membre-{member.pk}"]
    for _ in range(2):  # a double click expects nobody twice
        client.post(url("reunion_participants", ingenierie, reunion.pk), {"qui": keys})
    assert sorted(reunion.participants.values_list("source", flat=True)) == ["membre", "partenaire"]
    assert not OutboxMail.objects.exists()


def test_somebody_of_another_dossier_cannot_be_expected(reunion, actor, world):
    other = add_partenaire(world.other, PartenaireFactory(organisation=world.voisin), actor=world.actor("voisin"))
    stranger = world.users["voisin"].memberships.get()
    for key in (f"partenaire-{other.pk}", f"membre-{stranger.pk}", "structure-999", "n’importe quoi"):
        with pytest.raises(InvalidInput):
            add_participants(reunion, [key], actor=actor)
    assert not ParticipantReunion.objects.exists()


def test_two_participants_never_share_an_address(reunion, partner, actor, world):
    twin = PartenaireFactory(organisation=world.pilote, name="Jumeau", contact_email="sam@example.org")
    twin = add_partenaire(reunion.ingenierie, twin, actor=actor)
    add_participants(reunion, [f"partenaire-{partner.pk}", f"partenaire-{twin.pk}"], actor=actor)
    assert sorted(reunion.participants.values_list("email", flat=True)) == ["", "sam@example.org"]
    with pytest.raises(InvalidInput, match="un seul courrier"):
        add_other(reunion, {"organisme": "Tiers", "email": "sam@example.org"}, actor=actor)


def test_people_stay_out_of_the_journal(reunion, partner, actor):
    add_participants(reunion, [f"partenaire-{partner.pk}"], actor=actor)
    told = str([e.changes for e in journal.entries_for(reunion.ingenierie)])
    assert "sam@example.org" not in told and "Sam Exemple" not in told


# --- Convened -------------------------------------------------------------------------------------------------------


def test_a_meeting_without_place_or_people_cannot_be_convened_and_the_page_says_why(client, ingenierie, reunion, actor):
    update_reunion(reunion, {"lieu": ""}, actor=actor, expected_version=None)
    with pytest.raises(ConditionsNotMet) as refusal:
        act(reunion, "convoquer", actor)
    assert len(refusal.value.reasons) == 2
    assert "Indiquez le lieu" in text(client.get(url("reunion", ingenierie, reunion.pk)))


def test_each_one_gets_a_mail_of_their_own_with_the_meeting_for_their_calendar(convened, sent_mails):
    mails = sent_mails()
    assert sorted(mail.to[0] for mail in mails) == ["fabrique@example.org", "sam@example.org"]
    for mail in mails:
        assert len(mail.to) == 1 and not mail.cc and not mail.bcc
        other = "fabrique@example.org" if mail.to[0] == "sam@example.org" else "sam@example.org"
        calendar, event = event_of(mail)
        assert other not in mail.message().as_string() and other not in calendar.to_ical().decode()
        assert mail.to[0] in str(event["attendee"])
        assert "jeudi 3 décembre 2026" in plain(mail.subject) and "Objectifs" in mail.body


def test_the_calendar_file_names_the_zone_the_uid_and_the_organiser(convened, sent_mails, world):
    calendar, event = event_of(sent_mails()[0])
    assert str(calendar["method"]) == "REQUEST" and event["sequence"] == 0
    assert event["dtstart"].params["TZID"] == "Europe/Paris"
    assert event.start == convened.debut and event.end == convened.fin
    assert [str(z["tzid"]) for z in calendar.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert str(event["uid"]).startswith(str(convened.uid))
    assert world.pilote.email in str(event["organizer"])
    assert str(event["location"]) == "Maison des associations, Tours"


def test_a_change_of_date_is_told_to_each_with_the_same_uid_and_a_higher_sequence(convened, actor, sent_mails):
    before = {mail.to[0]: event_of(mail)[1] for mail in sent_mails()}
    _, owed = update_reunion(convened, {"date": dt.date(2026, 12, 10)}, actor=actor, expected_version=convened.version)
    after = sent_mails()[2:]
    assert owed == len(after) == 2
    for mail in after:
        _, event = event_of(mail)
        assert event["uid"] == before[mail.to[0]]["uid"] and event["sequence"] == 1
        assert mail.subject.startswith("Changement") and event.start.day == 10


def test_another_agenda_leaves_only_when_the_convocation_is_sent_again(convened, actor, sent_mails):
    sent_mails()
    fresh, owed = update_reunion(convened, {"ordre_du_jour": "- Tout"}, actor=actor, expected_version=None)
    assert owed == 0 and len(sent_mails()) == 2
    assert resend(fresh, actor=actor, expected_version=fresh.version) == 2
    assert len(sent_mails()) == 4
    with pytest.raises(StaleState):  # the other half of a double click
        resend(fresh, actor=actor, expected_version=fresh.version)


def test_a_mail_overtaken_by_another_does_not_leave(convened, actor, sent_mails):
    update_reunion(convened, {"lieu": "Mairie"}, actor=actor, expected_version=None)
    mails = sent_mails()
    assert len(mails) == 2 and all("Mairie" in mail.body for mail in mails)


def test_a_cancelled_meeting_is_taken_out_of_each_calendar_with_its_reason(convened, actor, sent_mails):
    sent_mails()
    act(convened, "annuler", actor, reason="Trop d’absents.")
    told = sent_mails()[2:]
    assert len(told) == 2
    for mail in told:
        calendar, event = event_of(mail)
        assert str(calendar["method"]) == "CANCEL" and str(event["status"]) == "CANCELLED" and event["sequence"] == 1
        assert "Trop d’absents." in mail.body and "annulée" in mail.subject


def test_a_meeting_never_convened_is_cancelled_in_silence(reunion, partner, actor, sent_mails):
    add_participants(reunion, [f"partenaire-{partner.pk}"], actor=actor)
    act(reunion, "annuler", actor, reason="Plus lieu d’être.")
    assert sent_mails() == []


def test_who_is_added_to_a_convened_meeting_is_written_to_alone(convened, actor, sent_mails):
    sent_mails()
    add_other(convened, {"organisme": "Mairie", "email": "mairie@example.org"}, actor=actor)
    assert [mail.to for mail in sent_mails()[2:]] == [["mairie@example.org"]]


def test_who_is_taken_off_is_told_alone_and_may_come_back(convened, partner, actor, sent_mails):
    sent_mails()
    row = convened.participants.get(source="partenaire")
    row.reunion = convened
    remove_participant(row, actor=actor, expected_version=row.version)
    gone = sent_mails()[2:]
    assert [mail.to for mail in gone] == [["sam@example.org"]] and "plus attendu" in gone[0].subject
    assert str(event_of(gone[0])[0]["method"]) == "CANCEL"
    add_participants(convened, [f"partenaire-{partner.pk}"], actor=actor)
    back = sent_mails()[3:]
    assert [mail.to for mail in back] == [["sam@example.org"]]
    # A calendar that was told to forget only listens to a higher number.
    assert event_of(back[0])[1]["sequence"] > event_of(gone[0])[1]["sequence"]


def test_a_corrected_address_gets_the_convocation(convened, actor, sent_mails):
    sent_mails()
    row = convened.participants.get(source="partenaire")
    row.reunion = convened
    update_participant(row, {"email": "autre@example.org"}, actor=actor, expected_version=row.version)
    assert [mail.to for mail in sent_mails()[2:]] == [["autre@example.org"]]


def test_the_past_is_not_convened_nor_announced(convened, reunion, actor, clock_at):
    clock_at("2026-12-04 10:00")
    with pytest.raises(InvalidInput, match="à venir"):
        resend(convened, actor=actor, expected_version=None)
    with pytest.raises(InvalidInput, match="à venir"):
        update_reunion(convened, {"lieu": "Ailleurs"}, actor=actor, expected_version=None)
