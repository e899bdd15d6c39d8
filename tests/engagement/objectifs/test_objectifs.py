"""Objectives and expected results."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core import journal
from core.errors import EditConflict, InvalidInput
from engagement.objectifs import services, summary
from engagement.objectifs.enums import ObjectifOperationnel, ObjectifStrategique
from engagement.objectifs.models import Objectif, ObjectifsProjet, ResultatAttendu
from tests.engagement.conftest import text, url

pytestmark = pytest.mark.django_db


def test_the_framework_has_its_four_strategic_and_six_operational_objectives():
    assert len(ObjectifStrategique.values) == 4 and len(ObjectifOperationnel.values) == 6
    assert not set(ObjectifStrategique.values) & set(ObjectifOperationnel.values)
    assert ObjectifStrategique("consolider").label == "Consolider et développer les activités d’utilité sociale"


def test_objectives_are_ticked_made_precise_and_completed_by_ones_own(client, ingenierie):
    data = {
        "version": 0,
        "retenu_consolider": "on",
        "precision_consolider": "Les offices de tourisme.",
        "retenu_innovation": "on",
        "propres_operationnel": "Former les équipes\n\n  Former les équipes \nOutiller les bureaux",
        "objet": "La démarche entière.",
        "raisons": "Rendre compte.",
    }
    assert client.post(url("objectifs_modifier", ingenierie), data).status_code == 302
    lus = summary.objectifs_of(ingenierie.pk)
    assert [o.code for o in lus.strategiques] == ["consolider"]
    assert lus.strategiques[0].texte.endswith("utilité sociale : Les offices de tourisme.")
    assert [o.label for o in lus.operationnels][1:] == ["Former les équipes", "Outiller les bureaux"]
    assert (lus.objet, lus.version) == ("La démarche entière.", 1)
    page = text(client.get(url("objectifs", ingenierie)))
    assert "Les offices de tourisme." in page and "Rendre compte." in page


def test_reading_the_pages_writes_nothing(client, ingenierie):
    for route in ("objectifs", "objectifs_modifier", "validation", "budget", "budget_cadre"):
        assert client.get(url(route, ingenierie)).status_code == 200
    assert not ObjectifsProjet.objects.exists()


def test_a_precision_without_its_objective_is_told_not_lost(client, ingenierie):
    data = {"version": 0, "precision_consolider": "Les offices."}
    answer = client.post(url("objectifs_modifier", ingenierie), data)
    assert answer.status_code == 422 and "Les offices." in text(answer) and "Cochez cet objectif" in text(answer)


def test_an_own_objective_stays_the_same_row_when_others_change(ingenierie, actor):
    services.set_objectifs(ingenierie, actor=actor, propres_strategiques=["Le nôtre", "Un autre"])
    kept = Objectif.objects.get(texte="Le nôtre").pk
    services.set_objectifs(ingenierie, actor=actor, propres_strategiques=["Un nouveau", "Le nôtre"])
    assert Objectif.objects.get(texte="Le nôtre").pk == kept
    assert [o.label for o in summary.objectifs_of(ingenierie.pk).strategiques] == ["Un nouveau", "Le nôtre"]


def test_the_journal_says_which_objective_in_words(ingenierie, actor):
    services.set_objectifs(ingenierie, actor=actor, strategiques={"consolider": "Le sport."})
    line = journal.describe(journal.entries_for(ingenierie)[:1])[0]
    assert line.sentence == "a modifié les objectifs"
    assert {(c.label, c.after) for c in line.changes} == {
        ("Objectif stratégique « Consolider et développer les activités d’utilité sociale »", "oui"),
        ("Précision sur « Consolider et développer les activités d’utilité sociale »", "Le sport."),
    }


def test_saving_the_same_objectives_twice_writes_once(ingenierie, actor):
    for _ in range(2):
        services.set_objectifs(ingenierie, actor=actor, strategiques=["consolider"])
    assert journal.entries_for(ingenierie).filter(verb="engagement.objectifs").count() == 1


def test_unknown_codes_and_too_many_objectives_are_refused(ingenierie, actor):
    for wrong in (
        {"strategiques": ["innovation"]},
        {"operationnels": ["n’importe quoi"]},
        {"propres_strategiques": [f"Objectif {n}" for n in range(21)]},
        {"propres_strategiques": ["x" * 501]},
    ):
        with pytest.raises(InvalidInput):
            services.set_objectifs(ingenierie, actor=actor, **wrong)
    assert not Objectif.objects.exists()


def test_two_people_on_the_objectives_the_second_loses_nothing_and_undoes_nothing(as_, ingenierie, world):
    services.set_objectifs(
        ingenierie, actor=world.actor("associe"), strategiques=["dynamiques"], objet="Les interventions."
    )
    data = {"version": 0, "retenu_consolider": "on", "raisons": "Rendre compte."}
    answer = as_("pilote").post(url("objectifs_modifier", ingenierie), data)
    page = text(answer)
    assert answer.status_code == 409 and "Alix Associé" in page
    assert "Rendre compte." in page
    # What she had not touched and Alix changed is taken over in the form.
    assert 'name="retenu_dynamiques" class="checkboxinput form-check-input" id="id_retenu_dynamiques" checked' in page
    assert [o.code for o in summary.objectifs_of(ingenierie.pk).strategiques] == ["dynamiques"]
    with pytest.raises(EditConflict):
        services.set_objectifs(ingenierie, actor=world.actor("pilote"), strategiques=["consolider"], expected_version=0)


# --- Expected results -----------------------------------------------------------------------------------------------


def _add(client, ingenierie, **values):
    data = {f"resultat-{k}": v for k, v in {"libelle": "30 associations", "nature": "quantitatif", **values}.items()}
    return client.post(url("resultat_ajouter", ingenierie), data)


def test_a_result_is_added_changed_and_taken_out(client, ingenierie):
    target = {"cible_nombre": "1 234,50", "cible_unite": "heures", "cible": "Un tiers en plus"}
    way = {"mesure_source": "Feuilles d’émargement", "mesure_quand": "à six mois"}
    assert _add(client, ingenierie, **target, **way).status_code == 302
    row = ResultatAttendu.objects.get()
    assert row.cible_nombre == Decimal("1234.50")
    shown = text(client.get(url("objectifs", ingenierie)))
    assert "1 234,5 heures (Un tiers en plus)" in shown and "Feuilles d’émargement · à six mois" in shown
    data = {"libelle": "36 associations", "nature": "quantitatif", "cible_nombre": "36", "version": row.version}
    assert client.post(url("resultat", ingenierie, row.pk), data).status_code == 302
    row.refresh_from_db()
    assert (row.libelle, row.cible_dite, row.version) == ("36 associations", "36", 2)
    assert client.post(url("resultat_retirer", ingenierie, row.pk), {"version": 1}).status_code == 409
    assert client.post(url("resultat_retirer", ingenierie, row.pk), {"version": 2}).status_code == 302
    assert not ResultatAttendu.objects.exists()


def test_a_double_click_adds_a_result_once(client, ingenierie):
    assert _add(client, ingenierie).status_code == 302
    again = _add(client, ingenierie, libelle="30 ASSOCIATIONS")
    assert again.status_code == 422 and "déjà dans la liste" in text(again)
    assert ResultatAttendu.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"cible_nombre": "-3"}, {"cible_nombre": "1,234"}, {"cible_nombre": "beaucoup"}, {"cible_unite": "heures"}],
)
def test_a_wrong_target_is_refused_with_words(client, ingenierie, actor, wrong):
    answer = _add(client, ingenierie, **wrong)
    assert answer.status_code == 422 and "À corriger" in text(answer)
    with pytest.raises(InvalidInput):
        services.add_resultat(ingenierie, {"libelle": "Un", **wrong}, actor=actor)
    assert not ResultatAttendu.objects.exists()


def test_a_result_without_words_is_refused(client, ingenierie):
    assert _add(client, ingenierie, libelle="").status_code == 422
    assert not ResultatAttendu.objects.exists()


def test_results_are_fixed_with_their_targets_then_neither_change_nor_leave(client, ingenierie, actor):
    row = services.add_resultat(ingenierie, {"libelle": "Associations", "nature": "quantitatif"}, actor=actor)
    refused = client.post(url("resultats_fixer", ingenierie))
    assert refused.status_code == 422 and "Donnez une cible chiffrée" in text(refused)
    services.update_resultat(row, {"cible": "une trentaine"}, actor=actor, expected_version=None)
    assert client.post(url("resultats_fixer", ingenierie)).status_code == 422
    services.update_resultat(row, {"cible_nombre": "30"}, actor=actor, expected_version=None)
    assert client.post(url("resultats_fixer", ingenierie)).status_code == 302
    row.refresh_from_db()
    assert row.fixe
    assert client.get(url("resultat", ingenierie, row.pk)).status_code == 403
    assert client.post(url("resultat_retirer", ingenierie, row.pk), {"version": row.version}).status_code == 422
    assert client.post(url("resultats_rouvrir", ingenierie)).status_code == 302
    row.refresh_from_db()
    assert not row.fixe
    assert client.post(url("resultats_fixer", ingenierie)).status_code == 302


def test_results_are_not_fixed_when_there_are_none(client, ingenierie):
    assert client.post(url("resultats_fixer", ingenierie)).status_code == 422


def test_the_whole_list_is_replaced_or_nothing(ingenierie, actor):
    services.set_resultats(ingenierie, [{"libelle": "Un"}, {"libelle": "Deux"}], actor=actor)
    with pytest.raises(InvalidInput):
        services.set_resultats(ingenierie, [{"libelle": "Trois"}, {"libelle": ""}], actor=actor)
    assert [r.libelle for r in summary.resultats_of(ingenierie.pk)] == ["Un", "Deux"]


def test_a_stale_result_keeps_ones_own_text(as_, ingenierie, world):
    row = services.add_resultat(ingenierie, {"libelle": "Associations"}, actor=world.actor("pilote"))
    services.update_resultat(row, {"cible": "30"}, actor=world.actor("associe"), expected_version=1)
    data = {"libelle": "Mes associations", "nature": "qualitatif", "version": 1}
    answer = as_("pilote").post(url("resultat", ingenierie, row.pk), data)
    assert answer.status_code == 409 and "Mes associations" in text(answer) and "Alix Associé" in text(answer)


def test_the_page_costs_the_same_for_1_and_30_rows(client, ingenierie, actor, count_queries):
    path = url("objectifs", ingenierie)
    services.add_resultat(ingenierie, {"libelle": "Premier"}, actor=actor)
    client.get(path)
    few = count_queries(lambda: client.get(path))
    services.set_resultats(ingenierie, [{"libelle": f"Résultat {n}"} for n in range(30)], actor=actor)
    services.set_objectifs(ingenierie, actor=actor, propres_strategiques=[f"Objectif {n}" for n in range(15)])
    assert count_queries(lambda: client.get(path)) == few <= 12
