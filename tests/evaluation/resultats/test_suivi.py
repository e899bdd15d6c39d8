"""What is asked again some months after the end: planned, opened, compared; the ingénierie closed or not."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.models import Grant
from core.clock import months_after, today
from core.errors import InvalidInput, NotAllowed
from core.models import OutboxMail
from core.outbox import compose
from evaluation.resultats.indicateurs import ecarts, known_to
from evaluation.resultats.models import SuiviPrevu, ValeursDepart
from evaluation.resultats.services import suivi
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure
from tests.evaluation.resultats.results import SYSTEM, answered, at_finaliser, fresh, of, planned
from tests.factories import UserFactory, actor_of, member, member_actor
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingenierie():
    found = at_finaliser(structures=3)
    charge = member(found.pilote)
    return placed(found, charge_mission=charge, date_fin=dt.date(2026, 12, 31))


def test_the_days_are_counted_from_the_end(ingenierie):
    assert suivi.proposees(ingenierie) == {
        6: dt.date(2027, 6, 30), 12: dt.date(2027, 12, 31), 18: dt.date(2028, 6, 30)
    }  # fmt: skip
    assert suivi.proposees(placed(ingenierie, date_fin=None))[6] == months_after(today(), 6)


def test_it_is_planned_by_the_team_from_finaliser_on(ingenierie):
    values = {"mois": 6, "le": today(), "d_office": False}
    with pytest.raises(NotAllowed):
        suivi.prevoir(ingenierie, values, actor=member_actor())
    with pytest.raises(NotAllowed, match="à partir de « Finaliser »"):
        suivi.prevoir(placed(ingenierie, state="confirmer"), values, actor=SYSTEM)
    closed = placed(ingenierie, state="cloture")
    assert suivi.prevoir(closed, values, actor=actor_of(ingenierie.charge_mission)).mois == 6


def test_what_is_known_at_the_start_is_kept_once(ingenierie):
    planned(ingenierie)
    assert ValeursDepart.objects.count() == 3
    assert ValeursDepart.objects.first().valeurs["etp"] == "5.00"
    Structure.objects.update(etp=9)
    planned(ingenierie, mois=12)
    assert {row.valeurs["etp"] for row in ValeursDepart.objects.all()} == {"5.00"}


def test_twice_the_same_or_in_the_past_is_refused(ingenierie):
    planned(ingenierie)
    with pytest.raises(InvalidInput, match="déjà prévu"):
        planned(ingenierie)
    with pytest.raises(InvalidInput, match="passée"):
        planned(ingenierie, mois=12, days=-1)


def test_it_opens_to_the_structures_engaged_even_once_closed(ingenierie):
    row = planned(ingenierie)
    left = StructureCiblee.objects.filter(ingenierie=ingenierie).first()
    StructureCiblee._base_manager.filter(pk=left.pk).update(state="retiree")
    row.ingenierie = placed(ingenierie, state="cloture")
    made = suivi.ouvrir(row, actor=actor_of(ingenierie.charge_mission))
    assert (made.mois, made.state, made.repondants.count()) == (6, "ouvert", 2)
    assert made.repondants.exclude(sollicite_at=None).count() == 2
    with pytest.raises(InvalidInput, match="déjà ouvert"):
        suivi.ouvrir(SuiviPrevu.objects.get(), actor=SYSTEM)
    with pytest.raises(InvalidInput, match="déjà ouvert"):
        suivi.retirer(SuiviPrevu.objects.get(), actor=SYSTEM)


def test_every_day_it_leaves_by_itself_only_where_that_was_agreed(ingenierie, clock_at):
    agreed = planned(ingenierie, d_office=True)
    waiting = planned(ingenierie, mois=12)
    later = planned(ingenierie, mois=18, days=60)
    assert suivi.du_jour() == {"ouverts": 0, "prevenus": 0}
    placed(ingenierie, state="cloture")
    clock_at(dt.datetime.combine(today() + dt.timedelta(days=31), dt.time(9), dt.UTC))
    assert suivi.du_jour() == {"ouverts": 1, "prevenus": 1}
    assert suivi.du_jour() == {"ouverts": 0, "prevenus": 0}
    opened = {row.pk: row.questionnaire_id is not None for row in SuiviPrevu.objects.all()}
    assert opened == {agreed.pk: True, waiting.pk: False, later.pk: False}
    # The links leave for who is in charge: it is to her that one answers.
    grant = Grant.objects.filter(purpose="evaluation").first()
    assert (grant.issued_by, grant.organisation) == (ingenierie.charge_mission, ingenierie.pilote)
    mail = OutboxMail.objects.get(template="evaluation/suivi_a_ouvrir")
    assert mail.to == ingenierie.charge_mission.email
    assert compose(mail)["mois"] == 12
    suivi.ouvrir(SuiviPrevu.objects.select_related("ingenierie").get(pk=waiting.pk), actor=SYSTEM)
    assert compose(mail) is None


def test_another_day_is_told_again(ingenierie, clock_at):
    row = planned(ingenierie, days=1)
    clock_at(dt.datetime.combine(row.le, dt.time(9), dt.UTC))
    assert suivi.du_jour()["prevenus"] == 1
    row = SuiviPrevu.objects.select_related("ingenierie").get()
    put_off = {"le": row.le + dt.timedelta(days=3), "d_office": False}
    suivi.modifier(row, put_off, actor=SYSTEM, expected_version=row.version)
    assert suivi.du_jour()["prevenus"] == 0
    clock_at(dt.datetime.combine(put_off["le"], dt.time(9), dt.UTC))
    assert suivi.du_jour()["prevenus"] == 1


def test_nobody_to_ask_tells_who_is_in_charge(clock_at):
    found = placed(at_finaliser(), date_fin=today())
    found = placed(found, charge_mission=member(found.pilote))
    planned(found, d_office=True, days=1)
    clock_at(dt.datetime.combine(today() + dt.timedelta(days=2), dt.time(9), dt.UTC))
    assert suivi.du_jour() == {"ouverts": 0, "prevenus": 1}


def test_the_difference_is_shown_per_structure_and_in_all(ingenierie):
    made = fresh(suivi.ouvrir(planned(ingenierie), actor=SYSTEM))
    first, second, _ = of(made, "structure")
    answered(made, first, {"s_etp": ("6,5", ""), "s_budget": ("120 000", ""), "s_strategie": ("", "Un lieu à nous.")})
    answered(made, second, {"s_etp": ("4", ""), "s_benevoles": ("12", "")})
    structures, totals = ecarts(fresh(made))
    assert [row.nom for row in structures] == ["Association 00", "Association 01"]
    one = {gap.label: gap for gap in structures[0].ecarts}
    assert (one["Emplois (ETP)"].avant, one["Emplois (ETP)"].maintenant) == ("5", "6,5")
    assert one["Emplois (ETP)"].difference == "+ 1,5"
    assert one["Budget annuel"].sens == "+"
    assert one["Stratégie et perspectives"].maintenant == "Un lieu à nous."
    # What was not known before has no difference.
    assert {gap.label: gap.difference for gap in structures[1].ecarts}["Bénévoles"] == ""
    etp = {row.label: row for row in totals}["Emplois (ETP)"]
    assert (etp.structures, etp.avant, etp.maintenant, etp.difference) == (2, "10", "10,5", "+ 0,5")


def test_as_many_queries_for_one_structure_as_for_three(ingenierie, count_queries):
    made = fresh(suivi.ouvrir(planned(ingenierie), actor=SYSTEM))
    rows = of(made, "structure")
    answered(made, rows[0], {"s_etp": ("6", "")})
    one = fresh(made)
    first = count_queries(lambda: ecarts(one))
    for row in rows[1:]:
        answered(made, row, {"s_etp": ("6", "")})
    three = fresh(made)
    assert count_queries(lambda: ecarts(three)) == first <= 2


def test_the_diagnostic_of_another_dla_is_not_quoted(ingenierie):
    from evaluation.resultats.indicateurs import known_today
    from tests.factories import diagnostic_of

    rows = list(StructureCiblee.objects.filter(ingenierie=ingenierie).select_related("structure"))
    diagnostic_of(rows[0].structure, shared=True, perspectives="Un second lieu.")
    assert known_today(rows, ingenierie.pilote_id)[rows[0].pk]["perspectives"] == "Un second lieu."
    other = UserFactory().pk  # any organisation that is not the keeper
    assert known_today(rows, ingenierie.pilote_id + other)[rows[0].pk]["perspectives"] == ""


def test_a_structure_sees_its_earlier_values_beside_the_questions(ingenierie):
    made = fresh(suivi.ouvrir(planned(ingenierie), actor=SYSTEM))
    row = of(made, "structure")[0]
    row.questionnaire = made
    told = known_to(row)
    assert told["s_etp"].startswith("5 (fiche au ")
    assert "s_benevoles" not in told  # nobody knew
    assert "s_effets" not in told
