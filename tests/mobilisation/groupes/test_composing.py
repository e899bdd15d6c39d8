"""Composing groups: the criteria one chose are in view, what the sheets show is said, a structure is moved."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.errors import InvalidInput, StaleState
from core.models import JournalEntry
from mobilisation.groupes import criteres, services
from mobilisation.groupes.models import Groupe, MembreGroupe
from mobilisation.reponses.models import ReponseStructure
from tests.factories import BrancheFactory, OrganisationFactory, ingenierie_of, member
from tests.mobilisation.conftest import SYSTEM, targeted


@pytest.fixture
def two(dossier):
    """Two groups, of three structures and one, and a structure in none."""
    rows = targeted(dossier, 5)
    a = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=rows[:3])
    b = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Sud"}, structures=rows[3:4])
    return rows, a, b


def where(row):
    found = MembreGroupe.objects.filter(structure_ciblee=row).first()
    return found.groupe.nom if found else ""


def move(client, dossier, row, groupe, de):
    url = reverse("mobilisation:groupe_deplacer", args=[dossier.pk])
    data = {"ciblee": row.pk, "groupe": groupe.pk if groupe else "", "de": de.pk if de else ""}
    return client.post(url, data)


def test_a_structure_is_moved_without_any_script_and_each_group_says_so(client_for, adviser, dossier, two):
    rows, a, b = two
    client = client_for(adviser)
    assert move(client, dossier, rows[0], b, a).status_code == 302
    assert move(client, dossier, rows[4], a, None).status_code == 302
    assert move(client, dossier, rows[1], None, a).status_code == 302
    assert [where(row) for row in rows] == ["Sud", "", "Nord", "Sud", "Nord"]
    assert JournalEntry.objects.filter(verb="mobilisation.groupe", object_id=b.pk).exists()


def test_a_structure_somebody_moved_meanwhile_is_not_moved_again(client_for, adviser, dossier, two):
    rows, a, b = two
    services.move_structure(rows[0], None, actor=SYSTEM, seen=a.pk)
    page = move(client_for(adviser), dossier, rows[0], b, a)
    assert page.status_code == 409 and "a changé de groupe entre-temps" in page.content.decode()
    with pytest.raises(StaleState):
        services.move_structure(rows[0], b, actor=SYSTEM, seen=a.pk)
    services.move_structure(rows[0], None, actor=SYSTEM, seen=a.pk)  # twice the same is once
    assert where(rows[0]) == ""


def test_neither_a_structure_that_declined_nor_one_of_another_dossier_is_moved(client_for, adviser, dossier, dla, two):
    _, a, _ = two
    [gone] = targeted(dossier, state="declinee")
    other = ingenierie_of(dla)
    [stranger] = targeted(other)
    elsewhere = services.add_groupe(other, actor=SYSTEM, values={"nom": "Ailleurs"})
    with pytest.raises(InvalidInput, match="n’est plus de l’action"):
        services.move_structure(gone, a, actor=SYSTEM, seen=None)
    client = client_for(adviser)
    assert move(client, dossier, stranger, a, None).status_code == 404
    assert move(client, dossier, gone, elsewhere, None).status_code == 404
    assert move(client_for(member(OrganisationFactory())), dossier, gone, a, None).status_code == 404
    assert move(client_for(member(dla, role="lecture")), dossier, gone, a, None).status_code == 403


def test_the_columns_chosen_are_those_in_view(client_for, adviser, dossier, two):
    rows, _, _ = two
    structure = rows[0].structure
    structure.branche, structure.competences = BrancheFactory(label="Spectacle vivant"), "Deux comptables"
    structure.save()
    ReponseStructure.objects.create(structure_ciblee=rows[0], participants=[{"fonction": "Trésorière", "nombre": 1}])
    url = reverse("mobilisation:groupes", args=[dossier.pk])
    client = client_for(adviser)
    usual = client.get(url).content.decode()
    assert "Spectacle vivant" in usual and "Deux comptables" not in usual
    chosen = client.get(url, {"critere": ["competences", "inconnu"]}).content.decode()
    assert "Deux comptables" in chosen and "Trésorière" in chosen and "Spectacle vivant" not in chosen
    assert list(criteres.CRITERES) == [
        "secteur", "branche", "territoire", "projet", "poids", "competences", "concurrence",
    ]  # fmt: skip


def test_imbalance_and_competition_are_said_and_nothing_is_decided(client_for, adviser, dossier, two):
    rows = two[0]
    for row in rows[:2]:
        row.structure.secteur, row.structure.departement = rows[0].structure.secteur, rows[0].structure.departement
        row.structure.commune = "Gien"
        row.structure.save()
    for row, attentes, niveau in ((rows[0], "oui", "decouvre"), (rows[1], "non", "maitrise")):
        ReponseStructure.objects.create(
            structure_ciblee=row, attentes=attentes, participants=[{"fonction": "X", "niveau": niveau, "nombre": 2}]
        )
    page = client_for(adviser).get(reverse("mobilisation:groupes", args=[dossier.pk])).content.decode()
    assert "Les groupes sont de tailles inégales" in page
    assert f"Même métier, même lieu : {rows[0].structure} et {rows[1].structure}" in page
    assert "Les réponses diffèrent : 1 oui, 1 non" in page
    assert "2 découvre la question, 2 la maîtrise" in page
    assert "4\u00a0participants annoncés" in page
    assert [where(row) for row in rows[:4]] == ["Nord", "Nord", "Nord", "Sud"]


def test_the_four_vigilance_points_bear_their_themes():
    assert [label for _, label, _ in Groupe().points] == [
        "Attentes du même niveau",
        "Risque de concurrence",
        "Similitude sectorielle ou territoriale",
        "Niveau de compétences des participants et maîtrise de la question",
    ]


def test_thirty_structures_cost_as_many_queries_as_five(client_for, adviser, dossier, two, count_queries):
    client, url = client_for(adviser), reverse("mobilisation:groupes", args=[dossier.pk])
    client.get(url)
    before = count_queries(lambda: client.get(url))
    services.update_groupe(
        two[1], actor=SYSTEM, expected_version=None, values={}, structures=[*two[0][:3], *targeted(dossier, 6)]
    )
    assert count_queries(lambda: client.get(url)) == before
