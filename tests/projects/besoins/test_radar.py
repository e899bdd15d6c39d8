"""The need radar: what it counts, for whom, and the ingénierie that starts from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.errors import InvalidInput
from projects.besoins import radar
from projects.besoins.services import besoins as services
from projects.ingenierie.models import Ingenierie
from referentiels import lists
from structures.diagnostics import services as diagnostics
from structures.diagnostics.models import Besoin
from structures.plans.models import LignePlan, PlanAccompagnement
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    SecteurFactory,
    StructureFactory,
    TypePrestationFactory,
    diagnostic_of,
    member,
    member_actor,
)
from tests.marks import mark_of
from tests.strict import StrictClient

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
TOUT = radar.Question(periode="tout")


@pytest.fixture(autouse=True)
def fresh_lists():
    lists.forget()
    yield
    lists.forget()


@pytest.fixture
def dla():
    return OrganisationFactory()


@pytest.fixture
def finance():
    return TypePrestationFactory(code="finance-recette", label="Gestion financière")


@pytest.fixture
def emploi():
    return TypePrestationFactory(code="emploi-recette", label="Management et GRH")


def structure(dla, **values):
    values.setdefault("etp", Decimal("2.50"))
    return StructureFactory(organisation=dla, departement=dla.departements.first(), **values)


def test_it_counts_structures_and_jobs_once_per_cell_row_and_column(dla, finance, emploi):
    sport, culture = SecteurFactory(sport=True), SecteurFactory(culture=True)
    one, two = structure(dla, secteur=sport), structure(dla, secteur=culture, etp=Decimal("4.00"))
    diagnostic_of(one, shared=True, needs=[finance, finance, emploi])
    diagnostic_of(two, shared=True, needs=[finance])
    found = radar.matrix(TOUT, member_actor(dla))
    assert found.cells == {
        (sport.pk, finance.pk): radar.Tally(1, Decimal("2.50")),
        (sport.pk, emploi.pk): radar.Tally(1, Decimal("2.50")),
        (culture.pk, finance.pk): radar.Tally(1, Decimal("4.00")),
    }
    assert found.rows == {sport.pk: radar.Tally(1, Decimal("2.50")), culture.pk: radar.Tally(1, Decimal("4.00"))}
    assert found.themes[finance.pk] == radar.Tally(2, Decimal("6.50"))
    assert found.total == radar.Tally(2, Decimal("6.50"))


def test_what_was_not_shared_and_structures_set_aside_do_not_count(dla, finance):
    diagnostic_of(structure(dla), needs=[finance])
    closed = structure(dla)
    diagnostic_of(closed, shared=True, needs=[finance])
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    assert radar.matrix(TOUT, member_actor(dla)).total == radar.NONE


def test_each_reads_its_own_needs(dla, finance):
    neighbour = OrganisationFactory(region=dla.region)
    far = OrganisationFactory(region=RegionFactory(bretagne=True))
    for organisation in (dla, neighbour, far):
        diagnostic_of(structure(organisation), shared=True, needs=[finance])
    c2ra = OrganisationFactory(c2ra=True, region=dla.region)
    counts = {
        who: radar.matrix(TOUT, member_actor(who)).total.structures
        for who in (dla, neighbour, far, c2ra, OrganisationFactory(avise=True), OrganisationFactory(cnar=True))
    }
    assert list(counts.values()) == [1, 1, 1, 2, 3, 0]
    by_dla = radar.matrix(radar.Question(axe="dla", periode="tout"), member_actor(c2ra))
    assert set(by_dla.rows) == {dla.pk, neighbour.pk}


def test_filters_narrow_what_is_counted(dla, finance, emploi, clock_at):
    clock_at("2026-11-21 10:00")
    sport, culture = SecteurFactory(sport=True), SecteurFactory(culture=True)
    recent, old = structure(dla, secteur=sport), structure(dla, secteur=culture)
    diagnostic_of(recent, shared=True, needs=[finance], date=dt.date(2026, 5, 1))
    diagnostic_of(old, shared=True, needs=[emploi], date=dt.date(2023, 5, 1))
    Besoin.objects.filter(structure=old).update(priorite=1, exprime=False, identifie=True)
    actor = member_actor(dla)
    lists.forget()

    def counted(**params):
        question = radar.asked(params, actor)
        assert (
            set(radar.structures(question, actor))
            == {
                s
                for s in (recent, old)
                if s.pk in set(radar.needs(question, actor).values_list("structure", flat=True))
            }
            or question.secteur
            or question.departement
        )
        return radar.matrix(question, actor).total.structures

    assert counted() == 1
    assert counted(periode="tout") == 2
    assert counted(periode="12", priorite="1") == 0
    assert counted(periode="tout", priorite="1") == 1
    assert counted(periode="tout", origine="identifie") == 1
    assert counted(periode="tout", secteur="sport") == 1
    assert counted(periode="tout", theme=emploi.code) == 1
    assert counted(periode="tout", departement=recent.departement.code) == 2
    assert radar.since(radar.Question(periode="12")) == dt.date(2025, 11, 21)


def test_the_state_of_a_need_is_that_of_the_rows_of_plans_that_answer_it(dla, finance):
    alone, planned, done = (structure(dla) for _ in range(3))
    for s in (alone, planned, done):
        diagnostic_of(s, shared=True, needs=[finance])
    for s, etat in ((planned, "en_cours"), (done, "fait")):
        plan = PlanAccompagnement.objects.create(structure=s, organisation=dla)
        LignePlan.objects.create(
            plan=plan, organisation=dla, besoin=s.besoins.get(), difficulte="Trésorerie.", etat=etat
        )
    actor = member_actor(dla)
    for etat, expected in (("sans_action", alone), ("dans_un_plan", planned), ("traite", done)):
        assert list(radar.structures(radar.Question(periode="tout", etat=etat), actor)) == [expected]


def test_an_address_that_is_not_understood_asks_the_default_question(dla):
    actor = member_actor(dla)
    wrong = {"axe": "dla", "periode": "99", "theme": "x", "priorite": "9", "etat": "?", "dla": "1-x"}
    assert radar.asked(wrong, actor) == radar.Question()
    question = radar.Question(axe="departement", periode="tout", priorite="1")
    assert radar.asked(question.params(), actor) == question


def test_the_ingenierie_starts_with_the_structures_the_theme_and_the_needs_quoted(dla, finance):
    one, two = structure(dla, name="Club nautique"), structure(dla, name="Amis du livre")
    for s in (one, two):
        diagnostic_of(s, shared=True, needs=[finance])
    actor = member_actor(dla)
    made = services.open_from_needs([one.pk, two.pk], TOUT, actor=actor, titre="Tenir ses comptes", theme=finance)
    assert {c.structure for c in made.structures_ciblees.all()} == {one, two}
    assert list(made.themes.all()) == [finance]
    assert made.problematique.origines == ["diagnostics"]
    assert made.problematique.besoins.splitlines() == [
        f"- Amis du livre ({two.departement.code}) : Être aidée : Gestion financière.",
        f"- Club nautique ({one.departement.code}) : Être aidée : Gestion financière.",
    ]
    assert "2 diagnostics partagés" in made.problematique.origines_precisions.replace("\u00a0", " ")


def test_a_structure_of_another_directory_or_without_the_need_opens_nothing(dla, finance):
    stranger, without = structure(OrganisationFactory(region=dla.region)), structure(dla)
    diagnostic_of(stranger, shared=True, needs=[finance])
    for wrong in ([stranger.pk], [without.pk], [], [999_999]):
        with pytest.raises(InvalidInput):
            services.open_from_needs(wrong, TOUT, actor=member_actor(dla), titre="Prise", theme=finance)
    assert not Ingenierie.objects.exists()


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(dla):
    client = StrictClient()
    client.force_login(member(dla))
    return client


def test_three_diagnostics_lead_to_an_ingenierie_by_the_pages(client, dla, finance):
    sport = SecteurFactory(sport=True)
    three = [structure(dla, name=f"Club {n}", secteur=sport) for n in range(3)]
    for s in three:
        diagnostic_of(s, shared=True, needs=[finance])
    lists.forget()
    page = client.get(reverse("besoins:radar")).content.decode()
    assert "3 structures, 7,5 ETP" in page.replace("\u00a0", " ").replace("\u202f", " ") and "heat-5" in page
    cell = f"{reverse('besoins:structures')}?secteur=sport&amp;theme={finance.code}"
    other = f"{reverse('besoins:structures')}?theme={finance.code}&amp;secteur=sport"
    assert cell in page or other in page
    listed = client.get(reverse("besoins:structures"), {"theme": finance.code, "secteur": "sport"}).content.decode()
    assert "Club 1" in listed and "Être aidée" in listed
    url = reverse("besoins:ouvrir")
    query = f"?theme={finance.code}&structure={three[0].pk}&structure={three[2].pk}"
    form = client.get(url + query)
    assert "Club 0" in form.content.decode() and "Club 1" not in form.content.decode()
    assert client.post(url + query, {"titre": ""}).status_code == 422
    typed = {"titre": "Mutualiser la comptabilité", **mark_of(client, url + query)}
    first, again = (client.post(url + query, typed) for _ in range(2))
    made = Ingenierie.objects.get()
    assert first["Location"] == again["Location"] == reverse("projects:detail", args=[made.pk])
    assert made.structures_retenues == 2
    csv = client.get(reverse("besoins:radar"), {"export": "csv"}).content.decode("utf-8-sig")
    assert "Sport;Gestion financière;3;7,50" in csv
    rows = client.get(reverse("besoins:structures"), {"export": "csv"}).content.decode("utf-8-sig")
    assert rows.count("Être aidée") == 3


def test_ids_of_the_address_are_checked_too(client, dla, finance):
    stranger = structure(OrganisationFactory(region=dla.region), name="Chez les voisins")
    diagnostic_of(stranger, shared=True, needs=[finance])
    url = f"{reverse('besoins:ouvrir')}?structure={stranger.pk}"
    assert client.get(url).status_code == 302
    assert client.post(url, {"titre": "Prise"}).status_code == 302
    assert client.get(f"{reverse('besoins:ouvrir')}?structure=1-x").status_code == 404
    assert "Chez les voisins" not in client.get(reverse("besoins:structures") + "?periode=tout").content.decode()
    assert not Ingenierie.objects.exists()


def test_thirty_structures_cost_the_queries_of_one(client, dla, finance, count_queries):
    def fill(number):
        for _ in range(number):
            diagnostic_of(structure(dla, secteur=SecteurFactory()), shared=True, needs=[finance])

    fill(1)
    pages = (reverse("besoins:radar"), reverse("besoins:structures"))
    for page in pages:
        client.get(page)
    one = [count_queries(lambda page=page: client.get(page)) for page in pages]
    fill(29)
    lists.forget()
    for page in pages:
        client.get(page)
    assert [count_queries(lambda page=page: client.get(page)) for page in pages] == one


def test_a_diagnostic_taken_up_again_stays_counted(dla, finance):
    diagnostic = diagnostic_of(structure(dla), shared=True, needs=[finance])
    system, why = Actor.system("recette"), "Un chiffre à corriger."
    diagnostics.perform_action(diagnostic, "reprendre", actor=system, expected_state="partage", reason=why)
    assert radar.matrix(TOUT, member_actor(dla)).total.structures == 1
    assert clock.today() >= Besoin.objects.get().date
