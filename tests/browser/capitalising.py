"""A resource as those who share it live it: the pilot in the dossier and the library, its committee, its readers."""

from __future__ import annotations

from types import SimpleNamespace

from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import User
from tests.browser import share_worlds as worlds
from tests.browser.calling import enter, link_in
from tests.browser.finishing import follow_like, post
from tests.browser.walking import Walker, letter_to

TITRE = "Communiquer un projet artistique loin des villes"
RESUME = "Cinq associations écrivent ensemble leur plan de communication : la méthode, le calendrier, le coût."


# --- The dossier ----------------------------------------------------------------------------------------------------


def open_capitalisation(she: Walker, world: SimpleNamespace, room: str) -> None:
    """The capitalisation of the dossier, by its tab; then one of its rooms."""
    she.page.goto(reverse("projects:detail", args=[world.dossier.pk]))
    she.tab("Capitalisation")
    she.follow(room)


def ask_consents(she: Walker, world: SimpleNamespace) -> None:
    """The structures are taken up from the dossier; both are written to."""
    open_capitalisation(she, world, "Consentements")
    she.press("Reprendre 2 structures du dossier")
    she.tick(f"Demander à {worlds.NOMMEE}", f"Demander à {worlds.TUE}")
    she.look("consentements")
    she.press("Envoyer la demande à ceux qui sont cochés")
    she.is_told()
    post()


def answer_consent(it: Walker, address: str, answer: str) -> None:
    """On the phone, by the link: who asks, what for; an answer."""
    it.page.goto(link_in(letter_to(it.page, address)))
    it.pick(answer, "Votre réponse")
    it.write({"Votre prénom et votre nom": "Alix Modèle"})
    it.look("consentement-lien")
    it.press("Enregistrer ma réponse")
    it.is_told("Votre réponse est enregistrée")


def write_the_fiche(she: Walker, world: SimpleNamespace) -> None:
    """Begun with what the dossier knows; a title one would look for, a rubrique corrected; « arrêtée »."""
    open_capitalisation(she, world, "Récits")
    she.look("recits")
    she.press("Commencer : Fiche expérience")
    she.is_told("ce que le dossier connaît y est déjà")
    she.reads("1 prestataire", "3 séances collectives", worlds.NOMMEE, f"Sans accord : {worlds.TUE}")
    she.look("fiche-commencee")
    she.edit("Modifier le titre et l’origine", {"Titre": TITRE}, told="")
    she.follow("Écrire : Objectifs opérationnels")
    she.write({"Objectifs opérationnels": "Savoir à qui l’on parle\nÉcrire son plan de communication"})
    she.look("fiche-rubrique")
    she.press("Enregistrer")
    she.is_told("La rubrique est enregistrée")
    she.reads("Avant d’arrêter une version, il manque", "Complétez d’abord ce qui manque")
    she.edit("Écrire : Territoire d’intervention", {"Territoire d’intervention": "L’Indre, ses communes rurales"})
    she.look("fiche-complete")
    she.press("Arrêter cette version")
    she.is_told("La version est arrêtée")


# --- The library ----------------------------------------------------------------------------------------------------


def deposit_the_fiche(she: Walker) -> None:
    """From the récit: what the dossier knows is proposed; what it does not know is typed."""
    she.follow("Dans la bibliothèque")
    she.reads("Proposé d’après ce qui est déjà connu")
    expect(she.field("Titre")).to_have_value(TITRE)
    she.look("deposer")
    she.write(
        {
            "En quelques phrases, ce qu’elle apporte": RESUME,
            "Licence": "CC BY 4.0",
            "Portée de l’essai": "source d’inspiration",
            "Vérifiée par (qualité)": "administratrice d’une compagnie",
            "Vérifiée le": worlds.VERIFIEE,
        }
    )
    she.press("Déposer")
    she.is_told("La ressource est déposée")


def propose(she: Walker) -> None:
    """Opened to the région at once, proposed to the committee."""
    she.look("ressource-brouillon")
    she.press("Ouvrir à la région")
    she.is_told("Les organisations de sa région la lisent")
    she.press("Proposer au comité éditorial")
    she.is_told("La ressource est proposée")
    post()


