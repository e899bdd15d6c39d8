"""The meetings of an ingénierie: held, written, decided; who sees what, what waits, what it costs."""

from __future__ import annotations

import datetime as dt

import pytest

from core import journal
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from engagement.reunions import dashboard
from engagement.reunions.models import DecisionReunion
from engagement.reunions.services.participants import add_other, add_participants, set_presences
from engagement.reunions.services.reunions import (
    add_decision,
    create_reunion,
    set_decision_done,
    update_reunion,
    write_minutes,
)
from partners.directory.annuaire import PARTENAIRES
from tests.engagement.conftest import text, url
from tests.engagement.reunions.conftest import ANNOUNCED, act, plain

pytestmark = pytest.mark.django_db


# --- Held -----------------------------------------------------------------------------------------------------------


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
    rows = list(held.participants.all())
    part = _presences(rows, partenaire="en_partie")
    assert client.post(url("presences", ingenierie, held.pk), part).status_code == 302
    assert "1 présent en partie, 1 excusé." in text(client.get(url("reunion", ingenierie, held.pk)))


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
        set_presences(convened, {row.pk: (shown, told)}, actor=actor)


def test_minutes_written_by_two_people_lose_nothing(as_, ingenierie, reunion, world):
    data = {"compte_rendu": "Ce que j’ai compris.", "version": reunion.version}
    write_minutes(reunion, "Ce qu’Alix a noté.", actor=world.actor("associe"), expected_version=reunion.version)
    answer = as_("pilote").post(url("compte_rendu", ingenierie, reunion.pk), data)
    page = text(answer)
    assert answer.status_code == 409
    assert "Ce que j’ai compris." in page and "Ce qu’Alix a noté." in page and "Alix Associé" in page


def test_the_minutes_and_the_announcement_are_written_side_by_side(reunion, actor):
    write_minutes(reunion, "Un point.", actor=actor, expected_version=reunion.version)
    fresh, _ = update_reunion(reunion, {"lieu": "Mairie"}, actor=actor, expected_version=reunion.version)
    assert (fresh.lieu, fresh.compte_rendu) == ("Mairie", "Un point.")


def test_a_cancelled_meeting_does_not_change_any_more(client, ingenierie, reunion, actor):
    gone = act(reunion, "annuler", actor, reason="Non.")
    gone.ingenierie = ingenierie
    for call in (
        lambda: update_reunion(gone, {"lieu": "X"}, actor=actor, expected_version=None),
        lambda: write_minutes(gone, "X", actor=actor, expected_version=None),
        lambda: add_decision(gone, {"texte": "X"}, actor=actor),
        lambda: add_other(gone, {"organisme": "X"}, actor=actor),
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
    far = create_reunion(world.other, ANNOUNCED, actor=world.actor("voisin"))
    stranger = add_other(far, {"organisme": "X"}, actor=world.actor("voisin"))
    decision = add_decision(far, {"texte": "X"}, actor=world.actor("voisin"))
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


def test_a_reason_too_long_is_refused_and_nothing_typed_is_lost(client, ingenierie, convened):
    reason = "Trop d’absents, " * 200 + "à reporter."
    data = {"action": "annuler", "expected_state": "convoquee", "version": convened.version, "reason": reason}
    answer = client.post(url("reunion_etat", ingenierie, convened.pk), data)
    assert answer.status_code == 422 and reason in answer.content.decode()
    convened.refresh_from_db()
    assert convened.state == "convoquee"


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
    row = add_decision(reunion, {"texte": "Écrire", "qui": "Le DLA", "echeance": dt.date(2026, 11, 30)}, actor=actor)
    add_decision(reunion, {"texte": "Plus tard", "echeance": dt.date(2027, 3, 1)}, actor=actor)
    assert [(t.date, t.late) for t in dashboard.decisions(who)] == [(dt.date(2026, 11, 30), False)]
    row.reunion = reunion
    set_decision_done(row, True, actor=actor, expected_version=None)
    assert dashboard.decisions(who) == []


def test_the_pages_cost_the_same_for_1_and_30(client, ingenierie, reunion, actor, count_queries):
    pages = [url("reunions", ingenierie), url("reunion", ingenierie, reunion.pk)]
    pages.append(url("reunion_participants", ingenierie, reunion.pk))

    def add(n):
        create_reunion(ingenierie, {**ANNOUNCED, "objet": f"N° {n}"}, actor=actor)
        add_other(reunion, {"organisme": f"Organisme {n}", "email": f"p{n}@example.org"}, actor=actor)
        add_decision(reunion, {"texte": f"Décision {n}"}, actor=actor)

    add(0)
    for page in pages:
        client.get(page)
    few = [count_queries(lambda p=p: client.get(p)) for p in pages]
    for n in range(1, 30):
        add(n)
    assert [count_queries(lambda p=p: client.get(p)) for p in pages] == few
    assert max(few) <= 14


def test_each_contact_of_a_partner_may_be_expected(client, ingenierie, reunion, partner, actor, world):
    alix = {"name": "Alix Second", "email": "alix@example.org"}
    other = PARTENAIRES.contacts.add(partner.partenaire, alix, actor=actor)
    page = text(client.get(url("reunion_participants", ingenierie, reunion.pk)))
    assert "Sam Exemple" in page and "Alix Second" in page
    keys = [f"partenaire-{partner.pk}", f"contact-{other.pk}"]
    add_participants(reunion, keys, actor=actor)
    assert add_participants(reunion, keys, actor=actor) == []
    assert set(reunion.participants.values_list("personne", flat=True)) == {"Sam Exemple", "Alix Second"}
