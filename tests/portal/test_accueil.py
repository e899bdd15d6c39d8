"""The home page: what waits for a person, for whom, and never for a neighbour."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from consultations.cahier import dashboard as consultations
from consultations.cahier.models import CahierDesCharges
from core.clock import now, today
from engagement.budget import dashboard as budget
from engagement.budget.services.lignes import add_charge, add_ressource
from engagement.objectifs.services import set_objectifs
from engagement.validation.dashboard import missing_avis
from projects.cycle.models import ConditionLevee
from projects.dossier.dashboard import pace
from projects.evidence import TYPE_HINTS
from tests.factories import (
    MembershipFactory,
    actor_of,
    engaged,
    ingenierie_of,
)
from tests.portal.moments import PARIS_17H, SYSTEM, cahier_of, diffused, give_avis, placed, titles, version

pytestmark = pytest.mark.django_db


# --- Opinions of the comités d'appui --------------------------------------------------------------------------------


def test_the_opinion_of_the_piloting_dla_waits_for_who_carries_and_for_the_responsable(world):
    engaged(world.dla, charge_mission=world.charge, titre="Mutualiser")
    assert titles(missing_avis, world.charge) == ["Mutualiser"]
    assert titles(missing_avis, world.responsable) == ["Mutualiser"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(missing_avis, who) == []


def test_the_opinion_of_an_associated_dla_waits_for_all_its_writing_members(world):
    engaged(world.voisin, associes=[world.dla], charge_mission=world.charge_voisin, titre="Inter-DLA")
    for who in (world.charge, world.collegue, world.responsable, world.charge_voisin):
        assert titles(missing_avis, who) == ["Inter-DLA"]
    assert titles(missing_avis, world.lecture) == []


def test_an_opinion_links_to_the_page_of_ones_own_comite(world):
    ingenierie = engaged(world.voisin, associes=[world.dla])
    [todo] = missing_avis(actor_of(world.charge))
    assert todo.url == reverse("engagement:avis", args=[ingenierie.pk, world.dla.pk])
    assert todo.detail == "L’avis de votre comité d’appui reste à enregistrer."


def test_an_opinion_given_waits_no_more_and_an_adjourned_one_still_does(world):
    ingenierie = engaged(world.dla, associes=[world.voisin], charge_mission=world.charge)
    give_avis(ingenierie, world.voisin, "favorable")
    assert len(titles(missing_avis, world.charge)) == 1, "celui du voisin n’est pas le nôtre"
    give_avis(ingenierie, world.dla, "ajourne")
    [todo] = missing_avis(actor_of(world.charge))
    assert "ajourné son avis le 21" in todo.detail
    give_avis(ingenierie, world.dla, "reserves")
    assert titles(missing_avis, world.charge) == []


@pytest.mark.parametrize("state", ["identifier", "confirmer", "finaliser", "cloture", "abandonne"])
def test_an_opinion_is_only_awaited_at_engager(world, state):
    placed(ingenierie_of(world.dla, charge_mission=world.charge), state=state)
    assert titles(missing_avis, world.charge) == []


# --- Budget ---------------------------------------------------------------------------------------------------------


def test_a_budget_out_of_balance_waits_for_who_carries_it(world):
    ingenierie = engaged(world.dla, associes=[world.voisin], charge_mission=world.charge, titre="Mutualiser")
    add_charge(ingenierie, {"libelle": "Prestations", "montant": "1000.00"}, actor=SYSTEM)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "650.00"}, actor=SYSTEM)
    [todo] = budget.unbalanced(actor_of(world.charge))
    assert todo.url == reverse("engagement:budget", args=[ingenierie.pk])
    assert todo.detail.replace("\u00a0", " ") == "Budget à équilibrer. Il manque 350,00 € de ressources."
    assert titles(budget.unbalanced, world.responsable) == ["Mutualiser"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(budget.unbalanced, who) == []


def test_a_budget_balances_to_the_cent(world):
    ingenierie = engaged(world.dla, charge_mission=world.charge)
    for _ in range(3):
        add_charge(ingenierie, {"libelle": "Tiers", "montant": "0.10"}, actor=SYSTEM)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "0.30"}, actor=SYSTEM)
    assert titles(budget.unbalanced, world.charge) == []
    add_ressource(ingenierie, {"nature": "autres", "financeur": "Fondation", "demande": "0.01"}, actor=SYSTEM)
    [todo] = budget.unbalanced(actor_of(world.charge))
    assert "Les ressources dépassent les charges de 0,01" in todo.detail


def test_what_was_obtained_counts_before_what_was_asked(world):
    ingenierie = engaged(world.dla, charge_mission=world.charge)
    add_charge(ingenierie, {"libelle": "Prestations", "montant": "500.00"}, actor=SYSTEM)
    values = {"nature": "autres", "financeur": "Fondation", "demande": "500.00", "obtenu": "0.00"}
    add_ressource(ingenierie, values, actor=SYSTEM)
    assert len(titles(budget.unbalanced, world.charge)) == 1


def test_an_empty_budget_or_one_of_the_first_step_does_not_wait(world):
    engaged(world.dla, charge_mission=world.charge)
    begun = ingenierie_of(world.dla, charge_mission=world.charge)
    add_charge(begun, {"libelle": "Prestations", "montant": "500.00"}, actor=SYSTEM)
    assert titles(budget.unbalanced, world.charge) == []


def test_the_widest_gap_comes_first(world):
    for amount in ("10.00", "900.00", "100.00"):
        ingenierie = engaged(world.dla, charge_mission=world.charge, titre=amount)
        add_charge(ingenierie, {"libelle": "Prestations", "montant": amount}, actor=SYSTEM)
    assert titles(budget.unbalanced, world.charge) == ["900.00", "100.00", "10.00"]


# --- The pace of an ingénierie --------------------------------------------------------------------------------------


def test_an_end_is_announced_14_days_before_and_is_late_once_past(world):
    for titre, days in (("Plus tard", 15), ("Bientôt", 14), ("Hier", -1)):
        fin = today() + dt.timedelta(days=days)
        placed(ingenierie_of(world.dla, charge_mission=world.charge, titre=titre), date_fin=fin)
    placed(ingenierie_of(world.dla, charge_mission=world.charge, titre="Sans fin"), date_fin=None)
    assert [(todo.title, todo.late) for todo in pace(actor_of(world.charge))] == [
        ("Hier", True),
        ("Bientôt", False),
    ]
    assert titles(pace, world.responsable) == ["Hier", "Bientôt"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(pace, who) == []


def test_an_ingenierie_where_nothing_happens_for_two_months_is_told(world):
    for titre, days in (("Réveillée", 59), ("Endormie", 61), ("Oubliée", 200)):
        placed(
            ingenierie_of(world.dla, charge_mission=world.charge, titre=titre),
            date_fin=None,
            last_activity_at=now() - dt.timedelta(days=days),
        )
    found = pace(actor_of(world.charge))
    assert [todo.title for todo in found] == ["Oubliée", "Endormie"]
    assert found[0].detail.startswith("Rien ne s’y est passé depuis le ")


# --- Cahier des charges ---------------------------------------------------------------------------------------------


def test_a_validated_cahier_waits_to_be_diffused(world):
    ingenierie = placed(ingenierie_of(world.dla, charge_mission=world.charge, titre="Mutualiser"), state="confirmer")
    cahier_of(ingenierie, "valide")
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert (todo.url, todo.late) == (reverse("consultations:cahier", args=[ingenierie.pk]), False)
    assert todo.date == dt.date(2026, 11, 27)
    assert titles(consultations.cahiers, world.responsable) == ["Mutualiser"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(consultations.cahiers, who) == []


def test_a_validated_cahier_whose_deadline_is_past_is_late(world):
    ingenierie = placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer")
    cahier_of(ingenierie, "valide", dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC))
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert todo.late and "fixez-en une autre" in todo.detail


@pytest.mark.parametrize("state", ["brouillon", "diffuse"])
def test_a_cahier_being_written_or_diffused_is_not_to_diffuse(world, state):
    cahier_of(placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer"), state)
    assert titles(consultations.cahiers, world.charge) == []


def test_answers_are_announced_in_the_time_zone_of_the_call(world):
    ingenierie = placed(ingenierie_of(world.dla, charge_mission=world.charge, titre="Mutualiser"), state="confirmer")
    # 1 h in Paris on the 28th is still the 27th in Guadeloupe.
    diffused(ingenierie, dt.datetime(2026, 11, 28, 0, 0, tzinfo=dt.UTC), fuseau="America/Guadeloupe")
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert (todo.date, todo.late) == (dt.date(2026, 11, 27), False)
    assert "sont attendues jusqu’au vendredi 27" in todo.detail and "heure de la Guadeloupe" in todo.detail
    assert titles(consultations.cahiers, world.responsable) == ["Mutualiser"]
    for who in (world.collegue, world.lecture, world.charge_voisin, world.c2ra, world.cnar, world.avise, world.seul):
        assert titles(consultations.cahiers, who) == []


def test_answers_are_announced_14_days_before_and_stay_when_the_deadline_is_past(world, clock_at):
    diffused(placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer"))
    for moment, announced in (
        ("2026-11-13 16:59", False),
        ("2026-11-13 17:00", True),
        ("2026-11-27 16:59", True),
        ("2026-11-27 17:00", True),
        ("2027-02-01 09:00", True),
    ):
        clock_at(moment)
        assert bool(titles(consultations.cahiers, world.charge)) is announced, moment
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert "étaient attendues" in todo.detail and not todo.late, "le retard n’est celui de personne"


def test_answers_are_no_news_once_the_ingenierie_left_confirmer(world):
    for state in ("engager", "finaliser", "cloture", "abandonne"):
        diffused(placed(ingenierie_of(world.dla, charge_mission=world.charge), state=state))
    assert titles(consultations.cahiers, world.charge) == []


def test_the_deadline_of_the_last_diffused_version_counts_while_it_is_rectified(world):
    cahier = diffused(placed(ingenierie_of(world.dla, charge_mission=world.charge), state="confirmer"))
    version(cahier, PARIS_17H + dt.timedelta(days=7), numero=2)
    CahierDesCharges._base_manager.filter(pk=cahier.pk).update(state="brouillon", numero=3, date_limite=None)
    [todo] = consultations.cahiers(actor_of(world.charge))
    assert todo.date == dt.date(2026, 12, 4)


# --- In view when the type is chosen --------------------------------------------------------------------------------


def test_the_operational_objectives_are_in_view_when_the_type_is_chosen(world, client_for, count_queries):
    ingenierie = engaged(world.dla, charge_mission=world.charge)
    page = client_for(world.charge).get(reverse("projects:type", args=[ingenierie.pk])).content.decode()
    assert "Les objectifs fixés" not in page
    set_objectifs(
        ingenierie,
        actor=SYSTEM,
        strategiques=["consolider"],
        operationnels={"innovation": "Un outil de paie commun."},
    )
    hint = TYPE_HINTS.get("objectifs")
    assert count_queries(lambda: hint(ingenierie)) == 1
    assert [line.overall for line in hint(ingenierie)] == [False, True]
    page = client_for(world.charge).get(reverse("projects:type", args=[ingenierie.pk])).content.decode()
    assert "Les objectifs fixés" in page and "Un outil de paie commun." in page
    assert "utilité sociale" not in page.split("Les objectifs fixés")[1].split("</ul>")[0]


def test_what_waits_follows_the_organisation_one_acts_for(world):
    engaged(world.dla, charge_mission=world.charge, titre="À Tours", date_fin=today())
    MembershipFactory(user=world.charge, organisation=world.voisin)
    for provider in (missing_avis, pace):
        assert titles(provider, world.charge) == [], "elle agit maintenant pour le voisin"


# --- The page, role by role -----------------------------------------------------------------------------------------


@pytest.fixture
def home(world, client_for):
    """``home("charge")``: the page of that person, with ordinary spaces."""
    mine = engaged(world.dla, charge_mission=world.charge, titre="Mutualiser la paie", secteurs=[world.sport])
    add_charge(mine, {"libelle": "Prestations", "montant": "100.00"}, actor=SYSTEM)
    placed(mine, date_fin=dt.date(2026, 11, 20))
    ConditionLevee.objects.create(
        ingenierie=mine, step="identifier", condition="ciblage", label="Ciblage décrit", reason="Dit.", by_label="Alix"
    )
    ingenierie_of(world.voisin, charge_mission=world.charge_voisin, titre="Chez le voisin", date_fin=today())

    def get(who: str) -> str:
        answer = client_for(getattr(world, who)).get(reverse("portal:accueil"))
        assert answer.status_code == 200
        return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")

    return get


def waiting(page: str) -> str:
    """The part « Ce qui vous attend »."""
    return page.split('id="t-attend"')[1].split("</section>")[0]


def counts(page: str) -> list[int]:
    return [int(part.split("<")[0]) for part in page.split('step-count-number">')[1:]]


@pytest.mark.parametrize("who", ["charge", "responsable"])
def test_the_dla_sees_what_waits_and_what_is_late_first(home, who):
    page = home(who)
    part = waiting(page)
    assert "1 en retard" in part
    assert part.index("La fin prévue était le 20 novembre 2026.") < part.index("Budget à équilibrer.")
    assert "L’avis de votre comité d’appui reste à enregistrer." in part
    assert "Chez le voisin" not in part
    assert counts(page) == [0, 1, 0, 0]
    assert "Chez le voisin" in page, "le résumé des voisins est parmi ce qui bouge"
    assert "Nouvelle ingénierie" in page


def test_a_colleague_who_carries_nothing_has_nothing_waiting(home):
    page = home("collegue")
    assert "Rien d’urgent" in waiting(page)
    assert counts(page) == [0, 1, 0, 0]


def test_who_only_reads_sees_the_ingenieries_and_is_asked_nothing(home):
    page = home("lecture")
    assert "Rien d’urgent" in waiting(page)
    assert counts(page) == [0, 1, 0, 0]
    assert "Nouvelle ingénierie" not in page


def test_the_c2ra_sees_the_region_and_the_conditions_passed_over(home):
    page = home("c2ra")
    assert "Condition levée par Alix : Ciblage décrit." in waiting(page)
    assert "Budget à équilibrer" not in page
    assert counts(page) == [1, 1, 0, 0]
    assert "Nouvelle ingénierie" in page


def test_the_c2ra_of_another_region_sees_nothing_of_it(home):
    page = home("c2ra_loin")
    assert "Rien d’urgent" in waiting(page)
    assert counts(page) == [0, 0, 0, 0]
    assert "Mutualiser la paie" not in page


def test_the_cnar_sees_its_sector_only(home):
    page = home("cnar")
    assert counts(page) == [0, 1, 0, 0]
    assert "Mutualiser la paie" in page and "Chez le voisin" not in page
    assert "Rien d’urgent" in waiting(page) and "Nouvelle ingénierie" not in page


def test_the_avise_sees_everything_and_is_asked_nothing(home):
    page = home("avise")
    assert counts(page) == [1, 1, 0, 0]
    assert "Rien d’urgent" in waiting(page) and "Nouvelle ingénierie" not in page


def test_a_person_without_organisation_is_told_what_to_do(home):
    page = home("seul")
    assert "n’est rattaché à aucune organisation" in page
    assert "Mutualiser" not in page and 'id="t-attend"' not in page