def give_by_account(it: Walker, titre: str, *, portee: str, look: str = "") -> None:
    """What is asked of her is on her first page."""
    follow_like(it, f"^Votre avis : {titre}")
    if look:
        it.look(look)
    it.pick("favorable", "Sa qualité")
    it.pick(portee, "Sa portée")
    it.press("Enregistrer mon avis")
    it.is_told("Votre avis est enregistré")


def give_by_link(it: Walker, address: str, *reads: str, portee: str) -> None:
    """On the phone: the resource is read whole, then an avis with its reserve."""
    post()
    it.page.goto(link_in(letter_to(it.page, address)))
    it.reads(*reads)
    it.look("avis-editorial-lien")
    it.pick("réservé", "Sa qualité")
    it.pick(portee, "Sa portée")
    it.write({"Pourquoi": "Dire d’où vient le coût."})
    it.press("Enregistrer mon avis")
    it.is_told("Votre avis est enregistré")


def come_to_decide(it: Walker, user: User, titre: str) -> None:
    """What may be decided is on her first page: the avis are read; the page of the resource holds the decision."""
    enter(it, user, f"Bonjour {user.first_name}")
    follow_like(it, f"^Comité éditorial : {titre}")
    it.reads("Les avis nécessaires sont là.", "Dire d’où vient le coût.")
    it.look("examen-a-decider")
    it.follow("Décider depuis la page de la ressource")


# --- Readers --------------------------------------------------------------------------------------------------------


def find_it(it: Walker, words: str, titre: str) -> None:
    """By words, among what one may read."""
    it.page.get_by_role("searchbox", name="Rechercher").fill(words)
    it.page.get_by_role("button", name="Chercher", exact=True).click()
    it.reads("1 ressource")
    it.look("bibliotheque-cherchee")
    it.follow(titre)


def take_back(it: Walker, address: str) -> None:
    """By the same link: not to be named any more."""
    it.page.goto(address)
    it.reads("consentement accordé")
    it.pick("Je n’accepte pas, ou je n’accepte plus", "Votre réponse")
    it.press("Enregistrer ma réponse")
    it.is_told("Votre réponse est enregistrée")


def find_from_problematique(she: Walker, world: SimpleNamespace) -> None:
    """From the room « Problématique » of her own dossier: what is near, from every région."""
    she.page.goto(reverse("projects:detail", args=[world.dossier.pk]))
    she.tab("Problématique")
    she.follow("Voir ce qui est proche, dans la région et dans la bibliothèque")
    she.reads(
        "Fiche expérience", str(world.ressource.contributeur), "même thème : Communication", "même secteur : Culture"
    )
    she.look("existe-t-il-deja")
    follow_like(she, f"^{world.ressource.titre}")
    she.reads(world.ressource.resume, "Source d’inspiration")


def use_it(she: Walker, world: SimpleNamespace) -> None:
    """One click: her ingénierie is chosen already; the counter says so."""
    she.look("ressource-a-utiliser")
    expect(she.field("Pour quelle ingénierie")).to_have_value(str(world.dossier.pk))
    she.press("Je l’utilise")
    she.is_told("C’est noté")
    she.reads("1 fois", world.dossier.titre)
    she.look("ressource-utilisee")


def ask_the_author(she: Walker, texte: str) -> None:
    she.follow("Écrire à l’auteur")
    she.pick("une question", "Vous écrivez")
    she.write({"Votre message": texte})
    she.look("question")
    she.press("Envoyer")
    she.is_told("C’est envoyé à l’auteur")


def answer_the_question(it: Walker, world: SimpleNamespace, texte: str) -> None:
    """What waits for the author is on her first page."""
    follow_like(it, world.ressource.titre)
    it.look("question-recue")
    follow_like(it, "^Répondre")
    it.write({"Réponse": texte})
    it.press("Publier la réponse")
    it.is_told("La réponse est publiée")
