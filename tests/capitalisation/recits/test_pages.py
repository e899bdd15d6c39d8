"""The pages of the récits: the room, one récit, its rubriques by forme, how it is read, its documents."""

from __future__ import annotations

import pytest
from django.urls import reverse

from capitalisation.recits import documents
from capitalisation.recits.adresses import adresse
from capitalisation.recits.enums import Genre
from capitalisation.recits.models import Recit, Rubrique
from capitalisation.recits.plans import plan_of
from capitalisation.recits.services import ecriture
from core.documents.docx import render_docx
from tests.capitalisation.recits import scene
from tests.capitalisation.scene import SYSTEM, consent
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, ingenierie_of, member
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingenierie(db):
    return placed(ingenierie_of(OrganisationFactory(name="DLA du Val")), state="finaliser")


@pytest.fixture
def user(ingenierie):
    return member(ingenierie.pilote)


@pytest.fixture
def client(client_for, user):
    return client_for(user)


@pytest.fixture
def recit(ingenierie):
    return scene.fresh(ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM))


@pytest.fixture
def seul(ingenierie):
    values = {"titre": "Une expérience d’avant", "origine": "2019, d’après son rapport"}
    return scene.fresh(ecriture.begin_alone(ingenierie.pilote, Genre.FICHE_EXPERIENCE, values, actor=SYSTEM))


def test_the_room_invites_to_begin_then_leads_to_the_recit(client, ingenierie):
    room = reverse("capitalisation:recits", args=[ingenierie.pk])
    assert "Commencer" in client.get(room).content.decode()
    begin = reverse("capitalisation:recit_commencer", args=[ingenierie.pk, "fiche_experience"])
    assert client.post(begin).status_code == 302
    assert client.post(begin).status_code == 422
    page = client.get(room).content.decode()
    recit = Recit.objects.get()
    assert adresse(recit) in page and "en cours d’écriture" in page
    assert client.post(reverse("capitalisation:recit_commencer", args=[ingenierie.pk, "roman"])).status_code == 404


@pytest.mark.parametrize("kind", ["recit", "seul"])
def test_every_rubrique_is_written_on_its_page_and_read(client, request, kind):
    recit = request.getfixturevalue(kind)
    typed = {
        "type": {"choix": "solution_collective"},
        "problematique": {"texte": "Un <script>alert(1)</script> besoin."},
        "objectifs": {"points": "- Un\n\n• Deux"},
        "systeme_intervenant": {"texte": "1 prestataire"},
        "cout": {"montant_0": "7 700,50 €", "taxes_0": "TTC", "libelle_0": "4 DLA associés"},
        "nombre": {"nombre": "36", "precision": "associations"},
        "territoire": {"texte": "Quatre départements"},
        "secteur": {"texte": "Culture"},
        "seances": {
            "titre_0": "4 journées",
            "jours_0": "4",
            "texte_0": "La même, quatre fois",
            "titre_2": "Une de plus",
        },
        "contenus": {"titre": "Thématique générale", "precision": "Mécénat"},
        "contenus_points": {"points": "Le dossier"},
    }
    for prevue in plan_of(recit.genre).rubriques:
        address = adresse(recit, "recit_rubrique", prevue.code)
        assert client.get(address).status_code == 200
        version = Rubrique.objects.get(recit=recit, code=prevue.code).version
        done = client.post(address, {**typed[prevue.code], "version": version, "source": "prestataire"})
        assert done.status_code == 302, (prevue.code, done.content.decode()[:3000])
    told = {row.code: row.valeur for row in Rubrique.objects.filter(recit=recit)}
    assert told["objectifs"] == ["Un", "Deux"]
    assert told["cout"][0] == {"libelle": "4 DLA associés", "montant": "7700.50", "taxes": "TTC", "jours": None}
    assert [row["titre"] for row in told["seances"]] == ["4 journées", "Une de plus"]
    assert told["nombre"] == {"valeur": 36, "precision": "associations"}
    page = client.get(adresse(recit)).content.decode()
    assert "7\u202f700,50\xa0€ TTC (4 DLA associés)" in page and "Thématique générale" in page
    for name in ("recit_lecture", "recit_modifier"):
        assert client.get(adresse(recit, name)).status_code == 200
    read = client.get(adresse(recit, "recit_lecture")).content.decode()
    assert "&lt;script&gt;" in read and "<script>alert" not in read
    post = {"action": "arreter", "expected_state": "en_cours", "version": scene.fresh(recit).version}
    assert client.post(adresse(recit, "recit_action"), post).status_code == 302
    assert client.post(adresse(recit, "recit_action"), post).status_code == 409
    version = client.get(adresse(recit, "recit_version", 1)).content.decode()
    assert "Quatre départements" in version and "Aucun territoire ne ressemble" in version
    assert client.get(adresse(recit, "recit_version", 2)).status_code == 404
    assert client.get(adresse(recit, "recit_docx")).status_code == 200
    assert client.post(adresse(recit, "recit_pdf")).status_code == 302
    assert client.get(adresse(recit, "recit_rubrique", "secteur")).status_code == 403


