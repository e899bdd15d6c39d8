"""The fiche de suivi: made of what was signed, planned once, returned stage by stage; late ones are told, in order."""

import datetime as dt

import pytest

from core import clock
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry, OutboxMail
from missions.conventions.models import EtapeConvention
from missions.conventions.services import conventions
from missions.mission.permissions import people_of
from missions.suivi import services
from missions.suivi.models import FIN_DE_MISSION, EtapeSuivi, FicheSuivi
from missions.suivi.retards import relancer
from tests.factories import actor_of, member
from tests.missions import mission

pytestmark = pytest.mark.django_db

JUNE, JULY = dt.date(2027, 6, 30), dt.date(2027, 7, 31)
SYSTEM = Actor.system("recette")


def mails(template: str) -> list[str]:
    return list(OutboxMail.objects.filter(template=f"missions/{template}").order_by("pk").values_list("to", flat=True))


def planned(fiche, etapes, actor):
    """The planned part, filled and returned."""
    fiche = services.nommer(fiche, {"consultant": "Alix, consultante"}, actor=actor)
    for row, day in zip(etapes[:2], (JUNE, JULY), strict=True):
        services.prevoir(row, {"prevu_fin": day, "personnes_prevues": "Direction"}, actor=actor)
    return services.rendre_previsions(fiche, actor=actor)


def again(etape: EtapeSuivi) -> EtapeSuivi:
    found = EtapeSuivi.objects.select_related("fiche", "etape").get(pk=etape.pk)
    found.fiche.convention = mission.fresh(etape.fiche.convention)
    return found


# --- Made and sent --------------------------------------------------------------------------------------------------


def test_the_last_signature_makes_the_fiche_and_sends_it_to_the_people_of_the_prestataire(
    convention, fiche, etapes, world
):
    assert [row.titre for row in etapes] == ["Étape 1 : État des lieux", "Étape 2 : Atelier", FIN_DE_MISSION]
    assert [row.derniere for row in etapes] == [False, False, True]
    assert etapes[-1].prevu_fin == convention.fin
    assert fiche.envoyee_le is not None
    people = [email for _, email in people_of(convention)]
    assert world["consultant"].email in people and sorted(mails("fiche_suivi")) == sorted(people)


def test_a_convention_has_one_fiche_however_often_it_is_asked_for(convention, fiche, team):
    assert services.fiche_of(convention, actor=team).pk == fiche.pk
    assert FicheSuivi.objects.count() == 1


def test_a_convention_that_is_not_signed_has_none(team, convention):
    draft = mission.begun(convention.ingenierie, phase="2")
    with pytest.raises(NotAllowed, match="signée"):
        services.fiche_of(draft, actor=team)


# --- Planned at the start -------------------------------------------------------------------------------------------


def test_the_planned_part_is_returned_whole_and_its_dates_hold_from_then_on(fiche, etapes, consultant):
    with pytest.raises(InvalidInput, match="consultant") as refused:
        services.rendre_previsions(fiche, actor=consultant)
    assert "Étape 2 : Atelier" in refused.value.message
    done = planned(fiche, etapes, consultant)
    assert done.prevue_le and not done.prevue_equipe
    with pytest.raises(StaleState):
        services.rendre_previsions(done, actor=consultant)
    with pytest.raises(NotAllowed, match="modification acceptée"):
        services.prevoir(again(etapes[0]), {"prevu_fin": JULY}, actor=consultant)
    kept = services.prevoir(again(etapes[0]), {"personnes_prevues": "Trésorerie"}, actor=consultant)
    assert (kept.prevu_fin, kept.personnes_prevues) == (JUNE, "Trésorerie")


def test_what_was_signed_bounds_what_is_planned(etapes, consultant, convention):
    with pytest.raises(InvalidInput, match="finit le 29"):
        services.prevoir(etapes[0], {"prevu_fin": dt.date(2027, 12, 1)}, actor=consultant)
    with pytest.raises(InvalidInput, match="finit le 29"):
        services.prevoir(etapes[2], {"prevu_fin": dt.date(2027, 9, 1)}, actor=consultant)
    EtapeConvention.objects.filter(pk=etapes[0].etape_id).update(fin=JUNE)
    with pytest.raises(InvalidInput, match="La convention donne à cette étape jusqu’au 30"):
        services.prevoir(again(etapes[0]), {"prevu_fin": JULY}, actor=consultant)
    assert services.prevoir(again(etapes[0]), {"prevu_fin": JUNE}, actor=consultant).prevu_fin == JUNE


def test_the_stages_of_a_signed_convention_are_changed_by_nobody(convention, team):
    stage = convention.etapes.first()
    stage.convention = convention
    with pytest.raises(NotAllowed, match="avenant"):
        conventions.update_ligne(stage, {"fin": JULY}, actor=team)
    with pytest.raises(NotAllowed, match="avenant"):
        conventions.remove_ligne(stage, actor=team)
    with pytest.raises(NotAllowed, match="avenant"):
        conventions.add_ligne(convention, EtapeConvention, {"intitule": "Une de plus"}, actor=team)


def test_the_team_types_for_the_prestataire_and_it_is_told(fiche, etapes, team):
    done = planned(fiche, etapes, team)
    assert done.prevue_equipe and done.prevue_par == team.label


def test_nobody_else_writes_in_the_fiche(etapes, world):
    neighbour = actor_of(member())
    for stranger in (neighbour, actor_of(world["stranger"])):
        with pytest.raises(NotAllowed):
            services.prevoir(etapes[0], {"prevu_fin": JUNE}, actor=stranger)


