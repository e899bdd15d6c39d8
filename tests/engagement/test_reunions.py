"""The meetings of an ingénierie: planned, convened by mail, held, written, decided."""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar

from core import journal
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.models import OutboxMail
from engagement import dashboard, services
from engagement.models import DecisionReunion, ParticipantReunion, Reunion
from partners.directory.annuaire import PARTENAIRES
from projects.services.structures import add_structures
from tests.engagement.conftest import text, url
from tests.factories import DepartementFactory, PartenaireFactory, StructureFactory

pytestmark = pytest.mark.django_db

ANNOUNCED = {
    "nature": "copil",
    "objet": "Choisir les objectifs",
    "date": dt.date(2026, 12, 3),
    "heure_debut": dt.time(14, 0),
    "heure_fin": dt.time(16, 30),
    "lieu": "Maison des associations, Tours",
    "ordre_du_jour": "- Objectifs\n- Budget",
}


@pytest.fixture(autouse=True)
def _now(clock_at):
    clock_at("2026-11-21 10:00")


@pytest.fixture
def reunion(ingenierie, actor) -> Reunion:
    """A comité de pilotage to come, nobody on its list."""
    return services.create_reunion(ingenierie, ANNOUNCED, actor=actor)


@pytest.fixture
def partner(ingenierie, actor, world):
    """A partner who can be written to, associated with the ingénierie."""
    kept = PartenaireFactory(
        organisation=world.pilote, name="Département", contact_name="Sam Exemple", contact_email="sam@example.org"
    )
    return services.add_partenaire(ingenierie, kept, actor=actor)


@pytest.fixture
def convened(reunion, partner, actor, world):
    """The same, convened: a partner and a structure."""
    structure = StructureFactory(organisation=world.pilote, name="La Fabrique", contact_email="fabrique@example.org")
    ciblee = add_structures(reunion.ingenierie, [structure.pk], actor=actor)[0]
    keys = [f"partenaire-{partner.pk}", f"structure-{ciblee.pk}"]
    services.add_participants(reunion, keys, actor=actor)
    return act(reunion, "convoquer", actor)


def act(reunion, action, actor, **more):
    fresh = Reunion.objects.select_related("ingenierie").get(pk=reunion.pk)
    return services.perform_reunion(
        fresh, action, actor=actor, expected_state=fresh.state, version=fresh.version, **more
    )


def posted(**values) -> dict:
    data = {**ANNOUNCED, "fuseau": "Europe/Paris", **values}
    return {name: value.strftime("%H:%M") if isinstance(value, dt.time) else str(value) for name, value in data.items()}


def plain(told: str) -> str:
    """A text with ordinary spaces."""
    return told.replace("\u00a0", " ")


def event_of(mail) -> tuple[Calendar, object]:
    """The calendar file of a mail, and its one event."""
    files = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
    assert len(files) == 1
    calendar = Calendar.from_ical(files[0].get_payload(decode=True))
    assert files[0].get_param("method") == str(calendar["method"])
    return calendar, calendar.walk("VEVENT")[0]


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
    reunion = services.create_reunion(ingenierie, ANNOUNCED, actor=actor)
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
    other = services.add_partenaire(
        world.other, PartenaireFactory(organisation=world.voisin), actor=world.actor("voisin")
    )
    stranger = world.users["voisin"].memberships.get()
    for key in (f"partenaire-{other.pk}", f"membre-{stranger.pk}", "structure-999", "n’importe quoi"):
        with pytest.raises(InvalidInput):
            services.add_participants(reunion, [key], actor=actor)
    assert not ParticipantReunion.objects.exists()


