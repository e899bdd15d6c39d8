"""The page of a resource: what it is worth first, for its readers; nothing of the team for a visitor."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from capitalisation.bibliotheque import documents
from capitalisation.bibliotheque.dashboard import to_complete, to_open
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.personal import of_user
from capitalisation.bibliotheque.services import depot
from capitalisation.bibliotheque.services.ressources import perform_action
from core import clock
from core.actor import Actor
from core.models import GeneratedDocument, JournalEntry
from core.uploads import attach
from tests.capitalisation import scene
from tests.capitalisation.bibliotheque.recits import poured
from tests.capitalisation.bibliotheque.world import VALUES, fresh
from tests.capitalisation.comite.scene import lue
from tests.capitalisation.recits.scene import arrete, ecrit
from tests.core.upload_files import PDF
from tests.evaluation.synthese.scene import with_structures
from tests.factories import actor_of, ingenierie_of
from tests.portal.moments import placed, titles

pytestmark = pytest.mark.django_db


def page_of(client, row, status=200) -> str:
    answer = client.get(reverse("bibliotheque:ressource", args=[row.pk]))
    assert answer.status_code == status
    return answer.content.decode()


def test_who_reads_it_follows_its_circle_and_its_state(w, client_for, client):
    draft = scene.ressource(w.dla, "brouillon")
    region = scene.ressource(w.dla, "brouillon", lecteurs="region")
    network = scene.ressource(w.dla)
    public = scene.ressource(w.dla, lecteurs="public")
    asked = scene.ressource(w.dla, "proposee")

    def read(person) -> set[int]:
        actor = actor_of(person)
        return set(Ressource.objects.visible_to(actor).values_list("pk", flat=True))

    def own(*rows):
        return {row.pk for row in rows}

    assert read(w.auteur) == read(w.lecture) == own(draft, region, network, public, asked)
    assert read(w.c2ra) == own(region, network, public, asked)
    assert read(w.avise) == own(network, public, asked)
    assert read(w.voisin) == own(region, network, public)
    assert read(w.loin) == read(w.personne) == own(network, public)
    assert read(w.parti) == own(public)
    page_of(client, network, 404)
    page_of(client, public)


def test_it_says_whether_one_may_trust_it(w, client_for):
    row = scene.ressource(w.dla, teste_sur="trois associations du Loiret", a_reverifier_le=clock.today())
    page = page_of(client_for(w.loin), row)
    for said in ("trois associations du Loiret", "Applicable partout", "Vérifiée le 1er", "expert-comptable",
                 "À vérifier de nouveau depuis le 20", "relisez-la"):  # fmt: skip
        assert said in page
    new = scene.ressource(w.dla, "brouillon", verdict="", verifie_par="", verifie_le=None)
    page = page_of(client_for(w.auteur), new)
    assert (
        "Aucun essai n’est dit" in page and "Aucune vérification n’est dite" in page and "Avant de la proposer" in page
    )


def test_a_visitor_reads_what_is_public_and_learns_nothing_of_the_team(w, client):
    actor = actor_of(w.auteur)
    values = {**VALUES, "support": "fichier"}
    row = depot.deposit(values, actor=actor, fichiers=[SimpleUploadedFile("guide.pdf", PDF)])
    piece = reverse("bibliotheque:ressource_piece", args=[row.pk, scene.piece_of(row).pk])
    assert client.get(piece).status_code == 404
    Ressource._base_manager.filter(pk=row.pk).update(state="publiee", lecteurs="public", publiee_le=clock.now())
    page = page_of(client, row)
    assert piece in page and "guide.pdf" in page
    for hidden in (w.auteur.get_full_name(), w.auteur.email, "Ce qui s’est passé", "Et maintenant", "Qui la lit"):
        assert hidden not in page
    answer = client.get(piece)
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == PDF and "private" in answer["Cache-Control"]
    other = scene.ressource(w.dla, lecteurs="public")
    assert (
        client.get(reverse("bibliotheque:ressource_piece", args=[other.pk, scene.piece_of(row).pk])).status_code == 404
    )
    attach(other, SimpleUploadedFile("x.pdf", PDF), actor=scene.SYSTEM, scope=other)
    assert client.get(reverse("core:piece", args=[scene.piece_of(row).pk])).status_code == 302  # signed in only


def test_a_recit_is_read_in_its_last_arretee_version_with_who_agrees_only(w, client_for, client):
    dossier = placed(ingenierie_of(w.dla, titre="Communiquer ensemble"), state="finaliser")
    structure = with_structures(dossier, 1)[0]
    consent = scene.consent(structure)
    name = structure.structure.name
    recit = ecrit(scene.recit(dossier), problematique=f"{name} se demande que dire.")
    recit = arrete(recit)
    row = scene.ressource(
        w.dla, lecteurs="public", support="fiche_experience", recit=recit, ingenierie=dossier, lien=""
    )
    page = page_of(client, row)
    assert "Une structure se demande que dire" in page and name not in page
    assert reverse("projects:detail", args=[dossier.pk]) not in page
    mine = page_of(client_for(w.auteur), row)
    assert f"faute d’accord : {name}" in mine and reverse("projects:detail", args=[dossier.pk]) in mine
    assert name not in page_of(client_for(w.loin), row)
    scene.consents.note(scene.read(consent), {**scene.ORAL, "etat": "accorde"}, actor=scene.SYSTEM)
    assert name in page_of(client, row)
    scene.consents.note(scene.read(consent), {**scene.ORAL, "etat": "retire"}, actor=scene.SYSTEM)
    assert name not in page_of(client, row)


def test_its_life_goes_on_from_its_page_with_what_is_missing_said(w, client_for):
    row = scene.ressource(w.dla, "brouillon", verdict="")
    address = reverse("bibliotheque:ressource_action", args=[row.pk])
    client = client_for(w.auteur)

    def post(action, **more):
        now = fresh(row)
        data = {"action": action, "expected_state": now.state, "version": str(now.version), **more}
        return client.post(address, data)

    refused = post("proposer")
    assert refused.status_code == 409 and "vaut partout" in refused.content.decode()
    depot.update(row, {"verdict": "source_inspiration"}, actor=actor_of(w.auteur), expected_version=row.version)
    assert post("proposer").status_code == 302 and fresh(row).state == "proposee"
    assert "pas encore possible" in page_of(client, row)  # the C2RA decides: the page says so
    assert client_for(w.loin).post(address, {}).status_code == 404
    client = client_for(w.c2ra)
    refused = post("publier", reason="")
    assert refused.status_code == 409 and "Il manque 3 avis" in refused.content.decode()
    lue(row)
    assert post("publier", reason="").status_code == 302
    assert (fresh(row).state, fresh(row).lecteurs) == ("publiee", "reseau")


@pytest.mark.parametrize("more", [{"lecteurs": "public"}, {"lecteurs_demandes": "public"}])
def test_the_c2ra_holds_the_life_of_what_it_may_not_open_itself(w, client_for, more):
    row = scene.ressource(w.dla, **more)
    page = page_of(client_for(w.c2ra), row)
    assert "Proposer au national" in page and "Archiver" in page
    assert "Proposer au national" not in page_of(client_for(w.loin), row)


@pytest.mark.parametrize("circle", ["region", "reseau", "public"])
def test_taken_up_again_after_its_archiving_it_is_closed_and_opened_again_by_who_may(w, circle):
    row = scene.ressource(w.dla, lecteurs=circle)
    perform_action(row, "archiver", actor=actor_of(w.auteur), expected_state="publiee", reason="À refaire.")
    perform_action(fresh(row), "rouvrir", actor=actor_of(w.auteur), expected_state="archivee")
    assert fresh(row).lecteurs == "equipe"
    perform_action(fresh(row), "proposer", actor=actor_of(w.auteur), expected_state="brouillon")
    lue(row)
    perform_action(fresh(row), "publier", actor=actor_of(w.c2ra), expected_state="proposee")
    assert fresh(row).lecteurs == "reseau"  # « tout le monde » is the decision of the Avise


def test_archived_it_says_why_and_its_history_is_for_its_author(w, client_for, client):
    row = scene.ressource(w.dla, lecteurs="public")
    perform_action(
        row, "archiver", actor=actor_of(w.auteur), expected_state="publiee", reason="Remplacée par le guide."
    )
    assert "Remplacée par le guide" in page_of(client_for(w.loin), row)
    page_of(client, row, 404)
    mine = page_of(client_for(w.auteur), row)
    assert "Ce qui s’est passé" in mine and "Ce qui s’est passé" not in page_of(client_for(w.loin), row)
    assert JournalEntry.objects.filter(object_id=row.pk).exists()


def test_a_link_leads_where_it_says(w, client_for):
    page = page_of(client_for(w.loin), scene.ressource(w.dla))
    assert 'href="https://outils.example.org/tresorerie" rel="nofollow noopener"' in page
    assert "Ouvrir sur outils.example.org" in page


def test_mine_are_told_by_state_with_what_each_waits_for(w, client_for):
    scene.ressource(w.dla, "a_completer", titre="À reprendre")
    scene.ressource(w.dla, titre="Vieille", a_reverifier_le=dt.date(2026, 1, 1))
    scene.ressource(w.dla, lecteurs_demandes="public", titre="Demandée")
    address = reverse("bibliotheque:mes_ressources")
    page = client_for(w.auteur).get(address).content.decode()
    for said in ("le comité demande", "à vérifier de nouveau", "ouverture demandée à tout le monde", "Publiée (2)"):
        assert said.lower() in page.lower()
    only = client_for(w.auteur).get(address, {"etat": "a_completer"}).content.decode()
    assert "À reprendre" in only and "Vieille" not in only
    assert "n’a encore rien déposé" in client_for(w.loin).get(address).content.decode()
    assert "attendent votre décision" in client_for(w.avise).get(address).content.decode()
    assert "attendent votre décision" not in client_for(w.c2ra).get(address).content.decode()
    assert client_for(w.personne).get(address).status_code == 200


def test_what_waits_is_on_the_home_page_of_whom_it_waits_for(w):
    scene.ressource(w.dla, "a_completer", titre="À reprendre")
    scene.ressource(w.dla, lecteurs_demandes="public", titre="Pour tous")
    scene.ressource(w.dla, lecteurs="region", lecteurs_demandes="reseau", titre="Pour le réseau")
    assert titles(to_complete, w.auteur) == ["À reprendre"] and titles(to_complete, w.loin) == []
    assert titles(to_open, w.avise) == ["Pour tous"] and titles(to_open, w.c2ra) == ["Pour le réseau"]
    assert titles(to_open, w.auteur) == titles(to_complete, w.lecture) == []


def test_its_page_costs_the_same_with_one_file_and_with_ten(w, client_for, count_queries):
    client = client_for(w.loin)
    row = depot.deposit(
        {**VALUES, "support": "fichier"}, actor=actor_of(w.auteur), fichiers=[SimpleUploadedFile("a.pdf", PDF)]
    )
    Ressource._base_manager.filter(pk=row.pk).update(state="publiee", lecteurs="reseau", publiee_le=clock.now())
    page_of(client, row)
    one = count_queries(lambda: page_of(client, row))
    for number in range(9):
        attach(row, SimpleUploadedFile(f"{number}.pdf", PDF), actor=scene.SYSTEM, scope=row)
    assert count_queries(lambda: page_of(client, row)) == one <= 15


def test_a_recit_is_printed_for_its_readers_until_a_name_is_taken_back(w, client_for, client):
    row = poured(w.dla, lecteurs="public")
    page = page_of(client_for(w.loin), row)
    printing = reverse("core:document_request", args=[documents.DOCUMENT, row.pk])
    docx = reverse("bibliotheque:ressource_docx", args=[row.pk])
    assert printing in page and docx in page and docx not in page_of(client, row)
    answer = client_for(w.loin).get(docx)
    assert answer.status_code == 200 and b"".join(answer).startswith(b"PK")
    assert documents.readers([row.pk], actor_of(w.loin)) == {row.pk}
    assert documents.readers([row.pk], Actor.anonymous()) == set()
    assert documents.readers([scene.ressource(w.dla).pk], scene.SYSTEM) == set()  # no récit in it
    built = documents.build(row.pk, actor_of(w.loin))
    assert built.obj == row and "Communiquer à plusieurs" in built.title
    made = GeneratedDocument(object_id=row.pk, made_at=clock.now())
    assert documents.still_valid(made) == ""
    row.recit.noms_retires_at = clock.now()
    row.recit.save()
    assert "Imprimez-le de nouveau" in documents.still_valid(made)
    Ressource._base_manager.filter(pk=row.pk).update(lecteurs="equipe")
    assert documents.readers([row.pk], actor_of(w.loin)) == set()


def test_what_she_deposited_is_given_to_her(w):
    scene.ressource(w.dla, auteur=w.auteur, titre="Mienne")
    [section] = of_user(w.auteur)
    assert section.rows[0]["titre"] == "Mienne" and of_user(w.loin)[0].rows == []
