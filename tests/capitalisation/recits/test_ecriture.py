"""A récit is begun with what the dossier knows, written heading by heading, frozen as a version."""

from __future__ import annotations

import pytest

from capitalisation.recits import lecture
from capitalisation.recits.contenu import manques
from capitalisation.recits.enums import EtatRecit, Genre
from capitalisation.recits.models import Recit, Rubrique, VersionRecit
from capitalisation.recits.services import ecriture
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed, StaleState
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import SYSTEM
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, ingenierie_of, member_actor
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingenierie(db):
    return placed(ingenierie_of(OrganisationFactory(name="DLA du Val")), state="finaliser")


def test_begun_it_holds_what_the_dossier_knows_and_says_so(ingenierie):
    ingenierie.type_ingenierie = "solution_collective"
    ingenierie.save()
    recit = ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM)
    row = Rubrique.objects.get(recit=recit, code="type")
    assert row.valeur == {"code": "solution_collective", "precision": ""}
    assert (row.source, row.source_detail) == ("dossier", "type d’ingénierie")
    assert "type" not in [one.code for one in manques(recit)]
    with pytest.raises(InvalidInput, match="déjà commencée"):
        ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM)


def test_two_people_at_one_rubrique_are_told_at_two_they_do_not_meet(ingenierie):
    recit = ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM)
    shown = ecriture.rubrique_of(recit, "territoire").version
    ecriture.write(recit, "territoire", {"valeur": "Le Val"}, actor=SYSTEM, expected_version=shown)
    with pytest.raises(EditConflict):
        ecriture.write(recit, "territoire", {"valeur": "Autre"}, actor=SYSTEM, expected_version=shown)
    ecriture.write(recit, "secteur", {"valeur": "Culture"}, actor=SYSTEM, expected_version=shown)


def test_it_is_not_arrete_before_its_rubriques_are_written_nor_twice(ingenierie):
    recit = ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM)
    with pytest.raises(ConditionsNotMet) as refused:
        scene.arrete(recit)
    assert any("Système intervenant" in reason for reason in refused.value.reasons)
    scene.ecrit(recit)
    done = scene.arrete(recit)
    assert done.state == EtatRecit.ARRETE and VersionRecit.objects.get(recit=recit).numero == 1
    with pytest.raises(StaleState):
        ecriture.perform_action(done, "arreter", actor=SYSTEM, expected_state=EtatRecit.EN_COURS)
    with pytest.raises(NotAllowed, match="reprenez l’écriture"):
        ecriture.write(done, "secteur", {"valeur": "Sport"}, actor=SYSTEM)


def test_who_arrete_a_text_that_she_did_not_read_is_told_but_a_title_meets_a_title_only(ingenierie):
    recit = scene.ecrit(ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM))
    ecriture.write(recit, "secteur", {"valeur": "Sport"}, actor=SYSTEM)
    with pytest.raises(StaleState):
        ecriture.perform_action(
            recit, "arreter", actor=SYSTEM, expected_state=EtatRecit.EN_COURS, version=recit.version
        )
    done = ecriture.update(recit, {"titre": "Un titre"}, actor=SYSTEM, expected_version=recit.version)
    assert done.titre == "Un titre"
    with pytest.raises(EditConflict):
        ecriture.update(recit, {"titre": "Un autre"}, actor=SYSTEM, expected_version=recit.version)


def test_taken_up_again_the_version_stays_and_an_unchanged_one_is_not_kept_twice(ingenierie):
    recit = scene.arrete(scene.ecrit(ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM)))
    recit = scene.reprise(recit)
    assert lecture.derniere(recit).numero == 1
    recit = scene.reprise(scene.arrete(recit))
    assert VersionRecit.objects.filter(recit=recit).count() == 1
    ecriture.write(recit, "secteur", {"valeur": "Sport"}, actor=SYSTEM)
    scene.arrete(recit)
    last = lecture.derniere(recit)
    assert (last.numero, last.note) == (2, "Changent : Secteur.")


@pytest.mark.parametrize(
    ("code", "valeur", "said"),
    [
        ("nombre", {"valeur": 10**30, "precision": ""}, "zéro"),
        ("nombre", {"valeur": -1, "precision": ""}, "négatif"),
        ("cout", [{"montant": "NaN"}], "nombre"),
        ("cout", [{"montant": "1", "taxes": "TVA"}], "TTC"),
        ("cout", [{"prix": "1"}], "inconnu"),
        ("contenus", {"codes": ["inconnu"], "precision": ""}, "liste"),
        ("objectifs", "un texte", "liste"),
        ("problematique", "x" * 9000, "trop long"),
        ("problematique", {"texte": "x"}, "texte"),
    ],
)
def test_what_a_rubrique_may_not_hold_is_refused_in_a_sentence(ingenierie, code, valeur, said):
    recit = ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM)
    with pytest.raises(InvalidInput, match=said):
        ecriture.write(recit, code, {"valeur": valeur}, actor=SYSTEM)


def test_without_a_dossier_the_members_of_its_organisation_write_it():
    dla = OrganisationFactory(name="DLA d’avant")
    writer = member_actor(dla)
    recit = ecriture.begin_alone(dla, Genre.FICHE_EXPERIENCE, {"titre": "Une expérience d’avant"}, actor=writer)
    scene.ecrit(recit, actor=writer)
    scene.arrete(recit, actor=writer)
    stranger = member_actor(OrganisationFactory())
    assert not Recit.objects.visible_to(stranger).exists() and Recit.objects.visible_to(writer).exists()
    for actor in (stranger, member_actor(dla, "lecture")):
        with pytest.raises(NotAllowed):
            ecriture.begin_alone(dla, Genre.FICHE_EXPERIENCE, {"titre": "Autre"}, actor=actor)
        with pytest.raises(NotAllowed):
            scene.reprise(recit, actor=actor)


def test_what_is_frozen_holds_no_name_and_names_who_agrees_at_each_reading(ingenierie):
    from capitalisation.consentements import services as consents
    from tests.capitalisation.scene import ORAL, consent, read

    un, deux = with_structures(ingenierie, 2)
    recit = scene.ecrit(ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM))
    told = f"{un.structure.name} et {deux.structure.name}."
    ecriture.write(recit, "problematique", {"valeur": told}, actor=SYSTEM)
    scene.arrete(recit)
    version = lecture.derniere(recit)
    assert un.structure.name not in version.contenu and f"⟦s:{un.pk}⟧" in version.contenu
    assert scene.dit(lecture.lecture_de(version), "problematique") == "Une structure et une structure."
    row = consent(un)
    consents.note(row, {**ORAL, "etat": "accorde"}, actor=SYSTEM)
    assert scene.dit(lecture.lecture_de(version), "problematique") == f"{un.structure.name} et une structure."
    consents.note(read(row), {**ORAL, "etat": "retire"}, actor=SYSTEM)
    assert scene.dit(lecture.lecture_de(version), "problematique") == "Une structure et une structure."