def test_two_participants_never_share_an_address(reunion, partner, actor, world):
    twin = PartenaireFactory(organisation=world.pilote, name="Jumeau", contact_email="sam@example.org")
    twin = services.add_partenaire(reunion.ingenierie, twin, actor=actor)
    services.add_participants(reunion, [f"partenaire-{partner.pk}", f"partenaire-{twin.pk}"], actor=actor)
    assert sorted(reunion.participants.values_list("email", flat=True)) == ["", "sam@example.org"]
    with pytest.raises(InvalidInput, match="un seul courrier"):
        services.add_other(reunion, {"organisme": "Tiers", "email": "sam@example.org"}, actor=actor)


def test_people_stay_out_of_the_journal(reunion, partner, actor):
    services.add_participants(reunion, [f"partenaire-{partner.pk}"], actor=actor)
    told = str([e.changes for e in journal.entries_for(reunion.ingenierie)])
    assert "sam@example.org" not in told and "Sam Exemple" not in told


# --- Convened -------------------------------------------------------------------------------------------------------


def test_a_meeting_without_place_or_people_cannot_be_convened_and_the_page_says_why(client, ingenierie, reunion, actor):
    services.update_reunion(reunion, {"lieu": ""}, actor=actor, expected_version=None)
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
    _, owed = services.update_reunion(
        convened, {"date": dt.date(2026, 12, 10)}, actor=actor, expected_version=convened.version
    )
    after = sent_mails()[2:]
    assert owed == len(after) == 2
    for mail in after:
        _, event = event_of(mail)
        assert event["uid"] == before[mail.to[0]]["uid"] and event["sequence"] == 1
        assert mail.subject.startswith("Changement") and event.start.day == 10


def test_another_agenda_leaves_only_when_the_convocation_is_sent_again(convened, actor, sent_mails):
    sent_mails()
    fresh, owed = services.update_reunion(convened, {"ordre_du_jour": "- Tout"}, actor=actor, expected_version=None)
    assert owed == 0 and len(sent_mails()) == 2
    assert services.resend(fresh, actor=actor, expected_version=fresh.version) == 2
    assert len(sent_mails()) == 4
    with pytest.raises(StaleState):  # the other half of a double click
        services.resend(fresh, actor=actor, expected_version=fresh.version)


def test_a_mail_overtaken_by_another_does_not_leave(convened, actor, sent_mails):
    services.update_reunion(convened, {"lieu": "Mairie"}, actor=actor, expected_version=None)
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
    services.add_participants(reunion, [f"partenaire-{partner.pk}"], actor=actor)
    act(reunion, "annuler", actor, reason="Plus lieu d’être.")
    assert sent_mails() == []


def test_who_is_added_to_a_convened_meeting_is_written_to_alone(convened, actor, sent_mails):
    sent_mails()
    services.add_other(convened, {"organisme": "Mairie", "email": "mairie@example.org"}, actor=actor)
    assert [mail.to for mail in sent_mails()[2:]] == [["mairie@example.org"]]


def test_who_is_taken_off_is_told_alone_and_may_come_back(convened, partner, actor, sent_mails):
    sent_mails()
    row = convened.participants.get(source="partenaire")
    row.reunion = convened
    services.remove_participant(row, actor=actor, expected_version=row.version)
    gone = sent_mails()[2:]
    assert [mail.to for mail in gone] == [["sam@example.org"]] and "plus attendu" in gone[0].subject
    assert str(event_of(gone[0])[0]["method"]) == "CANCEL"
    services.add_participants(convened, [f"partenaire-{partner.pk}"], actor=actor)
    back = sent_mails()[3:]
    assert [mail.to for mail in back] == [["sam@example.org"]]
    # A calendar that was told to forget only listens to a higher number.
    assert event_of(back[0])[1]["sequence"] > event_of(gone[0])[1]["sequence"]


def test_a_corrected_address_gets_the_convocation(convened, actor, sent_mails):
    sent_mails()
    row = convened.participants.get(source="partenaire")
    row.reunion = convened
    services.update_participant(row, {"email": "autre@example.org"}, actor=actor, expected_version=row.version)
    assert [mail.to for mail in sent_mails()[2:]] == [["autre@example.org"]]


