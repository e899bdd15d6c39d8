"""The projet d'intervention: its sections, the evaluation framework, what they answer to the cycle."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from core.errors import EditConflict
from core.models import JournalEntry
from mobilisation.groupes import services as groupes
from mobilisation.projet import services
from mobilisation.projet.models import CadreEvaluation, ProjetIntervention
from mobilisation.scenarios import services as scenarios
from projects.cycle import gates
from projects.evidence import evidence_for
from tests.factories import OrganisationFactory, member
from tests.mobilisation.conftest import SYSTEM, answer, targeted


def test_reading_the_page_writes_nothing(client_for, adviser, dossier):
    response = client_for(adviser).get(reverse("mobilisation:projet", args=[dossier.pk]))

    assert response.status_code == 200
    assert "Constituer le premier groupe" in response.content.decode()
    assert not ProjetIntervention.objects.exists()
    assert not CadreEvaluation.objects.exists()


def test_a_section_is_saved_and_journaled(client_for, adviser, dossier):
    response = client_for(adviser).post(
        reverse("mobilisation:objectifs", args=[dossier.pk]),
        {"version": "0", "objectifs_collectifs": "Mutualiser l’accueil.", "suites": "Calendrier revu."},
    )

    assert response.status_code == 302
    projet = ProjetIntervention.objects.get(ingenierie=dossier)
    assert projet.objectifs_collectifs == "Mutualiser l’accueil."
    entry = JournalEntry.objects.get(verb="mobilisation.projet")
    assert entry.scope_id == dossier.pk
    assert entry.changes["objectifs_collectifs"] == ["", "Mutualiser l’accueil."]


def test_two_first_writers_of_one_section_are_told_and_lose_nothing(client_for, dla, dossier):
    first, second = client_for(member(dla, first_name="Alix", last_name="Un")), client_for(member(dla))
    url = reverse("mobilisation:objectifs", args=[dossier.pk])
    first.post(url, {"version": "0", "objectifs_collectifs": "Le premier texte."})

    response = second.post(url, {"version": "0", "objectifs_collectifs": "Le second texte."})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Le premier texte." in page
    assert "Le second texte." in page
    assert "Alix Un" in page
    assert ProjetIntervention.objects.get().objectifs_collectifs == "Le premier texte."


def test_two_people_on_two_sections_do_not_meet(dossier):
    services.update_projet(dossier, actor=SYSTEM, expected_version=0, values={"objectifs_collectifs": "A"})

    services.update_projet(dossier, actor=SYSTEM, expected_version=0, values={"temps_pilote": "Au démarrage"})

    projet = ProjetIntervention.objects.get()
    assert (projet.objectifs_collectifs, projet.temps_pilote, projet.version) == ("A", "Au démarrage", 2)
    with pytest.raises(EditConflict):
        services.update_projet(dossier, actor=SYSTEM, expected_version=0, values={"objectifs_collectifs": "B"})


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("4,25", "chiffre après la virgule"),
        ("4,3", "demi-journées"),
        ("0", "au moins une demi-journée"),
        ("-2", "au moins une demi-journée"),
        ("beaucoup", "Saisissez un nombre"),
        ("1e999", ""),
    ],
)
def test_days_are_counted_by_halves(client_for, adviser, dossier, days, words):
    response = client_for(adviser).post(
        reverse("mobilisation:intervention", args=[dossier.pk]), {"version": "0", "jours": days}
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ProjetIntervention.objects.exists()


def test_days_are_told_in_half_days_too(client_for, adviser, dossier):
    client = client_for(adviser)
    client.post(reverse("mobilisation:intervention", args=[dossier.pk]), {"version": "0", "jours": "4,5"})

    page = client.get(reverse("mobilisation:projet", args=[dossier.pk])).content.decode()

    assert ProjetIntervention.objects.get().jours == Decimal("4.5")
    assert "9\u00a0demi-journées" in page


def test_a_text_far_too_long_is_refused_with_words(client_for, adviser, dossier):
    response = client_for(adviser).post(
        reverse("mobilisation:objectifs", args=[dossier.pk]), {"version": "0", "objectifs_collectifs": "é" * 10_001}
    )

    assert response.status_code == 422
    assert "Ce texte est trop long" in response.content.decode()


def test_the_accroche_is_that_of_the_ingenierie_and_the_pilot_s(client_for, dla, dossier):
    url = reverse("mobilisation:accroche", args=[dossier.pk])
    associated = OrganisationFactory()
    from projects.ingenierie.services import update_identite

    update_identite(dossier, actor=SYSTEM, expected_version=None, values={}, many_to_many={"associes": [associated]})
    dossier.refresh_from_db()

    refused = client_for(member(associated)).get(url)
    accepted = client_for(member(dla)).post(url, {"version": dossier.version, "accroche": "Ensemble, autrement"})

    assert refused.status_code == 403
    assert "Cette décision revient au pilote" in refused.content.decode()
    assert accepted.status_code == 302
    dossier.refresh_from_db()
    assert dossier.accroche == "Ensemble, autrement"


def test_pages_cost_the_same_with_one_structure_and_with_thirty(client_for, adviser, dossier, count_queries):
    client = client_for(adviser)
    rows = targeted(dossier, 1)
    groupes.add_groupe(dossier, actor=SYSTEM, values={"nom": "Groupe 0"}, structures=rows)
    scenarios.add_scenario(dossier, actor=SYSTEM, values={"nom": "Scénario 0"})
    urls = [
        reverse("mobilisation:projet", args=[dossier.pk]),
        reverse("mobilisation:groupes", args=[dossier.pk]),
        reverse("mobilisation:groupe_nouveau", args=[dossier.pk]),
    ]
    for url in urls:
        client.get(url)
    before = [count_queries(lambda u=url: client.get(u)) for url in urls]

    rows = targeted(dossier, 30)
    for n in range(1, 6):
        groupes.add_groupe(dossier, actor=SYSTEM, values={"nom": f"Groupe {n}"}, structures=rows[n * 5 : n * 5 + 5])
        scenarios.add_scenario(dossier, actor=SYSTEM, values={"nom": f"Scénario {n}"})

    assert [count_queries(lambda u=url: client.get(u)) for url in urls] == before


def test_the_gate_asks_for_an_adopted_evaluation_framework(dossier):
    assert not answer("cadre_evaluation", dossier).ok
    services.update_cadre_evaluation(
        dossier, actor=SYSTEM, expected_version=None, values={"objet": "La démarche", "registres": ["efficacite"]}
    )
    assert answer("cadre_evaluation", dossier).detail == (
        "il manque les outils et indicateurs, la participation des acteurs"
    )

    services.update_cadre_evaluation(
        dossier,
        actor=SYSTEM,
        expected_version=None,
        values={"outils": "Un questionnaire", "participation_structures": "Elles y répondent"},
    )

    assert answer("cadre_evaluation", dossier).ok


def test_the_conditions_are_those_of_the_gate_of_confirmer(dossier):
    from projects.methodologie import methodology

    codes = {d.code for d in methodology.get(dossier.methodologie_id).gates["confirmer"]}

    assert {"groupes", "cadre_evaluation", "type_ingenierie"} <= codes
    assert gates.CONDITIONS.get("groupes").url(dossier.pk).endswith("/projet-intervention/groupes/")


def test_evidence_is_shown_for_the_actions_of_confirmer(dossier):
    assert not {c for c in evidence_for(dossier) if c.startswith(("confirmer.projet", "confirmer.modalites.cond"))}
    scenario = scenarios.add_scenario(dossier, actor=SYSTEM, values={"nom": "Un"})
    services.update_projet(
        dossier,
        actor=SYSTEM,
        expected_version=None,
        values={"objectifs_collectifs": "Ensemble", "systeme_intervenant": "Un prestataire"},
    )
    groupes.add_groupe(dossier, actor=SYSTEM, values={"nom": "Nord"})

    found = evidence_for(dossier)

    assert found["confirmer.modalites.conditions"].text == "1\u00a0scénario, aucun retenu"
    assert found["confirmer.projet.adaptation"].text == "Objectifs collectifs"
    assert found["confirmer.projet.formalisation"].text == "système intervenant"
    assert found["confirmer.mobilisation.groupes"].text == "1\u00a0groupe, 0\u00a0structure"

    scenarios.keep_scenario(scenario, actor=SYSTEM)
    assert evidence_for(dossier)["confirmer.modalites.conditions"].text == "1\u00a0scénario, un retenu"
