"""A session of the comité d'appui, from its preparation to its minutes: a member gives her opinion by her link."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Grant
from accounts.services import link_token
from core import clock
from engagement.comite.models import SeanceComite
from engagement.validation.models import AvisComite
from tests.browser.walking import Walker
from tests.factories import OrganisationFactory, engaged, member


@pytest.fixture
def walker(page, axe, fits, screenshot):
    """Somebody at the keyboard, who looks at a page with axe and for what overflows."""

    def look(page, name: str) -> None:
        page.evaluate("window.scrollTo(0, 0)")
        axe(page)
        fits(page, page.viewport_size["width"])
        screenshot(page, name)

    return Walker(page, look)


def test_a_session_is_convened_a_member_answers_by_link_and_the_comite_decides(walker, live_server):
    she = walker
    dla = OrganisationFactory(name="DLA de la séance")
    dossier = engaged(dla, titre="Mutualiser la paie")
    she.sign_in(member(dla, first_name="Alix", last_name="Séance"))

    # --- She prepares the session
    she.follow("Comité d’appui")
    she.follow("Préparer une séance")
    when = timezone.localtime(clock.now() + dt.timedelta(days=9)).replace(hour=14, minute=0)
    she.page.get_by_label("Date et heure").fill(when.strftime("%Y-%m-%dT%H:%M"))
    she.page.get_by_label("Jusqu’à").fill("17:00")
    she.write({"Lieu ou visioconférence": "Salle du conseil"})
    she.press("Ouvrir la séance")
    she.follow("Ajouter une ingénierie")
    she.press("Ajouter : Mutualiser la paie")
    she.is_told("est à l’ordre du jour")
    she.follow("Inscrire")
    she.write({"Nom": "Sidonie", "Organisme": "France Active", "Adresse électronique": "sidonie@example.org"})
    she.press("Inscrire")
    she.look("comite-preparation")
    she.press("Convoquer les membres")
    she.is_told("Les convocations partent")
    seance_url = she.page.url

    # --- The member reads and answers by her link
    she.page.goto(f"{live_server.url}/lien/{link_token(Grant.objects.get())}/")
    she.follow("Lire la fiche de présentation de Mutualiser la paie")
    she.reads("Problématique soulevée")
    she.follow("Donner mon avis")
    she.pick("favorable avec réserves")
    she.page.get_by_role("textbox", name="Commentaires").fill("Préciser le calendrier.")
    she.press("Enregistrer mon avis sur Mutualiser la paie")
    she.is_told("Votre avis sur « Mutualiser la paie » est enregistré")
    she.look("comite-lien")

    # --- The session was held: the comité decides, the session is closed
    SeanceComite.objects.filter(organisation=dla).update(debut=clock.now() - dt.timedelta(hours=1))
    she.page.goto(seance_url)
    she.reads("Préciser le calendrier.")
    she.press("La séance a eu lieu")
    she.follow("Enregistrer l’avis du comité sur Mutualiser la paie")
    she.look("comite-avis")
    she.pick("favorable")
    she.press("Enregistrer l’avis du comité")
    she.is_told("il compte désormais pour le passage d’étape")
    she.press("Clore la séance")
    she.is_told("La séance est close")
    she.look("comite-close")
    assert AvisComite.objects.get(ingenierie=dossier).sens == "favorable"
