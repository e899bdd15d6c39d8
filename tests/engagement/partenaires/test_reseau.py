"""The picture of the network of an ingénierie, its table, and what they say is missing."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from engagement.partenaires import network, services
from partners.directory.enums import Famille
from tests.engagement.conftest import text, url
from tests.factories import PartenaireFactory

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
HEARD = {"problematique_partagee": "oui", "complementaire": "oui", "interet": "oui", "attentes": "Un bilan."}


@pytest.fixture
def add(ingenierie, actor, world):
    """``add("Nom", "financeurs", roles="…")``: one more partner in the ingénierie."""

    def one(name: str, famille: str = "financeurs", **values):
        partenaire = PartenaireFactory(organisation=world.pilote, name=name, famille=famille)
        return services.add_partenaire(ingenierie, partenaire, actor=actor, values=values)

    return one


def drawn(draw, title: str, rows) -> ElementTree.Element:
    # A picture is well-formed, whatever the names.
    picture = render_to_string("engagement/partenaires/reseau.svg", {"picture": draw(title, rows)}).strip()
    return ElementTree.fromstring(picture)  # noqa: S314


def everyone(add) -> list:
    return [
        add("Ville", "financeurs", **HEARD, comite_pilotage=True, evaluation=True),
        add("C2RA", "reseau_dla", **HEARD),
        add("Union", "reseaux_beneficiaires", **HEARD),
        add("Banque solidaire", "ressources", **HEARD),
    ]


# --- The picture ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [network.wide, network.narrow])
def test_the_ingenierie_is_in_the_middle_and_each_partner_leads_to_what_is_noted(draw, add):
    rows = everyone(add)
    picture = drawn(draw, "Mutualiser la paie", rows)
    said = " ".join(node.text or "" for node in picture.iter(f"{SVG}text"))
    for expected in ("Mutualiser la paie", "Ville", "C2RA", "Union", "Banque solidaire", "Réseau du DLA"):
        assert expected in said
    links = {node.get("href") for node in picture.iter(f"{SVG}a")}
    assert links == {f"#partenaire-{row.pk}" for row in rows}


def test_each_family_has_a_shape_of_its_own_and_the_pilots_are_filled(add):
    assert len(set(network.SHAPES.values())) == len(Famille)
    picture = network.wide("Titre", everyone(add))
    marks = [mark for cluster in picture.clusters for mark in cluster.marks]
    assert {mark.shape for mark in marks} == set(network.SHAPES.values())
    assert [mark.label.split(",")[0] for mark in marks if mark.full] == ["Ville"]


@pytest.mark.parametrize("verdict", ["oui", "non", "a_voir"])
def test_the_line_and_its_words_say_whether_the_problematique_is_shared(add, verdict):
    row = add("Ville", problematique_partagee=verdict)
    picture = network.wide("Titre", [row])
    kinds = {line.kind for line in picture.lines}
    assert network.LINES[verdict] in kinds
    assert network.LINE_WORDS[verdict] in picture.clusters[1].marks[0].label


@pytest.mark.parametrize("draw", [network.wide, network.narrow])
def test_nothing_leaves_the_picture_even_with_forty_partners_of_long_names(draw, add):
    rows = everyone(add) + [add(f"Communauté d’agglomération n° {n} du Grand Territoire rural") for n in range(11)]
    picture = drawn(draw, "Un titre vraiment très long " * 6, rows)
    _, _, width, height = map(float, picture.get("viewBox").split())
    for node in picture.iter(f"{SVG}text"):
        reach = len(node.text) * 8
        x, y = float(node.get("x")), float(node.get("y"))
        left = {"start": x, "middle": x - reach / 2, "end": x - reach}[node.get("text-anchor")]
        assert left >= -2 and left + reach <= width + 2 and 0 < y <= height, node.text
    assert f"et {12 - network.SHOWN} autres, dans la liste" in render_to_string(
        "engagement/partenaires/reseau.svg", {"picture": draw("T", rows)}
    ).replace("\u00a0", " ")


def test_names_are_only_text(add):
    row = add("<script>alert(1)</script> & fils")
    picture = drawn(network.wide, "<b>Gras</b>", [row])
    assert not list(picture.iter(f"{SVG}script"))


# --- The page -------------------------------------------------------------------------------------------------------


def test_the_page_says_each_partner_once_and_draws_the_network_when_asked(client, ingenierie, add):
    rows = everyone(add)
    page = text(client.get(url("partenaires", ingenierie)))
    assert page.count('<svg class="network ') == 2 and "financeurs : 1 partenaire" in page.replace("F", "f")
    listed = re.sub(r"<details.*?</details>", "", page, flags=re.S)
    for row in rows:
        assert f'id="partenaire-{row.pk}"' in listed and f'href="#partenaire-{row.pk}"' not in listed
    assert "<li>comité de pilotage</li><li>évaluation</li>" in listed and "<table" not in page


def test_an_empty_network_shows_no_picture(client, ingenierie):
    page = text(client.get(url("partenaires", ingenierie)))
    assert "<svg class" not in page and "Aucun partenaire pour l’instant" in page


def test_motivations_are_prompted_by_family(client, ingenierie, add):
    row = add("Union", "reseaux_beneficiaires")
    assert "représentativité, sa visibilité, sa place" in text(client.get(url("partenaire", ingenierie, row.pk)))


# --- What is missing ------------------------------------------------------------------------------------------------


def test_a_whole_network_lacks_nothing(add):
    assert network.missing(everyone(add)) == []
    assert network.missing([]) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"contradictions": "Avec la Ville."}, "une contradiction est notée"),
        ({"problematique_partagee": "non"}, "n’est pas partagée par « Autre »"),
        ({"complementaire": "non"}, "doublerait l’existant selon « Autre »"),
        ({"interet": "a_voir"}, "vérifications restent à finir avec « Autre »"),
        ({"attentes": "", "motivations": ""}, "ne sont pas notées pour « Autre »"),
    ],
)
def test_what_is_missing_of_one_partner_is_said(add, values, said):
    found = network.missing([*everyone(add), add("Autre", **{**HEARD, **values})])
    assert len(found) == 1 and said in found[0]


def test_a_contradiction_answered_is_not_missing(add):
    row = add("Autre", **HEARD, contradictions="Avec la Ville.", prise_en_compte="Deux séances distinctes.")
    assert network.missing([*everyone(add), row]) == []


def test_a_family_without_anybody_and_a_comite_without_members_are_said(add):
    found = network.missing([add("Union", "reseaux_beneficiaires", **HEARD)])
    assert "Aucun financeur rencontré." in found
    assert any("comité de pilotage" in sentence for sentence in found)
    assert any("évaluation" in sentence for sentence in found)


def test_many_names_are_counted_rather_than_listed(add):
    rows = [*everyone(add), *(add(f"P{n}", **{**HEARD, "interet": "a_voir"}) for n in range(7))]
    assert any("et 3 autres" in sentence.replace("\u00a0", " ") for sentence in network.missing(rows))