def test_the_past_is_not_convened_nor_announced(convened, reunion, actor, clock_at):
    clock_at("2026-12-04 10:00")
    with pytest.raises(InvalidInput, match="à venir"):
        services.resend(convened, actor=actor, expected_version=None)
    with pytest.raises(InvalidInput, match="à venir"):
        services.update_reunion(convened, {"lieu": "Ailleurs"}, actor=actor, expected_version=None)


# --- Held -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(convened, actor, clock_at):
    clock_at("2026-12-03 17:00")
    return act(convened, "tenir", actor)


def test_a_meeting_is_held_only_once_begun(convened, actor, held):
    assert held.state == "tenue"
    with pytest.raises(StaleState):
        act(held, "annuler", actor, reason="Trop tard.")


def test_a_meeting_to_come_is_not_said_held(reunion, actor):
    with pytest.raises(ConditionsNotMet, match="conditions"):
        act(reunion, "tenir", actor)


def _presences(rows, **answers) -> dict[str, str]:
    data = {}
    for row in rows:
        data |= {
            f"vu_presence_{row.pk}": row.presence,
            f"vu_represente_par_{row.pk}": row.represente_par,
            f"presence_{row.pk}": answers.get(row.source, row.presence),
            f"represente_par_{row.pk}": row.represente_par,
        }
    return data


def test_who_came_is_noted_and_counted(held, client, ingenierie):
    rows = list(held.participants.all())
    data = _presences(rows, partenaire="present", structure="excuse")
    assert client.post(url("presences", ingenierie, held.pk), data).status_code == 302
    page = text(client.get(url("reunion", ingenierie, held.pk)))
    assert "1 présent, 1 excusé." in page


def test_two_people_may_share_the_attendance_sheet(held, as_, ingenierie):
    rows = list(held.participants.all())
    assert (
        as_("pilote").post(url("presences", ingenierie, held.pk), _presences(rows, partenaire="present")).status_code
        == 302
    )
    assert (
        as_("associe").post(url("presences", ingenierie, held.pk), _presences(rows, structure="absent")).status_code
        == 302
    )
    assert dict(held.participants.values_list("source", "presence")) == {"partenaire": "present", "structure": "absent"}


def test_two_answers_for_one_person_are_shown_before_one_wins(held, as_, ingenierie):
    rows = list(held.participants.all())
    path = url("presences", ingenierie, held.pk)
    as_("pilote").post(path, _presences(rows, partenaire="present"))
    answer = as_("associe").post(path, _presences(rows, partenaire="absent"))
    assert answer.status_code == 409 and "en même temps que vous" in text(answer)
    assert held.participants.get(source="partenaire").presence == "present"
    again = {name: answer.context["form"].data[name] for name in answer.context["form"].data}
    assert as_("associe").post(path, again).status_code == 302
    assert held.participants.get(source="partenaire").presence == "absent"


def test_presences_are_not_noted_before_the_meeting(convened, actor):
    row = convened.participants.first()
    shown, told = {"presence": "", "represente_par": ""}, {"presence": "present", "represente_par": ""}
    with pytest.raises(InvalidInput, match="pas encore commencé"):
        services.set_presences(convened, {row.pk: (shown, told)}, actor=actor)


def test_minutes_written_by_two_people_lose_nothing(as_, ingenierie, reunion, world):
    data = {"compte_rendu": "Ce que j’ai compris.", "version": reunion.version}
    services.write_minutes(
        reunion, "Ce qu’Alix a noté.", actor=world.actor("associe"), expected_version=reunion.version
    )
    answer = as_("pilote").post(url("compte_rendu", ingenierie, reunion.pk), data)
    page = text(answer)
    assert answer.status_code == 409
    assert "Ce que j’ai compris." in page and "Ce qu’Alix a noté." in page and "Alix Associé" in page


