"""The stepper opens the rooms of each step, its gate, and beside it what crosses the steps."""

from __future__ import annotations

import pytest
from django.urls import reverse
from lxml import html

from core.actor import Actor
from projects.cycle import services
from projects.enums import STEPS
from projects.tabs import TABS
from tests.factories import OrganisationFactory, engaged, identified, individuelle_of, ingenierie_of, member

SYSTEM = Actor.system("recette")

pytestmark = pytest.mark.django_db


@pytest.fixture
def dla():
    return OrganisationFactory()


@pytest.fixture
def reading(client, dla):
    """``reading(route, ingenierie)``: the navigation of that page, as its person reads it."""
    client.force_login(member(dla))

    def read(route, ingenierie):
        page = html.fromstring(client.get(reverse(route, args=[ingenierie.pk])).content)
        return page.xpath("//nav[@aria-label='Parties du dossier']")[0]

    return read


def words(element) -> str:
    return " ".join(element.text_content().split())


def rooms(nav) -> list[list[str]]:
    """The labels of the rooms of each step, gate excepted, as the eye reads them, without their state."""
    return [
        [" ".join(link.xpath("string(text())").split()) for link in step.xpath(".//li[not(@class='gate-entry')]/a")]
        for step in nav.xpath("./ol/li")
    ]


def across(nav) -> list[str]:
    return [words(link).split(" ")[0] for link in nav.xpath("./details[@class='across']//a")]


def test_every_room_stands_in_one_step_of_the_cycle_or_crosses_them():
    assert {tab.step for tab in TABS} <= {None, *STEPS}


def test_the_four_steps_open_their_rooms_and_what_crosses_them_is_beside(reading, dla):
    nav = reading("projects:detail", ingenierie_of(dla))
    assert rooms(nav) == [
        ["Problématique", "Ciblage", "Rôle du DLA", "Structures"],
        ["Partenaires", "Réunions", "Objectifs", "Validation", "Budget", "Fiche"],
        ["Projet d’intervention", "Cahier des charges", "Mise en concurrence", "Convention"],
        ["Mission", "Évaluation", "Capitalisation"],
    ]
    assert across(nav) == ["Présentation", "Démarche", "Échéancier", "Documents", "Journal"]


def test_an_individuelle_has_its_own_rooms_by_the_same_steps(reading, dla):
    nav = reading("projects:detail", individuelle_of(dla))
    assert rooms(nav) == [
        ["Demande et besoins", "Structure"],
        ["Réunions", "Objectifs", "Comité d’appui", "Budget", "Fiche"],
        ["Cahier des charges", "Mise en concurrence", "Convention"],
        ["Mission", "Évaluation", "Capitalisation"],
    ]


@pytest.mark.parametrize(
    ("route", "step"),
    [("engagement:budget", "2"), ("projects:salle_ciblage", "1"), ("projects:etape", "1"), ("projects:journal", "1")],
)
def test_the_room_one_is_in_is_told_and_its_step_alone_is_open(reading, dla, route, step):
    nav = reading(route, ingenierie_of(dla))
    assert len(nav.xpath(".//a[@aria-current='page']")) == 1
    opened = nav.xpath("./ol/li[details[@open]]")
    assert len(opened) == 1 and opened[0] is nav.xpath(f"./ol/li[{step}]")[0]
    assert nav.xpath(".//a[@aria-current='page']")[0].get("href") == reverse(
        route, args=[nav.xpath("string(.//a[1]/@href)").split("/")[2]]
    )


def test_each_step_ends_with_its_gate_and_what_is_missing(reading, dla):
    def gates(ingenierie):
        nav = reading("projects:detail", ingenierie)
        found = [step.xpath(".//li")[-1] for step in nav.xpath("./ol/li")]
        return [(words(gate), bool(gate.xpath("./a"))) for gate in found]

    fresh = gates(ingenierie_of(dla))
    assert fresh[0] == ("Passage d’étape 3 manquent", True)
    assert fresh[1:] == [
        ("Passage d’étape à venir", False),
        ("Passage d’étape à venir", False),
        ("Clôture à venir", False),
    ]
    assert gates(identified(ingenierie_of(dla)))[0] == ("Passage d’étape prêt", True)
    passed = gates(engaged(dla))
    assert passed[0] == ("Passage d’étape franchi", False)
    assert passed[1][1]


def test_a_dossier_left_on_the_way_still_leads_to_its_gate(reading, dla):
    left = engaged(dla)
    services.perform_action(
        left, "abandonner", actor=SYSTEM, reason="Plus de besoin.", expected_state="engager", version=left.version
    )
    nav = reading("projects:detail", left)
    assert [bool(li.xpath(".//li[@class='gate-entry']/a")) for li in nav.xpath("./ol/li")] == [
        False,
        True,
        False,
        False,
    ]


def test_who_only_reads_reads_each_part_of_identifier(client, dla):
    ingenierie = ingenierie_of(dla)
    client.force_login(member(OrganisationFactory(c2ra=True, region=dla.region)))
    for section in ("problematique", "ciblage", "role_dla"):
        page = client.get(reverse(f"projects:salle_{section}", args=[ingenierie.pk]))
        assert page.status_code == 200 and "Modifier" not in page.content.decode()


def test_the_title_says_when_a_form_came_back(client, dla):
    client.force_login(member(dla))
    page = client.post(reverse("projects:create"), {"titre": "", "pilote": str(dla.pk)}).content.decode()
    assert "<title>Erreur · " in page
    assert "<title>Erreur" not in client.get(reverse("projects:create")).content.decode()
