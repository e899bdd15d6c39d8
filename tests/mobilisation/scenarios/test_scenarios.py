"""The scenarios: several are written, one at most is kept."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import InvalidInput, StaleState
from core.models import JournalEntry
from mobilisation.projet.periode import periode_of
from mobilisation.projet.services import update_projet
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


def _dates(dossier, since, until):
    from core.echeances import ECHEANCES, Window

    window = Window(since, until, dossier.pk)
    codes = ("seances_scenario", "debut_intervention", "fin_intervention")
    return [line.title for code in codes for line in ECHEANCES.get(code).find(SYSTEM, window)]


def test_the_scenario_kept_feeds_the_echeancier_and_the_others_do_not(dossier):
    first, last = dt.date(2027, 3, 1), dt.date(2027, 6, 30)
    values = {"nom": "Un", "date_debut": first, "date_fin": last}
    one = services.add_scenario(dossier, actor=SYSTEM, values=values)
    services.add_date(one, {"date": dt.date(2027, 3, 9), "heure_debut": dt.time(9), "objet": "Ouverture"}, actor=SYSTEM)
    assert _dates(dossier, first, last) == []
    services.keep_scenario(one, actor=SYSTEM)
    told = ["Séance : Ouverture", "Début de l’intervention", "Fin de l’intervention"]
    assert _dates(dossier, first, last) == told
    assert periode_of(dossier).debut == first
    other = services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Deux"})
    services.keep_scenario(other, actor=SYSTEM)
    assert _dates(dossier, first, last) == []


def test_the_dates_settled_in_the_projet_come_before_those_of_the_scenario(dossier):
    values = {"nom": "Un", "date_debut": dt.date(2027, 3, 1), "date_fin": dt.date(2027, 6, 30)}
    services.keep_scenario(services.add_scenario(dossier, actor=SYSTEM, values=values), actor=SYSTEM)
    update_projet(dossier, actor=SYSTEM, expected_version=0, values={"date_debut": dt.date(2027, 4, 1)})
    assert periode_of(dossier).debut == dt.date(2027, 4, 1)
    assert _dates(dossier, dt.date(2027, 3, 1), dt.date(2027, 7, 1)) == ["Début de l’intervention"]


def test_a_session_is_added_and_taken_off_and_its_hours_are_in_order(client_for, adviser, dossier):
    one = services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Un"})
    client, args = client_for(adviser), [dossier.pk, one.pk]
    url = reverse("mobilisation:scenario_date_nouvelle", args=args)
    wrong = {"date": "2027-03-09", "heure_debut": "12:00", "heure_fin": "09:00", "objet": "Ouverture"}
    assert client.post(url, wrong).status_code == 422
    assert client.post(url, {**wrong, "heure_fin": "17:00"}).status_code == 302
    session = one.seances.get()
    assert "Ouverture" in client.get(reverse("mobilisation:projet", args=[dossier.pk])).content.decode()
    other = services.add_scenario(dossier, actor=SYSTEM, values={"nom": "Deux"})
    wrong_place = reverse("mobilisation:scenario_date_retirer", args=[dossier.pk, other.pk, session.pk])
    assert client.post(wrong_place).status_code == 404
    assert client.post(reverse("mobilisation:scenario_date_retirer", args=[*args, session.pk])).status_code == 302
    assert not one.seances.exists()


def test_a_scenario_does_not_end_before_it_begins(dossier):
    with pytest.raises(InvalidInput, match="précède"):
        services.add_scenario(
            dossier,
            actor=SYSTEM,
            values={"nom": "Un", "date_debut": dt.date(2027, 6, 1), "date_fin": dt.date(2027, 5, 1)},
        )
