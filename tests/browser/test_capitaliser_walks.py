"""« Capitaliser » walked whole: from a mission that is over to its fiche read by anybody; from one région to another;
from the territory to the national reference.

Who is reached by link, and the visitor without account, hold a phone of 360 px.
"""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from playwright.sync_api import expect

from capitalisation.bibliotheque.models import Ressource
from tests.browser import capitalising as sharing
from tests.browser import share_worlds as worlds
from tests.browser.calling import enter
from tests.browser.finishing import follow_like
from tests.factories import OrganisationFactory, member

PREPARED = dt.date(2026, 11, 21)
SIGNED = dt.date(2027, 2, 15)
CLOSED = dt.date(2027, 7, 5)
DESK, PHONE = 1280, 360


def test_a_finished_mission_becomes_a_fiche_that_anybody_reads(somebody, moved):
    moved(PREPARED, 10)
    world = worlds.artistic_dossier()
    moved(SIGNED, 10)
    worlds.artistic_mission(world)
    moved(CLOSED, 9)
    seated = member(OrganisationFactory(region=world.dla.region), first_name="Noa", last_name="Essai")
    worlds.committee(world.dla.region, seated)
    decider = member(world.c2ra, first_name="Camille", last_name="Berthier")
    she, phone = somebody(DESK), somebody(PHONE)

    # --- The pilot asks who agrees to be named: one does
    enter(she, world.pilot, "Bonjour Ysaline")
    sharing.ask_consents(she, world)
    sharing.answer_consent(phone, "fileuses@example.org", "J’accepte")
    consent = phone.page.url

    # --- She writes the fiche, deposits it, proposes it
    sharing.write_the_fiche(she, world)
    sharing.deposit_the_fiche(she)
    sharing.propose(she)

    # --- The committee reads it: an account, a phone; the C2RA publishes
    noa, ombeline, camille = somebody(DESK), somebody(PHONE), somebody(DESK)
    enter(noa, seated, "Bonjour Noa")
    sharing.give_by_account(noa, sharing.TITRE, portee="territoriale", look="examen")
    sharing.give_by_link(
        ombeline, worlds.address(world.dla.region), "Les Fileuses", "une structure", portee="nationale"
    )
    sharing.come_to_decide(camille, decider, sharing.TITRE)
    camille.press("Publier")
    camille.is_told("La ressource est publiée : le réseau la lit.")
    camille.look("ressource-publiee")

    # --- Everybody: she asks, the Avise opens
    she.page.reload()
    she.press("Demander l’ouverture à tout le monde")
    she.is_told("L’ouverture est demandée")
    she.look("ouverture-demandee")
    avise = somebody(DESK)
    enter(avise, member(world.avise, first_name="Sacha", last_name="Essai"), "Bonjour Sacha")
    follow_like(avise, f"^{sharing.TITRE}")
    avise.press("Ouvrir à tout le monde")
    avise.is_told("Tout le monde la lit, sans compte.")

    # --- A visitor finds it; who consented is named, the other is « une structure »
    visitor = somebody(PHONE)
    visitor.page.goto(reverse("bibliotheque:recherche"))
    visitor.look("bibliotheque-publique")
    sharing.find_it(visitor, "artistiques", sharing.TITRE)
    visitor.reads("Les Fileuses joue sous les halles ; une structure joue dans les granges.", "3 séances collectives")
    visitor.look("ressource-publique")
    assert worlds.TUE not in visitor.page.content()

    # --- The consent is taken back: the next reading does not name it
    sharing.take_back(phone, consent)
    visitor.page.reload()
    visitor.reads("Une structure joue sous les halles ; une structure joue dans les granges.")
    assert worlds.NOMMEE not in visitor.page.content()


def test_another_region_finds_it_from_her_problematique_and_uses_it(somebody):
    world = worlds.two_regions()
    she, author = somebody(DESK), somebody(DESK)

    # --- « Existe-t-il déjà ? »
    enter(she, world.reader, "Bonjour Malika")
    sharing.find_from_problematique(she, world)

    # --- One click, a question
    sharing.use_it(she, world)
    sharing.ask_the_author(she, "Combien de temps le prestataire a-t-il passé dans chaque association ?")
    enter(author, world.author, "Bonjour Ysaline")
    sharing.answer_the_question(author, world, "Une demi-journée, entre les deux premiers ateliers.")
    she.page.reload()
    she.reads("Une demi-journée, entre les deux premiers ateliers.")
    she.look("question-repondue")
    world.ressource.refresh_from_db()
    assert world.ressource.utilisations == 1


def test_a_committee_makes_a_national_reference_of_a_territorial_resource(somebody):
    world = worlds.to_promote()
    camille, first, second = (somebody(DESK) for _ in range(3))
    titre = world.ressource.titre

    # --- The C2RA proposes it
    enter(camille, world.decider, "Bonjour Camille")
    camille.follow("Bibliothèque")
    sharing.find_it(camille, "artistiques", titre)
    camille.press("Proposer au national")
    camille.is_told("La ressource est proposée au comité éditorial national.")

    # --- One avis; the other one is missing, and the button says so
    noa, ombeline = somebody(DESK), somebody(PHONE)
    enter(noa, world.seated, "Bonjour Noa")
    sharing.give_by_account(noa, titre, portee="nationale")
    enter(first, world.deciders[0], "Bonjour Sacha")
    first.follow("Comité éditorial")
    first.follow(f"Examen de « {titre} »")
    first.look("examen-incomplet")
    first.follow("Lire la ressource en entier")
    first.reads("Il manque 1 avis sur 2.", "N’ont pas encore répondu : Ombeline Essai (expert-comptable).")
    first.look("ressource-un-avis-manque")
    expect(first.page.get_by_role("button", name="En faire une référence nationale")).to_have_count(0)

    # --- By link; then two who decide at once: the second is told
    sharing.give_by_link(
        ombeline, worlds.address(None), "Cinq associations ont les mêmes questions.", portee="nationale"
    )
    first.page.reload()
    sharing.come_to_decide(second, world.deciders[1], titre)
    first.press("En faire une référence nationale")
    first.is_told("La ressource est une référence nationale.")
    second.press("En faire une référence nationale")
    second.reads("La situation a changé entre-temps", "Sacha Essai", "a fait de la ressource une référence nationale")
    second.look("ressource-deja-promue")
    second.follow("Revenir à la page")
    second.reads("référence nationale")
    assert Ressource.objects.get().state == "reference_nationale"