def test_the_minutes_and_the_announcement_are_written_side_by_side(reunion, actor):
    services.write_minutes(reunion, "Un point.", actor=actor, expected_version=reunion.version)
    fresh, _ = services.update_reunion(reunion, {"lieu": "Mairie"}, actor=actor, expected_version=reunion.version)
    assert (fresh.lieu, fresh.compte_rendu) == ("Mairie", "Un point.")


def test_a_cancelled_meeting_does_not_change_any_more(client, ingenierie, reunion, actor):
    gone = act(reunion, "annuler", actor, reason="Non.")
    gone.ingenierie = ingenierie
    for call in (
        lambda: services.update_reunion(gone, {"lieu": "X"}, actor=actor, expected_version=None),
        lambda: services.write_minutes(gone, "X", actor=actor, expected_version=None),
        lambda: services.add_decision(gone, {"texte": "X"}, actor=actor),
        lambda: services.add_other(gone, {"organisme": "X"}, actor=actor),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert client.get(url("reunion_modifier", ingenierie, gone.pk)).status_code == 403


def test_a_mistake_is_taken_back_with_its_reason(held, actor):
    assert act(held, "rouvrir", actor, reason="Erreur de date.").state == "convoquee"
    assert journal.entries_for(held.ingenierie).first().reason == "Erreur de date."


# --- Decisions ------------------------------------------------------------------------------------------------------


def test_a_decision_says_who_and_when_and_is_ticked_when_done(held, client, ingenierie):
    data = {"decision-texte": "Écrire aux communes", "decision-qui": "Le DLA", "decision-echeance": "2026-12-15"}
    assert client.post(url("decision_ajouter", ingenierie, held.pk), data).status_code == 302
    row = DecisionReunion.objects.get()
    assert "15 décembre 2026" in text(client.get(url("reunion", ingenierie, held.pk)))
    client.post(url("decision_faite", ingenierie, held.pk, row.pk), {"version": row.version, "faite": "1"})
    row.refresh_from_db()
    assert row.faite_le == dt.date(2026, 12, 3)
    assert client.post(url("decision_retirer", ingenierie, held.pk, row.pk), {"version": 1}).status_code == 409
    client.post(url("decision_retirer", ingenierie, held.pk, row.pk), {"version": row.version})
    assert not DecisionReunion.objects.exists()
    assert journal.entries_for(ingenierie).first().changes["texte"] == ["Écrire aux communes", None]


def test_a_decision_without_words_is_refused_beside_its_field(held, client, ingenierie):
    answer = client.post(
        url("decision_ajouter", ingenierie, held.pk), {"decision-texte": " ", "decision-qui": "Le DLA"}
    )
    assert answer.status_code == 422 and "Le DLA" in text(answer) and not DecisionReunion.objects.exists()


# --- Who, what waits, what it costs ----------------------------------------------------------------------------------


def test_the_objects_of_a_meeting_are_not_reached_through_another(held, client, ingenierie, world, actor):
    far = services.create_reunion(world.other, ANNOUNCED, actor=world.actor("voisin"))
    stranger = services.add_other(far, {"organisme": "X"}, actor=world.actor("voisin"))
    decision = services.add_decision(far, {"texte": "X"}, actor=world.actor("voisin"))
    assert client.get(url("reunion", ingenierie, far.pk)).status_code == 404
    assert client.get(url("participant", ingenierie, held.pk, stranger.pk)).status_code == 404
    assert client.get(url("decision", ingenierie, held.pk, decision.pk)).status_code == 404
    assert client.post(url("participant_retirer", ingenierie, held.pk, stranger.pk), {"version": 1}).status_code == 404


def test_who_only_reads_sees_the_meeting_without_its_buttons(as_, ingenierie, convened):
    page = text(as_("lecture").get(url("reunion", ingenierie, convened.pk)))
    assert (
        "Choisir les objectifs" in page and "Annuler la réunion" not in page and "Ajouter des participants" not in page
    )
    data = {"action": "annuler", "expected_state": "convoquee", "version": convened.version, "reason": "Non."}
    assert as_("lecture").post(url("reunion_etat", ingenierie, convened.pk), data).status_code == 403
    assert as_("c2ra").get(url("reunion", ingenierie, convened.pk)).status_code == 200
    for who in ("voisin", "loin"):
        assert as_(who).get(url("reunion", ingenierie, convened.pk)).status_code == 404


def test_a_stale_button_says_what_happened_meanwhile(client, ingenierie, convened, actor):
    data = {"action": "annuler", "expected_state": "prevue", "version": 1, "reason": "Non."}
    answer = client.post(url("reunion_etat", ingenierie, convened.pk), data)
    assert answer.status_code == 409 and "convoquée" in text(answer)


def test_meetings_near_or_past_wait_on_the_home_page(world, ingenierie, reunion, clock_at):
    type(ingenierie).objects.filter(pk=ingenierie.pk).update(charge_mission=world.users["pilote"])
    who = world.actor("pilote")
    todo = dashboard.meetings(who)[0]
    assert "jeudi 3 décembre 2026" in plain(todo.detail) and "pas encore convoqués" in todo.detail and not todo.late
    clock_at("2026-12-05 10:00")
    assert dashboard.meetings(who)[0].late and "A-t-elle eu lieu ?" in dashboard.meetings(who)[0].detail
    clock_at("2026-11-10 10:00")
    assert dashboard.meetings(who) == []


def test_decisions_due_wait_on_the_home_page_until_done(world, ingenierie, reunion, actor, clock_at):
    type(ingenierie).objects.filter(pk=ingenierie.pk).update(charge_mission=world.users["pilote"])
    who = world.actor("pilote")
    row = services.add_decision(
        reunion, {"texte": "Écrire", "qui": "Le DLA", "echeance": dt.date(2026, 11, 30)}, actor=actor
    )
    services.add_decision(reunion, {"texte": "Plus tard", "echeance": dt.date(2027, 3, 1)}, actor=actor)
    assert [(t.date, t.late) for t in dashboard.decisions(who)] == [(dt.date(2026, 11, 30), False)]
    row.reunion = reunion
    services.set_decision_done(row, True, actor=actor, expected_version=None)
    assert dashboard.decisions(who) == []


def test_the_pages_cost_the_same_for_1_and_30(client, ingenierie, reunion, actor, count_queries):
    pages = [url("reunions", ingenierie), url("reunion", ingenierie, reunion.pk)]
    pages.append(url("reunion_participants", ingenierie, reunion.pk))

    def add(n):
        services.create_reunion(ingenierie, {**ANNOUNCED, "objet": f"N° {n}"}, actor=actor)
        services.add_other(reunion, {"organisme": f"Organisme {n}", "email": f"p{n}@example.org"}, actor=actor)
        services.add_decision(reunion, {"texte": f"Décision {n}"}, actor=actor)

    add(0)
    for page in pages:
        client.get(page)
    few = [count_queries(lambda p=p: client.get(p)) for p in pages]
    for n in range(1, 30):
        add(n)
    assert [count_queries(lambda p=p: client.get(p)) for p in pages] == few
    assert max(few) <= 14


def test_each_contact_of_a_partner_may_be_expected(client, ingenierie, reunion, partner, actor, world):
    other = PARTENAIRES.contacts.add(
        partner.partenaire, {"name": "Alix Second", "email": "alix@example.org"}, actor=actor
    )
    page = text(client.get(url("reunion_participants", ingenierie, reunion.pk)))
    assert "Sam Exemple" in page and "Alix Second" in page
    keys = [f"partenaire-{partner.pk}", f"contact-{other.pk}"]
    services.add_participants(reunion, keys, actor=actor)
    assert services.add_participants(reunion, keys, actor=actor) == []
    assert set(reunion.participants.values_list("personne", flat=True)) == {"Sam Exemple", "Alix Second"}