# --- The need -------------------------------------------------------------------------------------------------------


def test_a_need_that_changed_says_how(fiche, consultant):
    with pytest.raises(InvalidInput, match="dites ce qui a changé"):
        services.verifier_besoin(fiche, {"besoin_actuel": "non"}, actor=consultant)
    with pytest.raises(InvalidInput, match="toujours celui du diagnostic"):
        services.verifier_besoin(fiche, {"besoin_actuel": ""}, actor=consultant)
    told = services.verifier_besoin(
        fiche, {"besoin_actuel": "non", "besoin_commentaire": "La direction est partie."}, actor=consultant
    )
    assert (told.besoin_le, told.besoin_par) == (clock.today(), consultant.label)


# --- Done -----------------------------------------------------------------------------------------------------------


def test_a_stage_returned_is_sent_to_the_charge_de_mission_and_does_not_change_any_more(
    fiche, etapes, consultant, clock_at
):
    planned(fiche, etapes, consultant)
    clock_at("2027-06-28 10:00")
    told = {"fait_le": dt.date(2027, 6, 25), "personnes_rencontrees": "Direction", "production_remise": "Une note"}
    draft = services.ecrire(again(etapes[0]), told, actor=consultant)
    assert draft.rendue_le is None and not mails("etape_rendue")
    done = services.ecrire(again(etapes[0]), told, actor=consultant, rendre=True)
    assert done.rendue_le and not done.modifiee and done.rendue_par == consultant.label
    assert len(mails("etape_rendue")) == 1
    with pytest.raises(NotAllowed, match="est rendue"):
        services.ecrire(again(etapes[0]), {"commentaire": "Encore"}, actor=consultant)
    with pytest.raises(InvalidInput, match="pourquoi"):
        services.reprendre(again(etapes[0]), actor=consultant, reason=" ")
    assert services.reprendre(again(etapes[0]), actor=consultant, reason="Une date fausse.").rendue_le is None


def test_what_changed_is_always_commented(fiche, etapes, consultant, clock_at):
    planned(fiche, etapes, consultant)
    clock_at("2027-07-05 10:00")
    with pytest.raises(InvalidInput, match="quel jour"):
        services.ecrire(again(etapes[0]), {"commentaire": "Fait."}, actor=consultant, rendre=True)
    with pytest.raises(InvalidInput, match="quelque chose a changé"):
        values = {"fait_le": JUNE, "modifiee": True}
        services.ecrire(again(etapes[0]), values, actor=consultant, rendre=True)
    late = {"fait_le": dt.date(2027, 7, 2)}
    with pytest.raises(InvalidInput, match="dates prévues"):
        services.ecrire(again(etapes[0]), late, actor=consultant, rendre=True)
    done = services.ecrire(again(etapes[0]), {**late, "commentaire": "Salle fermée."}, actor=consultant, rendre=True)
    assert done.modifiee


def test_a_stage_is_not_done_tomorrow(fiche, etapes, consultant):
    with pytest.raises(InvalidInput, match="futur"):
        services.ecrire(etapes[0], {"fait_le": dt.date(2027, 7, 2)}, actor=consultant)


def test_two_who_write_the_same_stage_meet(etapes, consultant, team):
    seen = etapes[0].version
    services.ecrire(etapes[0], {"commentaire": "L’un"}, actor=consultant, expected_version=seen)
    with pytest.raises(EditConflict):
        services.ecrire(again(etapes[0]), {"commentaire": "L’autre"}, actor=team, expected_version=seen)


def test_who_was_met_is_not_in_the_journal(etapes, consultant):
    services.ecrire(etapes[0], {"personnes_rencontrees": "Dominique Untel"}, actor=consultant)
    entry = JournalEntry.objects.filter(verb="missions.etape_ecrite").latest("pk")
    assert "Untel" not in str(entry.changes)


# --- Late -----------------------------------------------------------------------------------------------------------


def test_the_prestataire_is_reminded_first_then_the_charge_de_mission_learns_it_once_each(
    fiche, etapes, consultant, clock_at, world
):
    planned(fiche, etapes, consultant)
    clock_at("2027-07-02 08:00")
    assert services.en_retard(again(etapes[0]), clock.today())
    assert relancer(clock.today(), actor=SYSTEM) == (0, 0)  # two days are left to whoever is a day late
    clock_at("2027-07-03 08:00")
    assert relancer(clock.today(), actor=SYSTEM) == (1, 0)
    assert world["consultant"].email in mails("etape_en_retard") and not mails("etape_signalee")
    clock_at("2027-07-09 08:00")
    assert relancer(clock.today(), actor=SYSTEM) == (0, 0)
    clock_at("2027-07-10 09:00")
    assert relancer(clock.today(), actor=SYSTEM) == (0, 1)
    assert len(mails("etape_signalee")) == 1
    assert relancer(clock.today(), actor=SYSTEM) == (0, 0)


def test_a_stage_returned_meanwhile_is_told_to_nobody(fiche, etapes, consultant, clock_at):
    planned(fiche, etapes, consultant)
    clock_at("2027-07-03 08:00")
    relancer(clock.today(), actor=SYSTEM)
    services.ecrire(again(etapes[0]), {"fait_le": JUNE}, actor=consultant, rendre=True)
    clock_at("2027-07-20 08:00")
    assert relancer(clock.today(), actor=SYSTEM) == (0, 0)
