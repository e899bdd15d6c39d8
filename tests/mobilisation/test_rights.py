"""Who reads and who writes the pages of the projet d'intervention."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.errors import NotAllowed
from mobilisation.groupes import services as groupes
from mobilisation.groupes.models import Groupe
from mobilisation.projet import services as projet
from mobilisation.scenarios import services as scenarios
from mobilisation.scenarios.models import Scenario
from tests.factories import OrganisationFactory, actor_of, ingenierie_of, member
from tests.mobilisation.conftest import SYSTEM, targeted


def _routes(dossier, scenario, groupe):
    pk = dossier.pk
    return {
        "get": [
            reverse("mobilisation:projet", args=[pk]),
            reverse("mobilisation:groupes", args=[pk]),
        ],
        "edit": [
            reverse(f"mobilisation:{name}", args=[pk])
            for name in ("objectifs", "intervention", "accroche", "cadre", "scenario_nouveau", "groupe_nouveau")
        ]
        + [
            reverse("mobilisation:scenario", args=[pk, scenario.pk]),
            reverse("mobilisation:groupe", args=[pk, groupe.pk]),
        ],
        "post": [
            reverse("mobilisation:scenario_retenir", args=[pk, scenario.pk]),
            reverse("mobilisation:scenario_retirer", args=[pk, scenario.pk]),
            reverse("mobilisation:groupe_defaire", args=[pk, groupe.pk]),
        ],
    }


@pytest.fixture
def furnished(dossier):
    scenario = scenarios.add_scenario(dossier, actor=SYSTEM, values={"nom": "Un"})
    groupe = groupes.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"}, structures=targeted(dossier))
    return dossier, scenario, groupe


def test_a_neighbouring_dla_meets_a_404_on_every_address(client_for, furnished):
    client = client_for(member(OrganisationFactory()))
    routes = _routes(*furnished)

    for url in routes["get"] + routes["edit"]:
        assert client.get(url).status_code == 404, url
    for url in routes["edit"] + routes["post"]:
        assert client.post(url, {"version": "1", "nom": "x"}).status_code == 404, url
    assert Scenario.objects.get().retenu is False
    assert Groupe.objects.exists()


def test_who_reads_only_may_read_and_not_write(client_for, dla, furnished):
    for user in (member(dla, role="lecture"), member(OrganisationFactory(c2ra=True))):
        client = client_for(user)
        routes = _routes(*furnished)
        for url in routes["get"]:
            assert client.get(url).status_code == 200, url
        for url in routes["edit"] + routes["post"]:
            assert client.post(url, {"version": "1", "nom": "x"}).status_code == 403, url
        with pytest.raises(NotAllowed):
            projet.update_projet(furnished[0], actor=actor_of(user), expected_version=0, values={"suites": "x"})


def test_an_id_of_another_dossier_of_one_s_own_is_a_404(client_for, adviser, dla, furnished):
    other = ingenierie_of(dla)
    client = client_for(adviser)
    _, scenario, groupe = furnished

    for name, pk in (("scenario", scenario.pk), ("groupe", groupe.pk)):
        assert client.get(reverse(f"mobilisation:{name}", args=[other.pk, pk])).status_code == 404
    for name, pk in (
        ("scenario_retenir", scenario.pk), ("scenario_retirer", scenario.pk), ("groupe_defaire", groupe.pk),
    ):  # fmt: skip
        assert client.post(reverse(f"mobilisation:{name}", args=[other.pk, pk])).status_code == 404


def test_a_reader_never_changes_anything_by_following_a_link(client_for, adviser, furnished):
    client = client_for(adviser)

    for url in _routes(*furnished)["post"]:
        assert client.get(url).status_code == 405, url


def test_a_closed_ingenierie_is_read_only(client_for, adviser, furnished):
    from projects.cycle.services import perform_action

    dossier = furnished[0]
    dossier.refresh_from_db()
    perform_action(
        dossier, "abandonner", actor=SYSTEM, expected_state="identifier", version=dossier.version, reason="Fini"
    )

    response = client_for(adviser).post(reverse("mobilisation:objectifs", args=[dossier.pk]), {"version": "0"})

    assert response.status_code == 403
    assert "rouvrez-la" in response.content.decode()
