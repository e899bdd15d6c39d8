"""The pages of the contributions: for the team, and by the personal link."""

from __future__ import annotations

import pytest

from accounts import services as accounts
from capitalisation.recits.adresses import adresse
from capitalisation.recits.apporteurs import connus
from capitalisation.recits.enums import Genre
from capitalisation.recits.models import Contribution, Rubrique
from capitalisation.recits.services import ecriture
from core import clock
from core.formats import format_date
from core.models import MailState, OutboxMail
from tests.capitalisation.recits import scene as recits
from tests.capitalisation.recits.contributions import scene
from tests.capitalisation.scene import SYSTEM
from tests.evaluation.synthese.scene import with_structures
from tests.factories import OrganisationFactory, ingenierie_of, member
from tests.portal.moments import placed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(shared):
    def write():
        ingenierie = placed(ingenierie_of(OrganisationFactory(name="DLA du Val")), state="finaliser")
        with_structures(ingenierie, 2)
        return ecriture.begin(ingenierie, Genre.FICHE_EXPERIENCE, actor=SYSTEM)

    return shared(write)


@pytest.fixture
def recit(made, db):
    return recits.fresh(made)


@pytest.fixture
def team(recit, client_for):
    return client_for(member(recit.organisation))


def page_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_team_chooses_somebody_of_the_dossier_and_all_is_proposed(recit, team):
    room = adresse(recit, "recit_contributions")
    who = connus(recit.ingenierie)[0]
    ask = adresse(recit, "recit_contribution_demander", who.sorte, who.cle)
    assert ask in page_of(team, room)
    form = page_of(team, ask)
    assert who.email in form and who.nom in form
    refused = team.post(ask, {"nom": "Elle", "email": "elle", "rubriques": ["seances"], "message": "Bonjour"})
    assert refused.status_code == 422 and "Bonjour" in refused.content.decode()
    sent = {"nom": "Elle Exemple", "email": "elle@example.org", "rubriques": ["seances", "problematique"]}
    assert team.post(ask, sent).status_code == 302
    row = Contribution.objects.get()
    assert row.structure == who.structure and row.organisme == who.organisme
    OutboxMail.objects.filter(to="elle@example.org").update(state=MailState.ECHEC)
    assert "n’est pas parti" in page_of(team, room)
    assert "Renvoyer" in page_of(team, adresse(recit, "recit_contribution", row.pk))
    for other in ("structure/999999", f"partenaire/{who.cle}", f"dossier/{who.cle}"):
        assert team.get(f"{room}demander/{other}/").status_code == 404


def test_by_link_one_writes_leaves_comes_back_hands_in_and_is_thanked(recit, client, team):
    row = scene.asked(recit)
    address = scene.address(row)
    page = page_of(client, address)
    assert "DLA du Val" in page and "un quart d’heure" in page and "Avec vos mots." in page
    assert "Ce que dit le récit" not in page and "navbar-nav" not in page
    draft = {"t_seances": "Deux journées <b>gaies</b>", "version": str(row.version), "garder": "1"}
    assert client.post(address, draft).status_code == 302
    assert "il reste 2 parties" in page_of(client, address)
    # What is not handed in is its author's.
    assert "gaies" not in page_of(team, adresse(recit, "recit_contribution", row.pk))
    row = scene.read(row)
    again = {"t_seances": "Deux journées <b>gaies</b>", "t_contenus_points": "la presse", "version": str(row.version)}
    answer = client.post(address, {**again, "rendre": "1"}, follow=True)
    assert "Merci, votre texte est transmis" in answer.content.decode()
    assert "Rendu le" in page_of(client, address)
    assert "&lt;b&gt;gaies&lt;/b&gt;" in page_of(team, adresse(recit, "recit_contribution", row.pk))


def test_the_page_keeps_what_is_typed_as_one_goes(recit, client):
    row = scene.asked(recit)
    answer = client.post(
        scene.address(row), {"t_seances": "Deux", "version": str(row.version)}, headers={"HX-Request": "true"}
    )
    fresh = scene.read(row)
    assert "pas encore rendu" in answer.content.decode() and f'value="{fresh.version}"' in answer.content.decode()
    assert fresh.apports == {"seances": "Deux"}
    late = client.post(
        scene.address(row), {"t_seances": "Trois", "version": str(row.version)}, headers={"HX-Request": "true"}
    )
    assert late.status_code == 409 and scene.read(row).apports == {"seances": "Deux"}
    long = client.post(scene.address(row), {"t_seances": "x" * 5000, "version": "2"}, headers={"HX-Request": "true"})
    assert long.status_code == 422


