"""What the dossier proposes to a monographie: each thing from where it is written, conflicts told and never settled."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db.models import QuerySet
from django.test import Client

from capitalisation.recits import connus_beneficiaire, connus_monographie
from capitalisation.recits.enums import Genre
from capitalisation.recits.services import ecriture
from core import clock
from engagement.objectifs.models import Objectif
from engagement.partenaires.models import PartenaireProjet
from engagement.presentation.models import ActionStructures
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.models import Repondant
from missions.conventions.models import Convention, EtapeConvention
from missions.rapports.models import EtapeRapport, RapportFinal, ResultatRapport
from missions.seances.models import Seance
from missions.suivi.models import EtapeSuivi, FicheSuivi
from mobilisation.projet.models import ProjetIntervention
from projects.identification.models import Ciblage, Problematique
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from projects.plans.models import LigneIngenierie
from projects.structures_ciblees.models import StructureCiblee
from referentiels import lists
from referentiels.models import Departement, Secteur, TypePrestation
from structures.plans.models import LignePlan
from tests.capitalisation import scene
from tests.evaluation.grilles import world
from tests.evaluation.resultats import results
from tests.evaluation.synthese import scene as synthese
from tests.factories import PartenaireFactory, StructureFactory, diagnostic_of, plan_of

pytestmark = pytest.mark.django_db


def _partner(ingenierie, name, famille, **values):
    sheet = PartenaireFactory(organisation=ingenierie.pilote, name=name, famille=famille)
    PartenaireProjet.objects.create(ingenierie=ingenierie, partenaire=sheet, famille=famille, **values)


def _mission(w) -> Ingenierie:
    """Nine days and a half agreed, eight and a half in the stages, two held: nothing agrees."""
    convention, ingenierie = w.convention, w.ingenierie
    QuerySet(Convention).filter(pk=convention.pk).update(prix=Decimal("11302.00"), base="ttc", objet="Éclairer.")
    stages = [
        EtapeConvention.objects.create(
            convention=convention, ordre=n, intitule=f"Étape {n}", duree=Decimal(days), objectif="Y voir clair.",
            outils="Un questionnaire.", contenu="Prévu.",
        )
        for n, days in enumerate(("2.0", "3.5", "3.0"), 1)
    ]  # fmt: skip
    fiche = FicheSuivi.objects.filter(convention=convention).first() or FicheSuivi.objects.create(convention=convention)
    row = EtapeSuivi.objects.create(fiche=fiche, etape=stages[0], ordre=1, intitule="Étape 1", fait_le=clock.today())
    rapport = RapportFinal.objects.create(
        convention=convention, state="remis", remis_le=clock.now(), deroulement="Sans heurt.", effets="Deux voisines."
    )
    EtapeRapport.objects.create(
        rapport=rapport, etape=row, contenu="Fait.", methodes="Des entretiens.", difficultes="Des absents."
    )
    ResultatRapport.objects.create(rapport=rapport, attendu="Un plan", atteint="Un plan par structure")
    held = {"heure_debut": dt.time(9), "heure_fin": dt.time(17), "state": "tenue", "jours": Decimal(1)}
    for n, days in enumerate((90, 10)):
        one = {"structure": ingenierie.structures_ciblees.first()} if n else {}
        day = clock.today() - dt.timedelta(days=days)
        Seance.objects.create(
            convention=convention, nature="collective", titre=f"Séance {n}", date=day, **held, **one
        )  # fmt: skip
    return ingenierie


def _lived() -> SimpleNamespace:
    w = world.collective("9.5")
    ingenierie = _mission(w)
    QuerySet(Ingenierie).filter(pk=ingenierie.pk).update(type_ingenierie="reponse_collective", structures_annoncees=12)
    ingenierie.departements.set([lists.by_code(Departement)[code] for code in ("37", "63")])
    ingenierie.secteurs.set([lists.by_code(Secteur)["environnement"]])
    ingenierie.themes.set([lists.by_code(TypePrestation)[code] for code in ("gestion-financiere", "mutualisation")])
    Problematique.objects.update_or_create(
        ingenierie=ingenierie,
        defaults={
            "contexte": "La fiscalité inquiète.",
            "besoins": "Y voir clair.",
            "origines": ["diagnostics", "structures"],
        },
    )
    Ciblage.objects.update_or_create(ingenierie=ingenierie, defaults={"territoire": "Deux départements."})
    Objectif.objects.create(ingenierie=ingenierie, nature="operationnel", texte="Dire son métier")
    _partner(ingenierie, "Réseau des recycleries", "reseaux_beneficiaires", groupe_travail=True, roles="relais")
    _partner(ingenierie, "Conseil régional", "financeurs", comite_pilotage=True)
    action = {"types_intervention": ["information", "accompagnement_individuel"], "contenus": "- La TVA"}
    ActionStructures.objects.update_or_create(ingenierie=ingenierie, defaults=action)
    projet = {"jours": Decimal("9.5"), "systeme_intervenant": "Un cabinet."}
    ProjetIntervention.objects.update_or_create(ingenierie=ingenierie, defaults=projet)
    structure = ingenierie.structures_ciblees.first()
    ligne = plan_of(structure.structure).lignes.first()
    QuerySet(LignePlan).filter(pk=ligne.pk).update(action="Séparer les activités")
    LigneIngenierie.objects.create(ligne=ligne, ingenierie=ingenierie, rattachee_par="Recette")
    touch(ingenierie.pk, structures=True)
    ingenierie = Ingenierie.objects.select_related("pilote__region").get(pk=ingenierie.pk)
    synthese.shared(ingenierie)
    scene.written(ingenierie)
    asked = results.filled(results.asked(ingenierie))
    asking.perform_action(asked, "clore", actor=scene.SYSTEM, expected_state="ouvert")
    return SimpleNamespace(
        ingenierie=Ingenierie.objects.select_related("pilote__region").get(pk=ingenierie.pk), user=w.user
    )


@pytest.fixture(scope="module")
def made(shared):
    return shared(_lived)


@pytest.fixture
def w(made, db):
    return copy.deepcopy(made)


@pytest.fixture
def told(w):
    return connus_monographie.propositions(w.ingenierie)


def test_each_proposition_says_where_it_comes_from_on_a_page_one_may_open(told, w, client_for):
    client: Client = client_for(w.user)
    addresses = {one.url for one in told.values()}
    assert all(one.source_detail for one in told.values())
    assert {client.get(url, follow=True).status_code for url in addresses} == {200}


def test_beneficiaries_are_those_that_came_beside_those_that_could(told):
    assert told["beneficiaires"].valeur[0] == "4\xa0structures engagées, sur 12 qui pouvaient l’être"
    assert told["cle_nombre"].valeur == {"valeur": 4, "precision": ""}
    for code in ("beneficiaires", "cle_nombre"):
        assert "12 annoncées, 4 confirmées" in told[code].note.replace("\xa0", " ")


def test_days_that_differ_are_told_each_with_a_note(told):
    assert told["cle_journees"].valeur["valeur"] == "9.5"
    note = told["cout"].note.replace("\xa0", " ")
    assert "9,5 jours (le projet d’intervention, la convention)" in note
    assert "8,5 jours (les étapes de la mission)" in note and "2 jours (les séances tenues)" in note
    assert "8,5" in told["etapes"].note and "9,5" in told["etapes"].note
    assert [row["jours"] for row in told["etapes"].valeur] == ["2.0", "3.5", "3.0"]


def test_the_cost_is_the_price_agreed(told):
    assert told["cout"].valeur == [{"libelle": "", "montant": "11302.00", "taxes": "TTC", "jours": "9.5"}]
    assert told["cout"].source_detail == "prix convenu"


def test_stages_are_as_the_report_tells_them_else_as_they_were_planned(told):
    first, second, _ = told["etapes"].valeur
    assert (first["texte"], first["methodes"]) == ("Fait.", "Des entretiens.")
    assert (second["texte"], second["methodes"]) == ("Prévu.", "Un questionnaire.")
    assert told["deroulement"].valeur == "Sans heurt."


def test_the_key_is_read_in_the_dossier(told):
    found = {code: one.valeur.get("code") for code, one in told.items() if isinstance(one.valeur, dict)}
    assert found["cle_pilotage"] == "dlas"
    assert found["cle_type"] == "reponse_collective"
    assert found["cle_problematique"] == "diagnostics"
    assert found["cle_systeme"] == "un"
    assert found["cle_echelle"] == "interdepartemental"
    assert found["cle_mode"] == "etalee"
    assert found["cle_methode"] == "alternance"
    assert "2 régions" in told["cle_echelle"].valeur["precision"].replace("\xa0", " ")
    assert told["cle_types"].valeur["codes"] == ["information", "accompagnement-production", "accompagnement-reseau"]
    assert told["cle_contenus"].valeur["codes"] == ["strategie", "gestion"]


def test_partners_are_there_by_the_part_they_took(told):
    assert told["cle_construction_conception"].valeur["codes"] == ["dla", "reseau_beneficiaires"]
    assert told["cle_construction_mise_en_oeuvre"].valeur["codes"] == ["dla", "financeur", "prestataire"]
    assert "Réseau des recycleries" in told["construction_conception"].valeur
    assert told["construction_mise_en_oeuvre"].valeur == "- Conseil régional"


def test_contents_stand_under_the_axis_of_their_theme(told):
    assert "La TVA" in told["contenus_gestion"].valeur
    assert told["contenus_strategie"].valeur
    assert "contenus_rh" not in told


def test_the_link_with_the_plan_of_each_structure_is_told(told):
    assert told["cle_lien_plan"].valeur.endswith("Séparer les activités")


def test_a_plan_that_another_keeps_is_not_quoted(w):
    QuerySet(LignePlan).update(organisation=StructureFactory().organisation)
    told = connus_monographie.propositions(w.ingenierie)["cle_lien_plan"].valeur
    assert "Séparer" not in told and "une ligne de son plan" in told


def test_the_six_groups_are_what_was_answered_by_role_and_without_a_name(told):
    assert "3 oui, 1 non" in told["competences"].valeur
    assert told["competences"].source_detail == "la question des résultats, 6\xa0réponses sur 6"
    assert {"changement", "innovation", "partenariats", "cle_besoins"} <= set(told)
    assert told["cle_transferables"].source_detail == "plan de transfert"
    assert told["points_vigilance"].valeur[-1] == "Des absents."
    assert told["points_positifs"].source_detail == "synthèse de l’évaluation"


def test_nothing_is_counted_under_the_threshold(w):
    QuerySet(Repondant).filter(sorte="structure").update(state="attendu")
    one = Repondant.objects.filter(sorte="structure").first()
    QuerySet(Repondant).filter(pk=one.pk).update(state="repondu")
    told = connus_monographie.propositions(w.ingenierie)
    assert "trop peu" in told["competences"].valeur and "1 oui" not in told["competences"].valeur


def test_an_empty_dossier_proposes_what_it_is_and_nothing_else():
    told = connus_monographie.propositions(results.at_finaliser())
    assert "cle_pilotage" in told
    assert not {"problematique", "cout", "etapes", "points_positifs", "competences"} & set(told)


def test_as_many_queries_for_four_structures_as_for_twelve(w, count_queries):
    def read():
        connus_monographie.propositions(Ingenierie.objects.select_related("pilote__region").get(pk=w.ingenierie.pk))

    lists.items(Departement)
    read()
    few = count_queries(read)
    for n in range(8):
        structure = StructureFactory(organisation=w.ingenierie.pilote)
        StructureCiblee.objects.create(ingenierie=w.ingenierie, structure=structure, state="confirmee")
        _partner(w.ingenierie, f"Partenaire {n}", "financeurs", comite_pilotage=True)
    assert count_queries(read) == few
    assert few <= 45


def test_it_begins_with_the_subtitle_of_its_type_and_all_that_is_known(w):
    recit = ecriture.begin(w.ingenierie, Genre.MONOGRAPHIE, actor=scene.SYSTEM)
    assert recit.sous_titre == "Réponse collective aux structures d’un même territoire"
    cost = recit.rubriques.get(code="cout")
    assert (cost.source, cost.source_detail) == ("dossier", "prix convenu")
    assert "8,5" in cost.note and cost.valeur[0]["jours"] == "9.5"


# --- One beneficiary ---


@pytest.fixture(scope="module")
def alone(shared):
    def make():
        w = world.individuelle()
        structure = w.ingenierie.structures_ciblees.get().structure
        for name, value in {"benevoles": 34, "benevoles_actifs": 12, "etp": Decimal("2.30"), "salaries": 3,
                            "projet": "Née en 1998.", "budget": Decimal(212000), "adherents": 160}.items():  # fmt: skip
            setattr(structure, name, value)
        structure.save()
        diagnostic_of(structure, shared=True, problemes="Deux activités.")
        ligne = plan_of(structure).lignes.first()
        QuerySet(LignePlan).filter(pk=ligne.pk).update(action="Lire les coûts")
        LigneIngenierie.objects.create(ligne=ligne, ingenierie=w.ingenierie, ouvre=True, rattachee_par="Recette")
        _mission(w)
        return w

    return shared(make)


def test_one_beneficiary_is_told_from_its_sheet_its_diagnostic_its_plan_and_its_mission(alone, db, client_for):
    found = connus_beneficiaire.propositions(copy.deepcopy(alone).ingenierie)
    assert found["benevoles"].valeur == {"valeur": 34, "precision": "dont 12\xa0actifs"}
    assert found["etp"].valeur["valeur"] == "2.30"
    assert found["parcours"].valeur == "Née en 1998."
    assert found["besoins"].valeur.startswith("Deux activités.")
    assert found["accompagnement_preconise"].valeur.startswith("Lire les coûts")
    assert found["jours_individuels"].valeur["valeur"] == "6.0" and "2 jours" in found[
        "jours_individuels"
    ].note.replace("\xa0", " ")
    assert found["resultats"].valeur == ["Un plan par structure"]
    assert found["impact_territoire"].valeur == "Deux voisines."
    client = client_for(alone.user)
    assert {client.get(one.url, follow=True).status_code for one in found.values()} == {200}


def test_nothing_of_one_structure_is_proposed_where_there_are_several(w):
    found = connus_beneficiaire.propositions(w.ingenierie)
    assert not {"benevoles", "parcours", "chiffres", "structures"} & set(found)
