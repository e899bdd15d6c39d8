"""What the missions and the questionnaires say beside each register; the gate of an ingénierie individuelle."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from core import clock
from engagement.objectifs.models import ResultatAttendu
from evaluation.grilles.enums import Destinataire
from evaluation.grilles.models import Transmission
from evaluation.questionnaires.models import Questionnaire
from evaluation.synthese.registry import faits_de
from missions.paiements.models import Paiement
from missions.rapports.models import RapportFinal, ResultatRapport
from missions.seances.models import ParticipantSeance, Seance
from missions.suivi.models import EtapeSuivi, FicheSuivi
from mobilisation.projet.enums import Registre
from projects import facts
from projects.cycle.gates import CONDITIONS
from projects.ingenierie.models import Ingenierie
from tests.evaluation.grilles import world

pytestmark = pytest.mark.django_db


def _lived():
    """A mission of six days for four structures: one séance of two days held, a stage done late, a report."""
    w = world.collective()
    convention, ingenierie = w.convention, w.ingenierie
    held = {"date": clock.today(), "heure_debut": dt.time(9), "heure_fin": dt.time(17), "state": "tenue"}
    seance = Seance.objects.create(convention=convention, nature="collective", titre="Un", jours=Decimal(2), **held)
    came = ("present", "present", "en_partie", "absent")
    for row, presence in zip(ingenierie.structures_ciblees.order_by("pk"), came, strict=True):
        ParticipantSeance.objects.create(
            seance=seance, structure=row, source="structure", organisme=str(row), personne="Sam", presence=presence
        )
    fiche = FicheSuivi.objects.filter(convention=convention).first() or FicheSuivi.objects.create(convention=convention)
    late = {"prevu_fin": clock.today() - dt.timedelta(days=9), "fait_le": clock.today() - dt.timedelta(days=2)}
    EtapeSuivi.objects.create(fiche=fiche, ordre=1, intitule="État des lieux", **late)
    QuerySet(FicheSuivi).filter(pk=fiche.pk).update(besoin_actuel="oui", besoin_le=clock.today())
    ResultatAttendu.objects.create(ingenierie=ingenierie, libelle="Un bureau qui se réunit", cible="chaque mois")
    rapport = RapportFinal.objects.create(convention=convention, state="remis", remis_le=clock.now())
    ResultatRapport.objects.create(
        rapport=rapport, attendu="Un bureau qui se réunit (indicateur : mois)", atteint="Oui"
    )
    return w


@pytest.fixture(scope="module")
def made(shared):
    return shared(_lived)


@pytest.fixture
def w(made, db):
    return copy.deepcopy(made)


def said(w, registre) -> dict[str, tuple[str, str]]:
    fresh = Ingenierie.objects.get(pk=w.ingenierie.pk)
    return {f.libelle: (f.prevu.replace("\u00a0", " "), f.realise.replace("\u00a0", " "))
            for f in faits_de(fresh)[registre]}  # fmt: skip


def test_the_days_given_stand_beside_the_days_agreed(w):
    assert said(w, Registre.COHERENCE)["Jours d’intervention, convenus puis donnés"] == ("6 jours", "2 jours")


def test_who_came_is_counted_by_structure_and_by_person(w):
    found = said(w, Registre.PERTINENCE)
    assert found["Structures attendues, puis venues à une séance au moins"] == ("4", "3")
    assert found["Présences aux séances tenues, par structure"] == ("4", "3, soit 75 %")
    assert found["Participants venus"] == ("", "3")
    assert found["Le besoin était-il encore celui du diagnostic, au départ ?"][1].startswith("oui, le ")


def test_a_result_fixed_stands_beside_what_the_report_says_reached(w):
    assert said(w, Registre.EFFICACITE)["Un bureau qui se réunit"] == ("chaque mois", "Oui")
    QuerySet(RapportFinal).update(state="redaction")
    assert said(w, Registre.EFFICACITE)["Un bureau qui se réunit"] == ("chaque mois", "")


def test_a_stage_done_late_says_by_how_many_days(w):
    assert said(w, Registre.EFFICIENCE)["Mission, étape « État des lieux »"][1].endswith(", 7 jours après")


def test_what_was_paid_is_counted_when_it_is_paid(w):
    assert not Paiement.objects.exists()
    assert "Paiements au prestataire (TTC), dus puis faits" not in said(w, Registre.EFFICIENCE)


def test_the_answers_are_told_once_they_are_closed_and_are_enough(w):
    grille = world.answered(w, non=("c2b",))
    assert not any("oui" in realise for _, realise in said(w, Registre.COHERENCE).values())
    QuerySet(Questionnaire).filter(pk=grille.pk).update(state="termine")
    led = {label: realise for label, (_, realise) in said(w, Registre.COHERENCE).items()}
    operational = next(realise for label, realise in led.items() if label.startswith("Opérationnalité"))
    assert operational == "67 % de oui (oui : 8, non : 4)"
    reached = {label: realise for label, (_, realise) in said(w, Registre.EFFICACITE).items()}
    assert any(label.startswith("Les résultats") for label in reached)
    assert not any(label.startswith("Opérationnalité") for label in reached)


def test_too_few_answers_tell_no_share(w):
    grille = world.answered(w)
    QuerySet(Questionnaire).filter(pk=grille.pk).update(state="termine")
    grille.repondants.filter(sorte="participant").order_by("-pk")[0].delete()
    led = {label: realise for label, (_, realise) in said(w, Registre.COHERENCE).items()}
    operational = next(realise for label, realise in led.items() if label.startswith("Opérationnalité"))
    assert operational == "3 réponses, trop peu pour une moyenne"


def test_an_ingenierie_individuelle_is_evaluated_once_its_grid_is_over_and_given_back(db):
    w = world.individuelle()
    provider = CONDITIONS.get("evaluation")

    def gate():
        fresh = Ingenierie.objects.get(pk=w.ingenierie.pk)
        return provider.read(facts.fetch([fresh.pk], [provider])[fresh.pk], fresh)

    assert (gate().ok, gate().detail) == (False, "grille à terminer et à restituer au prestataire")
    QuerySet(Questionnaire).filter(pk=w.grille.pk).update(state="termine")
    assert not gate().ok
    Transmission(questionnaire=w.grille, destinataire=Destinataire.PRESTATAIRE, le=clock.today(), par="Recette").save()
    assert (gate().ok, gate().detail) == (True, "grille terminée et restituée")