def test_a_figure_absurdly_large_is_refused_beside_its_field_and_nothing_is_lost(client, recit):
    address = adresse(recit, "recit_rubrique", "nombre")
    answer = client.post(address, {"nombre": "99999999", "precision": "associations", "version": 1})
    assert answer.status_code == 422 and "associations" in answer.content.decode()


def test_two_people_at_one_rubrique_the_second_reads_both(client, recit):
    address = adresse(recit, "recit_rubrique", "seances")
    ecriture.write(recit, "seances", {"valeur": [{"titre": "De l’autre"}]}, actor=SYSTEM)
    answer = client.post(address, {"titre_0": "La mienne", "titre_4": "Une cinquième", "version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "De l’autre" in page and "La mienne" in page and "Une cinquième" in page
    assert client.post(address, {"titre_0": "La mienne", "version": 2}).status_code == 302


def test_what_the_dossier_says_is_proposed_and_taken_up_again_in_one_click(client, recit, ingenierie):
    ingenierie.type_ingenierie = "solution_mixte"
    ingenierie.save()
    address = adresse(recit, "recit_rubrique", "type")
    assert "Proposé d’après" in client.get(address).content.decode()
    ecriture.write(recit, "type", {"valeur": {"code": "solution_collective"}}, actor=SYSTEM)
    assert "Ce que dit le dossier aujourd’hui" in client.get(address).content.decode()
    again = adresse(recit, "recit_rubrique_reprendre", "type")
    assert client.post(again, {"version": 2}).status_code == 302
    assert Rubrique.objects.get(recit=recit, code="type").valeur["code"] == "solution_mixte"
    assert client.post(again, {"version": 2}).status_code == 409
    nothing = adresse(recit, "recit_rubrique_reprendre", "problematique")
    assert client.post(nothing, {"version": 1}).status_code == 422


def test_what_is_written_again_by_hand_is_not_said_to_come_from_the_dossier(client, recit, ingenierie):
    ingenierie.type_ingenierie = "solution_mixte"
    ingenierie.save()
    address = adresse(recit, "recit_rubrique", "type")
    sent = {"source": "dossier", "source_detail": "identité de l’ingénierie"}
    assert client.post(address, {**sent, "choix": "solution_mixte", "version": 1}).status_code == 302
    row = Rubrique.objects.get(recit=recit, code="type")
    assert row.source == "dossier"
    assert client.post(address, {**sent, "choix": "solution_collective", "version": row.version}).status_code == 302
    row.refresh_from_db()
    assert (row.source, row.source_detail) == ("charge_mission", "à partir du dossier : identité de l’ingénierie")


def test_who_is_named_without_consent_is_said_where_one_writes(client, recit, ingenierie):
    un, deux = with_structures(ingenierie, 2)
    consent(deux, personne="Anne Exemple")
    told = f"{un.structure.name.upper()} a dit à Anne Exemple."
    ecriture.write(recit, "problematique", {"valeur": told}, actor=SYSTEM)
    for address in (adresse(recit), adresse(recit, "recit_rubrique", "problematique")):
        page = client.get(address).content.decode()
        assert un.structure.name in page and "Les lecteurs liront « une structure »" in page
    read = client.get(adresse(recit, "recit_lecture")).content.decode()
    assert "Une structure a dit à une personne." in read


def test_the_title_is_changed_and_a_mark_typed_by_hand_names_nobody(client, recit, ingenierie):
    other = with_structures(ingenierie_of(OrganisationFactory()), 1)[0]
    answer = client.post(adresse(recit, "recit_modifier"), {"titre": f"Avec ⟦s:{other.pk}⟧", "version": 1})
    assert answer.status_code == 302
    assert scene.fresh(recit).titre == f"Avec [s:{other.pk}]"


def test_without_dossier_they_are_listed_and_begun(client, client_for):
    address = reverse("bibliotheque:recit_commencer")
    assert client.get(reverse("bibliotheque:recits_sans_dossier")).status_code == 200
    assert client.get(address).status_code == 200
    answer = client.post(address, {"genre": "fiche_experience", "titre": "Autrefois"})
    recit = Recit.objects.get(titre="Autrefois")
    assert answer.url == adresse(recit)
    assert "Autrefois" in client.get(reverse("bibliotheque:recits_sans_dossier")).content.decode()
    stranger = client_for(member(OrganisationFactory()))
    assert stranger.get(adresse(recit)).status_code == 404
    reader = client_for(member(recit.organisation, "lecture"))
    assert reader.get(adresse(recit)).status_code == 200
    assert reader.get(adresse(recit, "recit_modifier")).status_code == 403


def test_the_page_of_a_recit_asks_as_many_questions_with_sixty_structures_as_with_one(
    client, recit, ingenierie, count_queries
):
    with_structures(ingenierie, 1)
    scene.ecrit(recit)
    client.get(adresse(recit))
    few = count_queries(lambda: client.get(adresse(recit)))
    with_structures(ingenierie, 30)
    assert count_queries(lambda: client.get(adresse(recit))) == few


def test_the_docx_says_what_the_page_says(recit):
    scene.ecrit(recit)
    built = documents.recit_docx(scene.fresh(recit))
    assert render_docx(built)[:2] == b"PK"
    told = str(built.blocks)
    assert "Problématique soulevée" in told and "En cours d’écriture" in told and "Se donner une stratégie" in told
