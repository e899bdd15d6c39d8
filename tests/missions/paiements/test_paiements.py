"""The payments of a mission: due by the schedule, asked for, paid, exact to the cent; the budget reads them."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock
from core.echeances import ECHEANCES, Window
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry, OutboxMail
from engagement.budget.depenses import depenses
from missions.conventions.models import Avenant, PaiementPrevu
from missions.paiements import facts, services
from missions.paiements.dashboard import paiements as todos
from missions.paiements.echeancier import comptes_of, echeances_of
from missions.paiements.models import Paiement
from projects.facts import fetch
from tests.factories import OrganisationFactory, UserFactory, actor_of, member
from tests.missions import remise
from tests.missions.remise import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(shared):
    return shared(remise.world)


@pytest.fixture
def world(made, db):
    return copy.deepcopy(made)


@pytest.fixture
def convention(world):
    return world.convention


@pytest.fixture
def team(world):
    return actor_of(world.user)


@pytest.fixture
def consultant(world):
    return actor_of(world.consultant)


def asked(convention, cle, amount, actor=SYSTEM, **extra):
    values = {"demande_le": clock.today(), "montant_demande": Decimal(amount), **extra}
    return services.demander(convention, cle, values, actor=actor, facture=remise.pdf("facture.pdf"))


def paid(convention, cle, amount, actor=SYSTEM, **extra):
    return services.payer(
        convention, cle, {"paye_le": clock.today(), "montant_paye": Decimal(amount)}, actor=actor, **extra
    )


def avenant(convention, numero, prix):
    """A signed avenant that changes the price (HT): written at once, its signatures are tried elsewhere."""
    row = Avenant(
        convention=convention, numero=numero, quoi="prix", de="a", a="b", pourquoi="c", demande_par="dla",
        prix=Decimal(prix), state="signe",
    )  # fmt: skip
    row.save()
    return row


def test_the_whole_is_exact_to_the_cent(convention):
    first, last = echeances_of(convention)
    assert (first.montant, last.montant) == (Decimal("4000.00"), Decimal("8000.01"))
    asked(convention, first.cle, "4000.00")
    paid(convention, first.cle, "3999.99")
    told = comptes_of(echeances_of(convention))
    assert (told.prix, told.demande, told.paye) == (Decimal("12000.01"), Decimal("4000.00"), Decimal("3999.99"))
    assert (told.reste, told.a_demander) == (Decimal("8000.02"), Decimal("8000.01"))


def test_the_prestataire_asks_with_its_invoice_and_the_team_pays(convention, team, consultant):
    cle = echeances_of(convention)[0].cle
    values = {"demande_le": clock.today(), "montant_demande": Decimal("4000.00"), "facture": "F-12"}
    with pytest.raises(InvalidInput, match="Joignez la facture"):
        services.demander(convention, cle, values, actor=consultant)
    row = asked(convention, cle, "4000.00", consultant, facture="F-12")
    assert services.factures_of([row])[row.pk][0].original_name == "facture.pdf"
    assert OutboxMail.objects.filter(template="missions/paiement_demande").count() == 1
    with pytest.raises(StaleState, match="déjà demandé"):
        asked(convention, cle, "4000.00", team)
    with pytest.raises(NotAllowed):
        paid(convention, cle, "4000.00", consultant)
    assert paid(convention, cle, "4000.00", team).paye_le == clock.today()
    with pytest.raises(NotAllowed, match="ne change plus"):
        services.corriger_demande(row, {"montant_demande": Decimal("10.00")}, actor=consultant)


def test_strangers_ask_nothing_and_pay_nothing(convention):
    cle = echeances_of(convention)[0].cle
    for stranger in (member(), UserFactory(), member(convention.ingenierie.pilote, "lecture")):
        with pytest.raises(NotAllowed):
            asked(convention, cle, "1.00", actor_of(stranger))
        with pytest.raises(NotAllowed):
            paid(convention, cle, "1.00", actor_of(stranger))
    assert not Paiement.objects.exists()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"paye_le": dt.date(2030, 1, 1), "montant_paye": Decimal("1.00")}, "futur"),
        ({"paye_le": dt.date(2026, 11, 20), "montant_paye": Decimal("4000.01")}, "avenant"),
        ({"paye_le": dt.date(2026, 11, 20), "montant_paye": Decimal("0.00")}, "supérieur à zéro"),
        ({"paye_le": dt.date(2026, 11, 20), "montant_paye": None}, "date et son montant"),
        ({"paye_le": dt.date(2026, 11, 20), "montant_paye": Decimal("1.00"), "facture": "x"}, "jour et le montant"),
    ],
)
def test_a_wrong_payment_is_refused_in_words(convention, values, told):
    with pytest.raises(InvalidInput, match=told):
        services.payer(convention, echeances_of(convention)[0].cle, values, actor=SYSTEM)


def test_two_people_who_record_the_same_payment_meet(convention, team):
    cle = echeances_of(convention)[0].cle
    row = asked(convention, cle, "4000.00")
    paid(convention, cle, "4000.00", team, expected_version=row.version)
    with pytest.raises(EditConflict):
        paid(convention, cle, "3000.00", team, expected_version=row.version)
    with pytest.raises(StaleState):
        services.find(convention, "p0")


NOTHING = {"paye_le": None, "montant_paye": None}


def test_a_payment_noted_by_mistake_is_taken_out_and_what_was_asked_stays(convention, team, consultant):
    asked_for, other = (row.cle for row in echeances_of(convention))
    asked(convention, asked_for, "4000.00")
    for cle, amount in ((asked_for, "4000.00"), (other, "8000.01")):
        row = paid(convention, cle, amount, team)
        with pytest.raises(NotAllowed):
            services.payer(convention, cle, NOTHING, actor=consultant)
        services.payer(convention, cle, NOTHING, actor=team, expected_version=row.version)
    assert comptes_of(echeances_of(convention)).paye == 0
    kept = Paiement.objects.get()
    assert kept.montant_demande == Decimal("4000.00") and kept.paye_le is None
    assert JournalEntry.objects.filter(verb="missions.paiement_efface").count() == 2
    with pytest.raises(InvalidInput, match="Donnez le jour"):
        services.payer(convention, other, NOTHING, actor=team)  # nothing is noted there
    asked(convention, other, "8000.01", consultant)  # and it may be asked for


def test_it_is_taken_out_on_its_page_by_emptying_both(client_for, world, convention):
    cle = echeances_of(convention)[0].cle
    row = paid(convention, cle, "4000.00")
    client = client_for(world.user)
    url = reverse("missions:paiement_payer", args=[convention.ingenierie_id, convention.pk, cle])
    assert "Noté par erreur" in client.get(url).content.decode()
    half = client.post(url, {"paye_le": "", "montant_paye": "4 000,00", "version": row.version})
    assert half.status_code == 422 and Paiement.objects.get().paye_le is not None
    assert client.post(url, {"paye_le": "", "montant_paye": "", "version": row.version}).status_code == 302
    assert not Paiement.objects.exists()
    assert client.post(url, {"paye_le": "", "montant_paye": "", "version": 0}).status_code == 422


def test_what_an_avenant_brought_down_to_nothing_is_neither_late_nor_a_date(convention, world, team, clock_at):
    convention.ingenierie.charge_mission = world.user
    convention.ingenierie.save()
    first = echeances_of(convention)[0]
    PaiementPrevu.objects.update(date=dt.date(2026, 12, 1))
    clock_at("2026-12-02 10:00")
    window = Window(dt.date(2026, 11, 1), dt.date(2027, 1, 1), convention.ingenierie_id)
    assert "2\N{NO-BREAK SPACE}échéances passées" in todos(team)[0].detail
    avenant(convention, 1, "2500.00")  # 3 000,00 TTC: nothing is left of the last
    assert "1\N{NO-BREAK SPACE}échéance passée" in todos(team)[0].detail
    (line,) = ECHEANCES.get("paiements").find(team, window)
    assert "3 000,00" in line.title.replace("\u202f", " ").replace("\xa0", " ")
    paid(convention, first.cle, "3000.00")
    assert todos(team) == []


def test_an_avenant_that_raises_the_price_adds_an_amount(convention):
    row = avenant(convention, 1, "11000.01")  # HT: 13 200,01 TTC
    added = echeances_of(convention)[-1]
    assert (added.cle, added.montant) == (f"a{row.pk}", Decimal("1200.00"))
    paid(convention, added.cle, "1200.00")
    assert comptes_of(echeances_of(convention)).prix == Decimal("13200.01")


def test_an_avenant_that_lowers_the_price_takes_it_off_the_last_amounts(convention):
    avenant(convention, 1, "2500.00")  # HT: 3 000,00 TTC, 9 000,01 less
    first, last = echeances_of(convention)
    assert (first.montant, last.montant) == (Decimal("3000.00"), Decimal("0.00"))
    assert last.prevu_initial == Decimal("8000.01")
    assert comptes_of([first, last]).prix == Decimal("3000.00")


def test_what_is_late_is_told_to_who_carries_it_in_one_query(world, convention, team, clock_at, count_queries):
    convention.ingenierie.charge_mission = world.user
    convention.ingenierie.save()
    last = echeances_of(convention)[-1]
    PaiementPrevu.objects.filter(pk=last.prevu.pk).update(date=dt.date(2026, 12, 1))
    assert todos(team) == []
    clock_at("2026-12-02 10:00")
    assert echeances_of(convention)[-1].en_retard(clock.today())
    assert count_queries(lambda: todos(team)) == 1
    (line,) = todos(team)
    assert line.late and "échéance passée" in line.detail
    assert todos(actor_of(member(OrganisationFactory()))) == []
    paid(convention, last.cle, "8000.01")
    assert todos(team) == []
    asked(convention, echeances_of(convention)[0].cle, "4000.00")
    (line,) = todos(team)
    assert not line.late and "demandé" in line.detail
    clock_at("2027-01-20 10:00")
    assert todos(team)[0].late


def test_the_dates_are_in_the_echeancier_done_once_paid(convention, team):
    last = echeances_of(convention)[-1]
    PaiementPrevu.objects.filter(pk=last.prevu.pk).update(date=dt.date(2026, 12, 1))
    window = Window(dt.date(2026, 11, 1), dt.date(2027, 1, 1), convention.ingenierie_id)
    read = ECHEANCES.get("paiements").find
    assert [row.done for row in read(team, window)] == [False]
    paid(convention, last.cle, "8000.01")
    assert [row.done for row in read(team, window)] == [True]


def test_the_budget_says_what_was_paid_and_nobody_types_it_twice(client_for, world, convention):
    def told():
        values = fetch([convention.ingenierie_id], [facts])[convention.ingenierie_id]
        return depenses(values, convention.ingenierie)

    facts.annotations = facts.payes
    assert told() == []
    paid(convention, echeances_of(convention)[0].cle, "4000.00")
    assert (told()[0].paye, told()[0].convenu) == (Decimal("4000.00"), Decimal("12000.01"))
    avenant(convention, 1, "11000.01")
    assert told()[0].convenu == Decimal("13200.01")
    page = client_for(world.user).get(reverse("engagement:budget", args=[convention.ingenierie_id]))
    assert "Payé au prestataire" in page.content.decode()


def test_its_pages(client_for, world, convention, count_queries):
    team, prestataire = client_for(world.user), client_for(world.consultant)
    args = [convention.ingenierie_id, convention.pk]
    cle = echeances_of(convention)[0].cle
    mine = reverse("mission:paiements", args=[convention.pk])
    url = reverse("mission:paiement_demander", args=[convention.pk, cle])
    sent = {"demande_le": "2026-11-20", "montant_demande": "4 000,00", "facture": "F-1"}
    assert prestataire.post(url, sent).status_code == 422  # without its invoice
    assert prestataire.post(url, {**sent, "fichier": remise.pdf("f.pdf")}).status_code == 302
    assert "demandés le" in prestataire.get(mine).content.decode()
    pay = reverse("missions:paiement_payer", args=[*args, cle])
    assert "4 000,00" in team.get(pay).content.decode().replace("\u202f", " ").replace("\xa0", " ")
    row = Paiement.objects.get()
    sent = {"paye_le": "2026-11-20", "montant_paye": "4 000,00", "version": row.version}
    assert team.post(pay, sent).status_code == 302
    assert "payés le" in team.get(reverse("missions:paiements", args=args)).content.decode()
    assert client_for(UserFactory()).get(mine).status_code == 404
    assert client_for(member()).get(pay).status_code == 404
    assert team.get(reverse("missions:paiement_payer", args=[*args, "p0"])).status_code == 404
    last = reverse("missions:paiement_payer", args=[*args, echeances_of(convention)[1].cle])
    assert team.post(last, {**sent, "montant_paye": "8 000,01", "version": 0}).status_code == 302
