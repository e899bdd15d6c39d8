"""The récits of the demonstration: real monographies and fiches « arrêtées », one fiche that still asks questions."""

from __future__ import annotations

import pytest

from capitalisation.consentements.models import Consentement
from capitalisation.recits.enums import EtatRecit, Genre, Source
from capitalisation.recits.lecture import derniere, lecture_de
from capitalisation.recits.models import Recit, VersionRecit
from demo.models import Repere
from tests.databases import DEMO_DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def recit(key: str) -> Recit:
    pk = Repere.objects.get(key=f"recit:{key}").object_id
    return Recit.objects.select_related("ingenierie", "organisation").get(pk=pk)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("emplois-environnement", "Les deux mesures ne se recoupent pas"),
        ("recycleries", "Le jour restant"),
        ("insertion", "ce qui en fait 20"),
        ("reseau-environnement", "ce qu’il compte ne l’est pas"),
    ],
)
def test_the_four_of_001_are_arretees_with_what_conflicts(key, said):
    found = recit(key)
    assert (found.genre, found.state) == (Genre.MONOGRAPHIE, EtatRecit.ARRETE)
    notes = [row.note for part in lecture_de(derniere(found)).parties for row in part.rubriques]
    assert any(said in note for note in notes)
    assert "d’après le prestataire et le chargé de mission" in found.origine


def test_the_one_of_a_single_beneficiary_is_named_with_its_consent():
    found = recit("comptes-theatre")
    assert found.genre == Genre.MONOGRAPHIE_BENEFICIAIRE and found.state == EtatRecit.ARRETE
    consent = Consentement.objects.get(structure__ingenierie=found.ingenierie, personne="")
    assert consent.est_accorde


def test_the_six_fiches_of_000_are_of_their_dossier_or_of_the_avise():
    keys = ["banque", "mecenat", "rh-sport", "slot", "artistiques-ruraux", "mutualisation"]
    found = [recit(f"fe-{key}") for key in keys]
    assert {one.state for one in found} == {EtatRecit.ARRETE}
    assert [bool(one.ingenierie_id) for one in found] == [True, True, False, False, False, False]
    assert {one.organisation.kind for one in found[2:]} == {"avise"}
    assert {row.source for one in found for row in one.rubriques.all() if row.valeur} == {Source.AVISE}


def test_one_fiche_is_still_being_written_with_notes_to_settle():
    found = recit("en-cours")
    assert found.state == EtatRecit.EN_COURS and not VersionRecit.objects.filter(recit=found).exists()
    assert found.rubriques.exclude(note="").count() >= 2
    assert found.rubriques.filter(source=Source.DOSSIER).exists()


def test_all_of_it_is_past():
    kept = VersionRecit.objects.filter(recit__ingenierie__isnull=False)
    assert kept.exists() and not kept.filter(le__gt=DEMO_DAY).exists()
