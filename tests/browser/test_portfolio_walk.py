"""The portfolio as its people live it: a consultant enters by a mail and sends a fiche, the C2RA publishes it, a chargé
de mission finds it; a year later it is to be updated. On a phone, with JavaScript and without."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.core import mail
from playwright.sync_api import expect

from core import clock
from core.clock import months_after
from core.jobs import enqueue_daily, run_pending
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.publication.models import Publication
from tests.browser.walking import Walker, arriving, letter_to
from tests.core.upload_files import PDF
from tests.factories import (
    PASSWORD,
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    member,
    prestataire_of,
    published_prestataire,
    siret_of,
)

PHONE = {"width": 360, "height": 740}
WITH = pytest.param(True, id="avec-javascript", marks=pytest.mark.browser_context_args(viewport=PHONE))
WITHOUT = pytest.param(
    False,
    id="sans-javascript",
    marks=pytest.mark.browser_context_args(viewport=PHONE, java_script_enabled=False),
)
CV, KBIS, INSURANCE = (
    {"name": name, "mimeType": "application/pdf", "buffer": PDF + name.encode()}
    for name in ("cv.pdf", "kbis.pdf", "assurance.pdf")
)


@pytest.fixture
def centre():
    return RegionFactory(centre=True)


@pytest.fixture
def people(centre):
    """The C2RA of the région, and a chargé de mission of one of its DLA."""
    return SimpleNamespace(
        c2ra=member(OrganisationFactory(c2ra=True, region=centre, name="C2RA Centre"), first_name="Régine"),
        charge=member(OrganisationFactory(region=centre, name="DLA Touraine"), first_name="Alix"),
    )


@pytest.fixture
def walker(page, axe, fits, screenshot):
    def look(page, name: str) -> None:
        page.evaluate("window.scrollTo(0, 0)")  # what the header hides after an anchor is not too small
        fits(page, page.viewport_size["width"])
        axe(page)
        screenshot(page, name)

    return Walker(page, look)


def menu(she: Walker, name: str) -> None:
    """Open an entry of the menu, folded on a phone."""
    link = she.page.get_by_role("link", name=name, exact=True).first
    if not link.is_visible():
        she.page.get_by_role("button", name="Ouvrir le menu").click()
    with arriving(she.page):
        link.click()


def becomes(she: Walker, user, home: str) -> None:
    """Somebody else takes the phone: nobody is signed in any more."""
    she.page.context.clear_cookies()
    she.page.goto("/")
    she.write({"Adresse électronique": user.email, "Mot de passe": PASSWORD})
    she.press("Se connecter")
    she.reads(home)


def fill(she: Walker, values: dict[str, str]) -> None:
    """Fields by their label, numbers and dates included."""
    for label, value in values.items():
        number = she.page.get_by_role("spinbutton", name=label, exact=True)
        field = she.field(label).or_(number)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def choose(she: Walker, question: str, *labels: str) -> None:
    """Tick answers in a list, unfolding what is folded."""
    group = she.page.get_by_role("group", name=question, exact=True).first
    for label in labels:
        box = group.get_by_role("checkbox", name=label, exact=True)
        if not box.is_visible():
            group.locator(
                "details", has=she.page.get_by_role("checkbox", name=label, exact=True, include_hidden=True)
            ).locator("summary").click()
        box.check()


def join(she: Walker, file: dict, until: dt.date | None = None) -> None:
    """Upload a document on its page."""
    she.page.locator("input[type=file]").set_input_files(file)
    if until is not None:
        she.page.get_by_label("Valable jusqu’au").fill(until.isoformat())
    she.press("Joindre")


def link_of(message) -> str:
    return re.search(r"http://\S+/(?:lien|portefeuille)/\S+", message.body)[0]


@pytest.mark.parametrize("scripts", [WITH, WITHOUT])
def test_from_the_mail_to_the_fiche_found_by_a_charge_de_mission_on_a_phone(walker, worker, centre, people, scripts):
    she = walker

    def look(name: str) -> None:
        if scripts:  # axe is a script
            she.look(f"portefeuille-{name}")

    # --- Invited by a DLA, the consultant opens an account and her prestataire
    becomes(she, people.charge, "Bonjour Alix")
    menu(she, "Portefeuille")
    she.follow("Inviter un prestataire")
    fill(she, {"Adresse électronique": "nina@example.org", "Message": "Au plaisir de vous lire."})
    look("inviter")
    she.press("Envoyer l’invitation")
    she.is_told()
    letter = letter_to(she.page, "nina@example.org")
    she.page.context.clear_cookies()
    she.page.goto(link_of(letter))
    she.reads("Au plaisir de vous lire.")
    look("rejoindre")
    fill(she, {"Prénom": "Nina", "Nom": "Neuve"})
    she.pick("avec un mot de passe")
    fill(she, {"Mot de passe": PASSWORD})
    she.press("Ouvrir mon compte")
    fill(she, {"SIRET": siret_of(77), "Raison sociale": "Cabinet Neuf", "Région d’attache": str(centre)})
    she.pick("Cabinet")
    look("nouveau")
    she.press("Continuer")
    she.reads("Cabinet Neuf", "brouillon")
    look("espace")

    # --- 1. Identité
    she.follow("Identité")
    fill(
        she,
        {
            "Forme juridique": "Société coopérative de production (SCOP)",
            "Adresse": "3 rue du Pont", "Code postal": "37000", "Commune": "Tours",
            "Référent : prénom et nom": "Nina Neuve", "Référent : adresse électronique": "nina@example.org",
            "Référent : téléphone": "01 99 00 12 34",
        },
    )  # fmt: skip
    look("identite")
    she.press("Enregistrer et continuer")
    # --- 2. Caractéristiques, with two documents
    she.reads("2/5")
    she.pick("Cabinet")
    fill(she, {"Année de création": "2015", "Effectif (personnes)": "3", "TVA": "Facture la TVA"})
    fill(she, {"Assureur (responsabilité civile professionnelle)": "Mutuelle des conseils"})
    choose(she, "Départements d’intervention", "Indre-et-Loire (37)")
    look("caracteristiques")
    # The documents come before the button that goes on, and keep what is typed.
    she.press("Joindre : Attestation d’assurance (responsabilité civile professionnelle)")
    look("joindre")
    join(she, INSURANCE, clock.today() + dt.timedelta(days=300))
    she.press("Joindre : Kbis ou statuts")
    join(she, KBIS)
    she.reads("kbis.pdf", "assurance.pdf")
    # --- 3. Expériences, with a reference
    she.press("Enregistrer et continuer")
    fill(she, {"Présentation de l’activité d’accompagnement": "Nous aidons des associations à lire leurs comptes."})
    she.tick("Accompagnements individuels", "Accompagnements collectifs")
    choose(she, "Domaines d’accompagnement", "Gestion financière")
    choose(she, "Thèmes d’accompagnement", "Piloter avec une comptabilité analytique")
    choose(she, "Secteurs d’activité", "Culture")
    choose(she, "Types d’intervention", "Formation avec acquisition de savoir et de savoir-faire")
    look("experiences")
    she.press("Ajouter une référence")
    fill(
        she,
        {
            "Année": str(clock.today().year - 1), "Client (qui a demandé)": "DLA Berry",
            "Objet de l’accompagnement": "Six structures et leur tableau de bord.",
            "Thème": "Piloter avec une comptabilité analytique", "Nombre de jours": "4,5",
        },
    )  # fmt: skip
    she.tick("Dans le cadre d’un DLA", "Accompagnement collectif")
    look("reference")
    she.press("Enregistrer")
    she.reads("DLA Berry")
    # --- 4. Ressources humaines: somebody, and her CV
    she.press("Enregistrer et continuer")
    she.follow("Ajouter un intervenant")
    fill(
        she, {"Prénom et nom": "Nina Neuve", "Fonction": "Consultante", "Expertises": "Comptabilité des associations."}
    )
    she.page.locator("input[type=file]").set_input_files(CV)
    look("intervenant")
    she.press("Enregistrer")
    she.reads("CV joint")
    # --- 5. Autres informations
    she.follow("Rubrique suivante")
    fill(she, {"Prix par jour, au moins (HT)": "650", "Prix par jour, au plus (HT)": "800"})
    she.page.locator(".facultatif summary").click()
    she.tick("Fiche visible du public", "Engagement du prestataire")
    look("autres")
    she.press("Enregistrer")
    # --- The fiche is whole: it is sent
    she.reads("Rien ne manque : vous pouvez envoyer la fiche.")
    she.press("Envoyer au C2RA")
    she.is_told("La fiche est envoyée au C2RA")
    look("soumise")
    fiche = FicheVersion.objects.get()
    assert fiche.state == "soumise" and fiche.references.get().dla and Membre.objects.get().is_referent

    # --- The C2RA asks for something, the consultant deals with it
    becomes(she, people.c2ra, "Bonjour Régine")
    menu(she, "À relire")
    look("a-relire")
    she.follow("Cabinet Neuf")
    she.reads("Première fiche de ce prestataire", "DLA Berry")
    section = she.page.get_by_role("region", name="Ressources humaines", exact=True)
    section.locator("summary").click()
    section.get_by_label("À propos de").select_option(label="CV de Nina Neuve")
    section.get_by_label("Remarque").fill("Il manque les deux dernières années.")
    she.press("Noter la remarque", section)
    look("relire")
    she.press("Renvoyer à compléter")
    she.is_told()
    becomes(she, fiche.prestataire.membres.get().user, "Cabinet Neuf")
    she.reads("1 demande du C2RA à traiter")
    she.press("Envoyer au C2RA")
    she.reads("1 chose reste à faire avant l’envoi")
    look("demandes")
    fill(she, {"Votre réponse, s’il en faut une : CV de Nina Neuve": "Elles y sont, page 2."})
    she.press("C’est traité : CV de Nina Neuve")
    she.press("Envoyer au C2RA")
    she.is_told("La fiche est envoyée au C2RA")
    # --- The C2RA publishes it
    becomes(she, people.c2ra, "Bonjour Régine")
    menu(she, "À relire")
    she.follow("Cabinet Neuf")
    she.reads("Elles y sont, page 2.")
    she.press("Publier")
    she.is_told()

    # --- A chargé de mission finds it, and reads why
    becomes(she, people.charge, "Bonjour Alix")
    menu(she, "Portefeuille")
    she.page.get_by_role("searchbox", name="Rechercher").fill("comptes")
    facet = she.page.locator("#facette-theme")
    if scripts:  # on a phone the facets are behind one line
        she.page.get_by_text("Préciser la recherche", exact=True).click()
    facet.locator("summary").click()
    if scripts:  # the list answers as she types: what she unfolded stays so
        expect(she.page).to_have_url(re.compile(r"q=comptes"))
    facet.get_by_role("checkbox", name=re.compile("^Piloter avec une comptabilité analytique")).check()
    if not scripts:
        she.press("Chercher")
    result = she.page.get_by_role("listitem").filter(has_text="Cabinet Neuf")
    expect(result).to_contain_text("« comptes » : présentation")
    expect(result).to_contain_text("1 référence sur « Piloter avec une comptabilité analytique »")
    look("recherche")
    she.follow("Cabinet Neuf")
    she.reads("Ce prestataire peut être retenu aujourd’hui dans votre région.")
    look("fiche")


def test_letters_typed_while_the_list_answers_are_not_lost(page, login, people):
    login(page, people.charge)
    page.goto("/portefeuille/")
    held: list = []
    page.route("**/portefeuille/?*", lambda route: route.continue_() if held else held.append(route))
    field = page.get_by_role("searchbox", name="Rechercher")
    with page.expect_request("**/portefeuille/?*"):
        field.press_sequentially("comp")
    field.press_sequentially("tes")
    held[0].continue_()
    expect(page).to_have_url(re.compile(r"q=comptes\b"))
    expect(field).to_have_value("comptes")
    expect(field).to_be_focused()


def test_ticks_and_a_star_leave_the_focus_and_the_place_where_they_were(page, login, people, centre):
    for name in ("Cabinet Un", "Cabinet Deux", "Cabinet Trois"):
        published_prestataire(region=centre, name=name, raison_sociale=name)
    login(page, people.charge)
    page.set_viewport_size({"width": 1280, "height": 400})
    page.goto("/portefeuille/")
    bar = page.get_by_role("group", name="Prestataires cochés")
    for count, name in ((1, "Cabinet Deux"), (2, "Cabinet Trois")):
        box = page.get_by_role("checkbox", name=f"Cocher {name}")
        box.focus()
        before = page.evaluate("scrollY")
        page.keyboard.press("Space")
        expect(bar).to_contain_text(f"{count} coché")
        expect(box).to_be_focused()
        expect(box).to_be_checked()
        assert page.evaluate("scrollY") == before
    page.get_by_role("button", name="Ajouter à mes favoris : Cabinet Un").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Retirer de mes favoris : Cabinet Un")).to_be_focused()
    page.get_by_role("searchbox", name="Rechercher").fill("Trois")
    expect(bar).to_contain_text("2 cochés, dont 1 hors de cette page")
    with arriving(page):
        bar.get_by_role("button", name="Comparer").click()
    expect(page.get_by_role("columnheader", name="Cabinet Trois")).to_be_visible()


@pytest.fixture
def writing(centre):
    """A consultant whose fiche is being written."""
    user = UserFactory(first_name="Nina")
    return SimpleNamespace(user=user, prestataire=prestataire_of(user, region=centre, name="Cabinet Neuf"))


@pytest.mark.parametrize("scripts", [WITH, WITHOUT])
def test_a_session_that_expires_in_the_middle_of_a_rubric_loses_nothing(walker, writing, scripts):
    she = walker
    becomes(she, writing.user, "Cabinet Neuf")
    she.follow("Identité")
    she.page.locator(".facultatif summary").click()
    fill(she, {"Sigle": "CN", "Adresse": "3 rue du Pont"})
    if scripts:
        expect(she.page.locator("#etat-sigle")).to_contain_text("Enregistré")
    she.page.context.clear_cookies(name="dla_session")
    held: list = []
    she.page.route("**/rubriques/identite/*/", lambda route: held.append(route))
    fill(she, {"Code postal": "37000", "Commune": "Tours"})
    if scripts:  # the first of these finds no session, while the second is being typed
        held[0].continue_()
    else:
        she.press("Enregistrer")
    she.write({"Adresse électronique": writing.user.email, "Mot de passe": PASSWORD})
    she.press("Se connecter")
    expect(she.page.get_by_role("alert")).to_contain_text("Votre session avait pris fin")
    for label, value in {"Sigle": "CN", "Adresse": "3 rue du Pont", "Code postal": "37000"}.items():
        expect(she.field(label)).to_have_value(value)
    expect(she.field("Commune")).to_have_value("Tours")
    she.press("Enregistrer")
    she.is_told("La rubrique « Identité » est enregistrée")
    fiche = FicheVersion.objects.get()
    assert (fiche.sigle, fiche.address, fiche.code_postal, fiche.commune) == ("CN", "3 rue du Pont", "37000", "Tours")


def test_the_button_waits_for_what_is_being_saved(page, login, writing):
    """Who types the last field and sends at once does not meet her own saving."""
    login(page, writing.user)
    page.get_by_role("link", name="Identité", exact=True).click()
    held: list = []
    page.route("**/rubriques/identite/*/", lambda route: held.append(route))
    with page.expect_request("**/rubriques/identite/*/"):
        page.get_by_role("textbox", name="Commune", exact=True).fill("Tours")
        page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Identité")
    held[0].continue_()
    expect(page.get_by_role("status").first).to_contain_text("La rubrique « Identité » est enregistrée")
    assert FicheVersion.objects.get().commune == "Tours"


def test_the_year_of_a_fiche_reminders_to_update_confirmed_published_again(walker, centre, people, moved):
    she, began = walker, clock.today()
    user = UserFactory(first_name="Nina", email="nina@example.org")
    there = published_prestataire(user, region=centre, name="Cabinet Annuel", public=True)
    run_pending()
    mail.outbox.clear()

    def morning(day: dt.date) -> list[str]:
        """What the mails of that day remind the consultant of."""
        mail.outbox.clear()
        for hour in (6, 8):  # the reminders are owed before the day's mails leave
            moved(day, hour)
            enqueue_daily()
            run_pending()
        mine = [letter.subject for letter in mail.outbox if letter.to == [user.email]]
        return [subject for subject in mine if "à actualiser" in subject]

    # --- Eleven months: a first reminder, once; the fiche is still up to date
    assert morning(months_after(began, 11) - dt.timedelta(days=1)) == []
    assert morning(months_after(began, 11)) == ["Votre fiche sera à actualiser dans un mois : Cabinet Annuel"]
    assert morning(months_after(began, 11) + dt.timedelta(days=1)) == []
    # --- Twelve months: to be updated, it may not be retained any more
    assert morning(months_after(began, 12)) == ["Votre fiche est à actualiser : Cabinet Annuel"]
    becomes(she, people.charge, "Bonjour Alix")
    menu(she, "Portefeuille")
    she.follow("Cabinet Annuel")
    she.reads("à actualiser", "ne peut")
    # --- Thirteen months: the last reminder, and its link
    assert morning(months_after(began, 13)) == ["Votre fiche est à actualiser depuis un mois : Cabinet Annuel"]
    letter = mail.outbox[-1]
    she.page.context.clear_cookies()
    she.page.goto(link_of(letter))
    she.write({"Adresse électronique": user.email, "Mot de passe": PASSWORD})
    she.press("Se connecter")
    she.reads("Cabinet Annuel", "à actualiser")
    # --- She says that all is right: the insurance is not, it has expired since
    she.press("Tout est encore exact")
    she.is_refused("une attestation d’assurance en cours de validité")
    she.look("portefeuille-annuel-manque")
    she.follow("Caractéristiques")
    with arriving(she.page):
        she.page.get_by_role("button", name=re.compile("^Remplacer : Attestation d’assurance")).click()
    join(she, INSURANCE, clock.today() + dt.timedelta(days=360))
    she.follow("Retour")
    # An engagement is said again with each version.
    she.unfold("Ce qui manque encore")
    she.follow("votre engagement")
    she.tick("Engagement du prestataire")
    she.press("Enregistrer")
    she.press("Envoyer au C2RA")
    she.is_told("La fiche est envoyée au C2RA")
    # --- It waits for the C2RA: nobody is reminded of it
    assert morning(months_after(began, 14)) == []
    becomes(she, people.c2ra, "Bonjour Régine")
    menu(she, "À relire")
    she.follow("Cabinet Annuel")
    she.reads("1 différence avec la version publiée")
    she.press("Publier")
    she.is_told()
    publication = Publication.objects.get()
    assert publication.publiee_le == clock.today() and publication.fiche.numero == 2
    # --- Published again for a year: it may be retained, and the reminders have stopped
    becomes(she, people.charge, "Bonjour Alix")
    menu(she, "Portefeuille")
    she.follow("Cabinet Annuel")
    she.reads("Ce prestataire peut être retenu aujourd’hui dans votre région.")
    assert morning(months_after(began, 15)) == []
    assert morning(months_after(publication.publiee_le, 11)) == [
        "Votre fiche sera à actualiser dans un mois : Cabinet Annuel"
    ]
    assert there.versions.count() == 2


def test_a_list_is_narrowed_by_what_is_pasted_and_whole_again_when_cleared(page, login, writing):
    login(page, writing.user)
    page.get_by_role("link", name="Caractéristiques", exact=True).click()
    group = page.get_by_role("group", name="Départements d’intervention")
    search = group.get_by_role("searchbox", name="Chercher dans la liste")
    search.focus()
    page.keyboard.insert_text("finistere")  # as one pastes, dictates, or lets the browser fill
    expect(group.get_by_role("checkbox")).to_have_count(1)
    expect(group.get_by_role("checkbox", name="Finistère (29)")).to_be_visible()
    search.fill("")
    expect(group.get_by_role("checkbox", name="Indre-et-Loire (37)")).to_be_visible()


def test_what_autosave_refuses_is_tied_to_its_field(page, login, writing):
    login(page, writing.user)
    page.get_by_role("link", name="Identité", exact=True).click()
    field = page.get_by_role("textbox", name="Référent : téléphone")
    field.fill("06 12 34 56")
    field.blur()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("celui-ci en a 8"))
    field.fill("06 12 34 56 78")
    field.blur()
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#marque-contact_phone")).to_have_text("rempli")
