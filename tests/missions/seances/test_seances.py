"""The séances of a mission: planned, convened, moved, cancelled; whom it concerns is told, and nobody else."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from missions.seances.models import jours_of
from missions.seances.services.participants import (
    add_other,
    add_participants,
    candidates,
    proposed,
    remove_participant,
)
from missions.seances.services.seances import update_seance, write_minutes
from tests.engagement.reunions.conftest import event_of, plain
from tests.factories import actor_of, member_actor
from tests.missions import mission
from tests.missions.seances.scene import ANNOUNCED, act, convened, fresh, seance
from tests.projects.structures_ciblees.targeting import target

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("fin", "jours"), [("17:00", "0.5"), ("18:00", "0.5"), ("18:01", "1")])
def test_half_a_day_up_to_four_hours_then_a_day(fin, jours):
    assert jours_of(dt.time(14, 0), dt.time.fromisoformat(fin)) == Decimal(jours)


def test_the_days_follow_the_hours_until_somebody_says_otherwise(w):
    row = seance(w)
    assert row.jours == Decimal("0.5")
    longer, _ = update_seance(row, {"heure_debut": dt.time(9, 0)}, actor=w.actor, expected_version=None)
    assert longer.jours == 1
    longer.convention = w.convention
    said, _ = update_seance(longer, {"jours": Decimal("0")}, actor=w.actor, expected_version=None)
    said.convention = w.convention
    moved, _ = update_seance(said, {"heure_debut": dt.time(14, 0)}, actor=w.actor, expected_version=None)
    assert moved.jours == 0


def test_those_proposed_are_the_structures_of_the_group_the_carrier_and_the_prestataire(w):
    known = candidates(seance(w, groupe=w.groupe))
    chosen = proposed(seance(w, groupe=w.groupe), known)
    assert {c.organisme for c in known if c.key in chosen} == {
        "Fabrique", "Ruche", "DLA de recette", str(w.convention.choix.prestataire),
    }  # fmt: skip
    everybody = {c.organisme for c in candidates(seance(w))}
    assert "Halle" in everybody
    alone = {c.organisme for c in candidates(seance(w, structure=w.halle)) if c.source == "structure"}
    assert alone == {"Halle"}


def test_a_prestataire_without_account_is_known_by_who_signed(w):
    w.convention.choix.prestataire.membres.all().delete()
    found = [c for c in candidates(seance(w)) if c.source == "prestataire"]
    assert [c.email for c in found] == ["prestataire@example.org"]


def test_each_is_convened_apart_with_the_seance_for_the_calendar(w, sent_mails):
    before = len(sent_mails())
    row = convened(w)
    mails = sent_mails()[before:]
    assert {m.to[0] for m in mails} == {"fabrique@example.org", "ruche@example.org", w.user.email, w.consultant.email}
    theirs = next(m for m in mails if m.to == ["ruche@example.org"])
    assert "Séance collective, jeudi 3 décembre 2026" in plain(theirs.subject)
    assert "vous convie à une séance" in theirs.body and "Atelier 1" in theirs.body and "fabrique" not in theirs.body
    calendar, event = event_of(theirs)
    assert str(calendar["method"]) == "REQUEST" and str(event["location"]) == ANNOUNCED["lieu"]
    assert (
        f"/missions/{w.convention.pk}/seances/{row.pk}/" in next(m for m in mails if m.to == [w.consultant.email]).body
    )
    assert "/seances/" not in theirs.body


def test_a_moved_seance_is_told_to_all_those_convened_and_its_programme_alone_to_nobody(w, sent_mails):
    row = fresh(convened(w))
    before = len(sent_mails())
    row, owed = update_seance(row, {"programme": "Apportez vos comptes."}, actor=w.actor, expected_version=None)
    assert owed == 0 and len(sent_mails()) == before
    _, owed = update_seance(fresh(row), {"date": dt.date(2026, 12, 10)}, actor=w.actor, expected_version=None)
    told = sent_mails()[before:]
    assert owed == len(told) == 4
    assert all(m.subject.startswith("Changement : ") for m in told)
    assert event_of(told[0])[1]["dtstart"].dt.date() == dt.date(2026, 12, 10)


def test_a_cancelled_seance_says_why_to_those_convened(w, sent_mails):
    row = convened(w)
    add_other(fresh(row), {"source": "partenaire", "organisme": "Mairie"}, actor=w.actor)  # no address
    before = len(sent_mails())
    with pytest.raises(InvalidInput):
        act(row, "annuler", w.actor)
    done = act(row, "annuler", w.actor, reason="La salle est fermée.")
    told = sent_mails()[before:]
    assert done.state == "annulee" and len(told) == 4
    assert all("La salle est fermée." in m.body and "annule la séance" in m.body for m in told)
    assert str(event_of(told[0])[0]["method"]) == "CANCEL"
    with pytest.raises(NotAllowed, match="Cette séance est annulée"):
        update_seance(fresh(row), {"lieu": "Ailleurs"}, actor=w.actor, expected_version=None)


def test_who_is_removed_is_told_and_the_others_are_not(w, sent_mails):
    row = fresh(convened(w))
    before = len(sent_mails())
    one = row.participants.get(organisme="Ruche")
    one.seance = row
    remove_participant(one, actor=w.actor)
    assert [m.to for m in sent_mails()[before:]] == [["ruche@example.org"]]
    (back,) = add_participants(fresh(row), [f"structure-{w.ruche.pk}"], actor=w.actor)
    assert back.pk == one.pk and [m.to for m in sent_mails()[before + 1 :]] == [["ruche@example.org"]]


def test_it_is_convened_only_when_it_is_somewhere_to_come_and_somebody_is_expected(w):
    row = seance(w, lieu="")
    with pytest.raises(ConditionsNotMet) as refused:
        act(row, "convoquer", w.actor)
    assert len(refused.value.reasons) == 2


def test_a_group_and_a_structure_are_not_both_chosen_nor_those_of_another_dossier(w):
    with pytest.raises(InvalidInput, match="pas les deux"):
        seance(w, groupe=w.groupe, structure=w.halle)
    elsewhere = target(mission.dossier())
    with pytest.raises(InvalidInput, match="dans cette ingénierie"):
        seance(w, structure=elsewhere)
    with pytest.raises(InvalidInput, match="de cette ingénierie"):
        add_other(seance(w), {"source": "structure", "structure": elsewhere}, actor=w.actor)


def test_the_prestataire_tells_what_happened_and_announces_nothing(w, clock_at):
    row, consultant = convened(w), actor_of(w.consultant)
    with pytest.raises(NotAllowed):
        update_seance(fresh(row), {"lieu": "Chez nous"}, actor=consultant, expected_version=None)
    with pytest.raises(NotAllowed):
        act(row, "annuler", consultant, reason="Non.")
    with pytest.raises(NotAllowed):
        add_participants(fresh(row), [f"structure-{w.halle.pk}"], actor=consultant)
    with pytest.raises(ConditionsNotMet):
        act(row, "tenir", consultant)  # not begun
    clock_at("2026-12-04 09:00")
    assert act(row, "tenir", consultant).state == "tenue"
    assert write_minutes(fresh(row), "Fait.", actor=consultant, expected_version=None).compte_rendu == "Fait."


def test_a_stranger_writes_nothing(w, clock_at):
    row, stranger = convened(w), member_actor()
    clock_at("2026-12-04 09:00")
    other = mission.consultant(mission.signed(mission.to_sign(mission.complete(mission.dossier()))))
    for actor in (stranger, actor_of(other)):
        for call in (
            lambda a=actor: update_seance(fresh(row), {"lieu": "Ici"}, actor=a, expected_version=None),
            lambda a=actor: write_minutes(fresh(row), "Pris", actor=a, expected_version=None),
            lambda a=actor: act(row, "tenir", a),
        ):
            with pytest.raises(NotAllowed):
                call()


def test_a_person_typed_by_hand_counts_for_her_structure(w):
    row = add_other(seance(w), {"source": "structure", "structure": w.halle, "personne": "Camille"}, actor=w.actor)
    assert (row.organisme, row.structure_id) == ("Halle", w.halle.pk)
