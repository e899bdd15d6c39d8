"""The scenarios: several are written, one at most is kept."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import StaleState
from core.models import JournalEntry
from mobilisation.scenarios import services
from mobilisation.scenarios.models import Scenario
from tests.mobilisation.conftest import SYSTEM


def test_one_scenario_only_is_kept(dossier):
    one = services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Un", "rythme": "Mensuel"})
    two = services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Deux"})

    services.keep_scenario(one, actor=SYSTEM)
    services.keep_scenario(two, actor=SYSTEM)
    services.keep_scenario(two, actor=SYSTEM)

    assert list(Scenario.objects.filter(retenu=True)) == [two]
    assert JournalEntry.objects.filter(verb="mobilisation.scenario_retenu").count() == 2
    assert JournalEntry.objects.filter(verb="mobilisation.scenario_ecarte").count() == 1


@pytest.mark.sqlite
def test_the_database_refuses_two_kept_scenarios(dossier):
    Scenario.objects.create(ingenierie=dossier, nom="Un", retenu=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.create(ingenierie=dossier, nom="Deux", retenu=True)


def test_scenarios_are_written_kept_and_withdrawn_on_their_pages(client_for, adviser, dossier):
    client = client_for(adviser)
    client.post(reverse("mobilisation:scenario_nouveau", args=[dossier.pk]), {"nom": "Décentralisé", "lieu": "Bourges"})
    scenario = Scenario.objects.get()
    client.post(
        reverse("mobilisation:scenario", args=[dossier.pk, scenario.pk]),
        {"version": scenario.version, "nom": "Décentralisé", "lieu": "Vierzon"},
    )
    client.post(reverse("mobilisation:scenario_retenir", args=[dossier.pk, scenario.pk]))
    scenario.refresh_from_db()
    assert (scenario.lieu, scenario.retenu) == ("Vierzon", True)
    assert "retenu" in client.get(reverse("mobilisation:projet", args=[dossier.pk])).content.decode()

    url = reverse("mobilisation:scenario_retirer", args=[dossier.pk, scenario.pk])
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 404
    with pytest.raises(StaleState):
        services.remove_scenario(scenario, actor=SYSTEM)
    assert JournalEntry.objects.get(verb="mobilisation.scenario_retire").changes["lieu"] == ["Vierzon", None]