def test_a_link_forwarded_and_opened_twice_shows_both_texts(recit, client):
    row = scene.asked(recit)
    address = scene.address(row)
    for text, expected in (("Le mien", 302), ("Le sien", 409)):
        answer = client.post(address, {"t_seances": text, "version": str(row.version), "garder": "1"})
        assert answer.status_code == expected
    page = answer.content.decode()
    assert "Le mien" in page and "Le sien" in page


def test_each_text_is_taken_up_beside_what_is_there_and_its_author_sees_it(recit, client, team):
    ecriture.write(recit, "contenus_points", {"valeur": ["la radio"], "source": "dossier"}, actor=SYSTEM)
    row = scene.written(scene.asked(recit))
    address = adresse(recit, "recit_contribution", row.pk)
    page = page_of(team, address)
    assert "la radio" in page and "la presse" in page and "Ajouter après" in page and "Reprendre dans le récit" in page

    def decide(code, choix):
        there = Rubrique.objects.get(recit=recit, code=code)
        return team.post(
            adresse(recit, "recit_contribution_reprendre", row.pk, code),
            {"choix": choix, "version": str(scene.read(row).version), "rubrique_version": str(there.version)},
        )

    assert decide("contenus_points", "").status_code == 422
    assert decide("contenus_points", "ajouter").status_code == 302
    assert decide("contenus_points", "ajouter").status_code == 409
    assert decide("problematique", "ajouter").status_code == 404
    assert "ajouté au récit" in page_of(client, scene.address(row))
    assert decide("seances", "ecarter").status_code == 302
    told = page_of(client, scene.address(row))
    assert "laissé de côté" in told and "Deux journées" in told and "<textarea" not in told
    late = client.post(scene.address(row), {"t_seances": "Encore", "version": "1", "rendre": "1"})
    assert late.status_code == 409


def test_the_recit_arrete_meanwhile_its_author_is_told(recit, client):
    row = scene.asked(recit)
    recits.arrete(recits.ecrit(recit))
    address = scene.address(row)
    assert "arrêté entre-temps" in page_of(client, address)
    answer = client.post(address, {"t_seances": "Deux", "version": str(row.version), "rendre": "1"}, follow=True)
    assert "Votre texte est gardé" in answer.content.decode() and scene.read(row).apports == {"seances": "Deux"}


def test_a_link_revoked_expired_or_whose_request_is_gone_explains_itself(recit, client, team, clock_at):
    clock_at("2026-11-02 10:00")
    row, other = scene.asked(recit), scene.asked(recit, email="lui@example.org")
    accounts.revoke_link(scene.grant(row), actor=SYSTEM)
    answer = client.get(scene.address(row))
    assert answer.status_code == 410 and "retiré" in answer.content.decode()
    clock_at("2027-02-02 10:00")
    late = client.post(scene.address(other), {"t_seances": "Mon texte", "version": str(other.version)})
    assert late.status_code == 410 and "expiré" in late.content.decode()
    address = scene.address(other)
    remove = adresse(recit, "recit_contribution_oublier", other.pk)
    assert team.post(remove, {"version": str(scene.read(other).version)}).status_code == 302
    assert client.get(address).status_code == 410


def test_the_room_asks_as_many_questions_for_one_contribution_as_for_eight(recit, team, count_queries):
    room = adresse(recit, "recit_contributions")
    scene.asked(recit)
    page_of(team, room)
    few = count_queries(lambda: team.get(room))
    for number in range(7):
        scene.written(scene.asked(recit, email=f"elle{number}@example.org"))
    assert count_queries(lambda: team.get(room)) == few


def test_the_page_of_the_recit_leads_there(recit, team):
    page = page_of(team, adresse(recit))
    assert adresse(recit, "recit_contributions") in page and adresse(recit, "recit_images") in page


def test_once_taken_up_its_page_says_what_became_of_each_text(recit, team):
    row = scene.taken(scene.written(scene.asked(recit), seances="Deux journées"), "seances", "remplacer")
    assert f" le {format_date(clock.today())}, par " in page_of(team, adresse(recit, "recit_contribution", row.pk))
