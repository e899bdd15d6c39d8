"""What the dossier, or the région, has already: its files are taken as they are, and copied."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from capitalisation.bibliotheque.models import Ressource, files_of
from consultations.cadre.services import add_guide
from evaluation.questionnaires.definitions import DEFINITIONS
from evaluation.questionnaires.models import Questionnaire
from missions.conventions.models import Convention
from missions.productions import services as productions
from tests.capitalisation import scene
from tests.capitalisation.bibliotheque.world import LIEN
from tests.core.upload_files import PDF
from tests.evaluation.synthese.scene import signed
from tests.factories import actor_of, member

pytestmark = pytest.mark.django_db
DEPOSER = reverse("bibliotheque:deposer")
POSTED = {key: value for key, value in LIEN.items() if key != "lien"}


def a_pdf(name):
    return ContentFile(PDF, name=name)


@pytest.fixture(scope="module")
def _dossier(made, shared):
    return shared(lambda: signed(made.dla).pk)


@pytest.fixture
def convention(_dossier, db) -> Convention:
    rows = Convention.objects.select_related("ingenierie__pilote", "choix__prestataire")
    return rows.get(ingenierie=_dossier)


def test_a_production_is_poured_with_its_files_and_one_for_a_single_structure_is_not(w, client_for, convention):
    ingenierie = convention.ingenierie
    values = {"titre": "Le guide des séances", "description": "Pas à pas."}
    row = productions.hand_over(convention, values, actor=scene.SYSTEM, fichiers=[a_pdf("guide.pdf")])
    alone = {"titre": "Pour elle seule", "structure": ingenierie.structures_ciblees.order_by("pk").first()}
    alone = productions.hand_over(convention, alone, actor=scene.SYSTEM, fichiers=[a_pdf("seule.pdf")])
    client = client_for(w.auteur)
    room = client.get(reverse("capitalisation:verser", args=[ingenierie.pk])).content.decode()
    assert f"?production={row.pk}" in room and f"?production={alone.pk}" not in room
    assert client.get(DEPOSER, {"production": alone.pk}).status_code == 404
    assert client_for(w.loin).get(DEPOSER, {"production": row.pk}).status_code == 404
    address = f"{DEPOSER}?production={row.pk}"
    form = client.get(address).context["form"]
    assert (form["titre"].value(), form["resume"].value()) == ("Le guide des séances", "Pas à pas.")
    [piece] = productions.pieces_of([row])
    assert client.post(address, {**POSTED, "reprises": [piece.pk + 999]}).status_code == 422
    assert client.post(address, {**POSTED, "reprises": [piece.pk]}).status_code == 302
    ressource = Ressource.objects.get()
    [copied] = files_of(ressource)
    assert (ressource.ingenierie, copied.original_name) == (ingenierie, "guide.pdf")
    assert copied.storage_key != piece.storage_key
    with default_storage.open(copied.storage_key) as kept:
        assert kept.read() == PDF


def test_a_questionnaire_of_an_ingenierie_one_carries_is_poured(w, client_for, convention):
    definition = next(iter(DEFINITIONS.values()))
    row = Questionnaire.objects.create(
        ingenierie=convention.ingenierie, code=definition.code, version_source=1, titre="Notre grille",
        contenu=definition.contenu(),
    )  # fmt: skip
    address = f"{DEPOSER}?questionnaire={row.pk}"
    assert client_for(w.c2ra).get(address).status_code == 403  # it reads it, it does not carry it
    assert client_for(w.loin).get(address).status_code == 404
    client = client_for(w.auteur)
    assert client.get(address).context["form"]["titre"].value() == "Notre grille"
    assert client.post(address, POSTED).status_code == 302
    found = Ressource.objects.get()
    assert found.ingenierie == convention.ingenierie and found.questionnaire["code"] == definition.code


def test_the_guide_of_a_region_is_taken_by_those_of_the_region(w, client_for):
    guide = add_guide(w.dla.region, a_pdf("guide-region.pdf"), {"titre": "Guide du Val"}, actor=actor_of(w.c2ra))
    client = client_for(w.c2ra)
    assert f"?guide={guide.pk}" in client.get(DEPOSER).content.decode()
    assert (
        client_for(member(w.loin.active_membership.organisation)).get(f"{DEPOSER}?guide={guide.pk}").status_code == 404
    )
    assert client.post(f"{DEPOSER}?guide={guide.pk}", {**POSTED, "reprises": [guide.fichier.pk]}).status_code == 302
    row = Ressource.objects.get()
    assert row.support == "document_region" and files_of(row).get().original_name == "guide-region.pdf"


@pytest.mark.parametrize("query", ["recit=x", "recit=99999", "modele=-1", "production=0", "guide=1e9"])
def test_an_address_that_names_nothing_is_not_found(w, client_for, query):
    assert client_for(w.auteur).get(f"{DEPOSER}?{query}").status_code == 404
    assert not Ressource.objects.exists()
