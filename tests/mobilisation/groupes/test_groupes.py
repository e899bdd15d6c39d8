"""The groups of structures: a structure is in one at most, and the gate asks for one that confirmed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.errors import EditConflict, InvalidInput
from core.models import JournalEntry
from mobilisation.groupes import services
from mobilisation.groupes.models import Groupe
from tests.factories import ingenierie_of
from tests.mobilisation.conftest import SYSTEM, answer, targeted


def test_a_structure_put_in_a_group_leaves_the_other(dossier):
    a, b = targeted(dossier, 2)
    one = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=[a, b])
    two = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Sud"}, structures=[b])

    assert list(one.structures.all()) == [a]
    assert list(two.structures.all()) == [b]
    told = JournalEntry.objects.filter(verb="mobilisation.groupe", object_id=one.pk).latest("pk").changes["structures"]
    assert told == [sorted([str(a), str(b)]), [str(a)]]


def test_a_group_takes_no_structure_of_another_ingenierie(client_for, adviser, dossier, dla):
    stranger = targeted(ingenierie_of(dla))[0]

    with pytest.raises(InvalidInput, match="structures de cette ingénierie"):
        services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=[stranger])
    response = client_for(adviser).post(
        reverse("mobilisation:groupe_nouveau", args=[dossier.pk]), {"nom": "Nord", "structures": [stranger.pk]}
    )

    assert response.status_code == 422
    assert not Groupe.objects.exists()


def test_two_groups_do_not_bear_the_same_name(client_for, adviser, dossier):
    services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"})

    response = client_for(adviser).post(reverse("mobilisation:groupe_nouveau", args=[dossier.pk]), {"nom": "Nord"})

    assert response.status_code == 422
    assert "porte déjà ce nom" in response.content.decode()
    other = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Sud"})
    with pytest.raises(InvalidInput):
        services.update_groupe(other, actor=SYSTEM, expected_version=None, values={"nom": "Nord"})


def test_a_stale_group_is_refused_and_nothing_moves(dossier):
    a, b = targeted(dossier, 2)
    groupe = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=[a])
    other = services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Sud"}, structures=[b])
    services.update_groupe(groupe, actor=SYSTEM, expected_version=None, values={"profil": "Changé"})

    with pytest.raises(EditConflict):
        services.update_groupe(
            groupe, actor=SYSTEM, expected_version=groupe.version, values={"profil": "Autre"}, structures=[a, b]
        )

    assert list(other.structures.all()) == [b]


def test_the_groups_page_shows_who_is_where(client_for, adviser, dossier):
    a, b = targeted(dossier, 2)
    services.add_groupe(
        dossier, actor=SYSTEM, values={"nom": "Nord", "vigilance_concurrence": "Deux voisines"}, structures=[a]
    )

    page = client_for(adviser).get(reverse("mobilisation:groupes", args=[dossier.pk])).content.decode()

    assert "1\u00a0structure, 1\u00a0confirmée" in page
    assert "Deux voisines" in page
    assert "Sans groupe" in page
    assert str(b.structure) in page


def test_the_gate_asks_for_a_group_with_a_confirmed_structure(dossier):
    assert answer("groupes", dossier).detail == "aucun groupe"
    (structure,) = targeted(dossier, 1, state="interessee")
    services.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=[structure])
    assert not answer("groupes", dossier).ok

    (confirmed,) = targeted(dossier)
    services.update_groupe(
        Groupe.objects.get(), actor=SYSTEM, expected_version=None, values={}, structures=[structure, confirmed]
    )

    assert answer("groupes", dossier).ok
    assert "1\u00a0structure confirmée" in answer("groupes", dossier).detail
