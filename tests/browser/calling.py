"""A call to prestataires as those who take part live it: the pilot in the dossier, the candidates in their space."""

from __future__ import annotations

import re
from types import SimpleNamespace

from django.core.mail import EmailMessage
from django.urls import reverse

from accounts.models import User
from consultations.appel.models import Appel, Invitation
from consultations.appel.services import reponses
from consultations.propositions.services import brouillon, depots
from tests.browser.walking import Walker, arriving, letter_to
from tests.core.upload_files import PDF
from tests.factories import (
    PASSWORD,
    actor_of,
)

NOTE = {"name": "note-methodologique.pdf", "mimeType": "application/pdf", "buffer": PDF + b"%note"}
#: The sheet of the simplified mode (002, DLA 28).
SHEET = {
    "Secteur d’activité": "Spectacle vivant",
    "Taille de la structure": "2 salariés, 30 bénévoles",
    "Problématique rencontrée": "Faire connaître un projet artistique à des communes rurales.",
    "Thème": "Communication",
    "Objectif principal": "Que chaque association écrive son plan de communication",
    "Durée": "3 jours",
    "Échéance": "fin juin 2027",
}


def enter(walker: Walker, user: User, home: str) -> None:
    """Sign in and read the first page."""
    walker.page.goto("/")
    walker.write({"Adresse électronique": user.email, "Mot de passe": PASSWORD})
    walker.press("Se connecter")
    walker.reads(home)


def open_call(walker: Walker) -> None:
    """The page of the call, by its room."""
    walker.tab("Mise en concurrence")
    with arriving(walker.page):
        walker.panel("Appel aux prestataires").get_by_role("link").first.click()


def link_in(letter) -> str:
    """The address that a mail gives."""
    return re.search(r"http://\S+/lien/\S+", letter.body)[0]


def letter_saying(it: Walker, address: str, text: str) -> EmailMessage:
    """The last mail to this address that says ``text``, when the worker has sent it."""
    for _ in range(400):
        found = letter_to(it.page, address)
        if text in found.body:
            return found
        it.page.wait_for_timeout(50)
    raise AssertionError(f"aucun courrier « {text} » pour {address}")


def prepare(she: Walker, world: SimpleNamespace) -> None:
    """Prepare the call, invite the three from the list, open it."""
    she.page.goto(reverse("projects:detail", args=[world.dossier.pk]))
    she.tab("Mise en concurrence")
    she.look("aucun")
    she.follow("Préparer un appel")
    she.reads("Sera envoyée la version 1 du cahier des charges")
    she.follow("Mise en concurrence complète")
    she.look("preparer")
    she.press("Préparer l’appel")
    she.is_told("L’appel est préparé")
    she.reads("Personne n’est encore invité", "Aucun prestataire n’est invité.")
    she.look("prepare")
    she.follow("Inviter depuis la liste")
    for name in ("Cabinet des Halles", "Coopérative Ressort", "Atelier du Gué"):
        she.tick(f"Cocher {name}")
    she.look("liste")
    she.press("Inviter à l’appel ceux qui sont cochés")
    she.look("inviter")
    she.press("Inviter")
    she.is_told("3 prestataires sont inscrits parmi les invités")
    she.press("Ouvrir l’appel et envoyer les invitations")
    she.is_told("L’appel est ouvert")
    she.reads("3 prestataires invités", "Cahier des charges remis : version 1")
    she.look("ouvert")
    world.appel = Appel.objects.get(ingenierie=world.dossier)
    world.invitations = {i.prestataire.name: i for i in Invitation.objects.filter(appel=world.appel)}


def discover(he: Walker, user: User, world: SimpleNamespace) -> None:
    """One's space, one's consultations, the one that waits."""
    enter(he, user, "Ce qui vous attend")
    he.look("candidat-espace")
    he.page.goto(reverse("candidat:consultations"))
    he.look("candidat-consultations")
    he.follow(world.dossier.titre)
    he.reads("Votre réponse", "il reste", "Ce qui vous est remis")


def ask(he: Walker, question: str) -> None:
    """Say that one will answer, ask a question."""
    he.press("Je compte répondre")
    he.is_told("le DLA sait que vous comptez répondre")
    he.follow("Poser une question")
    he.write({"Votre question": question})
    he.look("candidat-question")
    he.press("Envoyer la question")
    he.is_told("la réponse sera publiée à tous")


def answer(she: Walker, question: str, reply: str) -> None:
    """The pilot answers to all; who asked is not said."""
    open_call(she)
    she.reads(question, "attend votre réponse")
    with arriving(she.page):
        she.page.get_by_role("link", name=re.compile("^Répondre à tous")).click()
    she.write({"Votre réponse, publiée à tous": reply})
    she.press("Publier à tous")
    she.is_told("La réponse est publiée")
    she.look("questions")


def write_the_proposition(he: Walker) -> None:
    """Section by section in the editor, as the buttons lead, with a stage, two people, a price, a file."""
    he.follow("Écrire ma proposition")
    he.reads("Ce que dit mon brouillon", "0 %")
    he.look("proposition-accueil")
    he.follow("Compréhension de la demande")
    he.write(
        {
            "Compréhension des enjeux et de la problématique": "Les offices changent de périmètre sans que leurs "
            "équipes sachent encore qui fera quoi.",
            "Prise en compte des spécificités associatives": "Les bureaux bénévoles décident, les salariés proposent.",
            "Modalités d’intégration et d’appropriation de la démarche par la structure": "Chaque office écrit "
            "lui-même son organigramme entre deux journées.",
        },
    )
    he.look("proposition-section")
    he.press("Enregistrer et continuer")
    # --- A stage
    he.press("Ajouter une étape")
    he.write(
        {
            "Intitulé de l’étape": "Cinq modules départementaux",
            "Objectif": "Que chaque office reparte avec son schéma.",
            "Contenu": "Trois journées par département, espacées de trois semaines.",
            "Durée prévisionnelle (jours)": "15",
            "Productions, en cours et à la fin de l’étape": "Un schéma d’organisation par structure.",
            "Par qui": "Le prestataire et les structures",
            "Du": "2027-03-02",
            "Au": "2027-10-22",
        },
    )
    he.look("proposition-etape")
    he.press("Enregistrer")
    he.is_told("enregistré dans votre brouillon")
    he.follow("Section suivante")
    # --- Who intervenes, from the fiche
    he.tick("Une Intervenante")
    he.press("Reprendre")
    he.look("proposition-intervenants")
    he.follow("Section suivante")
    he.write({"Journées sur site": "15", "Journées hors site": "1"})
    he.write({"Contenu et productions du travail hors site": "La mise en forme des schémas."})
    he.press("Enregistrer et continuer")
    he.write({"Prix HT (€)": "12000", "TVA": "20 %"})
    he.write({"Justification du coût": "750 € par journée, déplacements compris."})
    he.look("proposition-prix")
    he.press("Enregistrer et continuer")
    he.write({"Calendrier et échéances": "De mars à juin, puis octobre pour la restitution."})
    he.press("Enregistrer et continuer")
    he.write(
        {
            "Niveau d’engagement demandé aux structures": "Deux personnes par office, trois journées.",
            "Modalités d’échanges et d’animation (rencontres collectives, individuelles)": "Ateliers le matin, "
            "entretiens l’après-midi.",
            "Modalités d’enquête, de recueil d’informations préalables": "Un questionnaire court avant le module.",
        },
    )
    he.press("Enregistrer et continuer")
    he.page.get_by_label("Note méthodologique ou autre fichier").set_input_files(NOTE)
    he.look("proposition-note")
    he.press("Joindre, chiffré")
    he.reads("note-methodologique.pdf")


def deposit(he: Walker) -> str:
    """Read again, deposit; returns the number of the receipt."""
    he.follow("Relire et déposer")
    he.reads("Une Intervenante", "note-methodologique.pdf")
    he.look("proposition-relire")
    he.press("Déposer ma proposition")
    he.is_told("Votre proposition est reçue : récépissé")
    he.look("proposition-deposee")
    return re.search(r"R-\w{4}-\w{4}-\w{4}", he.page.get_by_role("main").inner_text())[0]


def others_propose(world: SimpleNamespace) -> None:
    """The two other candidates, by the services."""
    for price, other in zip(("14400.00", "10800.00"), world.others, strict=True):
        invitation, actor = world.invitations[other.prestataire.name], actor_of(other.user)
        told = f"La réorganisation, vue par {other.prestataire.name}."
        etape = {"intitule": "Un module par département", "duree": "15", "debut": "2027-03-02", "fin": "2027-06-25"}
        values = {"comprehension": told, "etapes": [etape], "jours_site": "15", "tva": "20.00", "prix_ttc": price}
        brouillon.save_draft(invitation, values, actor)
        depots.deposit(invitation, actor)


def prepare_simplified(she: Walker, world: SimpleNamespace) -> None:
    """The sheet, two invited, the call opened."""
    she.page.goto(reverse("projects:detail", args=[world.dossier.pk]))
    she.tab("Mise en concurrence")
    she.follow("Préparer un appel")
    she.follow("Appel à compétences simplifié")
    she.write(SHEET)
    she.write({"1ère rencontre, entre le": "2027-02-01", "Et le": "2027-02-12"})
    she.press("Préparer l’appel")
    she.is_told("L’appel est préparé")
    she.follow("Inviter depuis la liste")
    for name in ("Cabinet des Halles", "Atelier du Gué"):
        she.tick(f"Cocher {name}")
    she.press("Inviter à l’appel ceux qui sont cochés")
    she.press("Inviter")
    she.press("Ouvrir l’appel et envoyer les invitations")
    she.is_told("L’appel est ouvert")
    she.look("simplifie-ouvert")
    world.appel = Appel.objects.get(ingenierie=world.dossier)
    world.invitations = {i.prestataire.name: i for i in Invitation.objects.filter(appel=world.appel)}


def answer_the_four_questions(he: Walker, world: SimpleNamespace) -> None:
    """Nothing names the structures; the answers, in the words of the fiche; the other declines."""
    enter(he, world.nina, "Ce qui vous attend")
    he.follow(f"Appel à compétences – {world.dla.name}")
    he.reads("Spectacle vivant", "Répondre aux quatre questions")
    assert "Les Fileuses" not in he.page.content() and world.dossier.titre not in he.page.content()
    he.look("simplifie-consultation")
    he.follow("Répondre aux quatre questions")
    he.pick("Oui")
    he.write({"Cohérence de l’offre avec vos compétences et expériences": "Dix ans auprès de compagnies rurales."})
    he.write({"À quel prix moyen accepteriez-vous cette mission ?": "500"})
    he.look("simplifie-questions")
    he.press("Envoyer la réponse")
    he.is_told("Votre réponse est envoyée")
    he.look("simplifie-repondu")
    other = world.others[0]
    invitation = world.invitations[other.prestataire.name]
    reponses.decline(invitation, {"motif_declin": "hors_champs"}, actor=actor_of(other.user))


def preselect(she: Walker) -> None:
    """All have answered: one is pre-selected, with its reason."""
    she.page.reload()
    she.reads("Sa réponse aux quatre questions", "ne se positionne pas")
    with arriving(she.page):
        she.page.get_by_role("link", name=re.compile("^Pré-retenir")).click()
    she.write({"Motif": "Disponible aux dates, expériences sur la même filière."})
    she.look("simplifie-preretenir")
    she.press("Pré-retenir")
    she.is_told("Cabinet des Halles est pré-retenu")
    she.look("simplifie-preretenu")


def receive_and_write(he: Walker, world: SimpleNamespace) -> None:
    """The pre-selected one now reads the cahier and the diagnostics, and writes its project."""
    he.page.goto(reverse("candidat:consultation", args=[world.invitations["Cabinet des Halles"].pk]))
    he.reads(world.dossier.titre, "Vous êtes pré-retenu", "Diagnostic de Les Fileuses")
    he.look("simplifie-candidat-preretenu")
    he.follow("Écrire ma proposition")
    he.follow("Compréhension de la demande")
    he.write({"Compréhension des enjeux et de la problématique": "Donner sa valeur à un projet artistique rural."})
    he.press("Enregistrer et continuer")
    he.press("Ajouter une étape")
    he.write({"Intitulé de l’étape": "Trois journées", "Durée prévisionnelle (jours)": "3"})
    he.press("Enregistrer")
    he.follow("Retour")
    he.follow("Prix")
    he.write({"Prix HT (€)": "3000", "TVA": "20 %"})
    he.press("Enregistrer")
    he.follow("Relire et déposer")
    he.look("simplifie-relire")
    he.press("Déposer ma proposition")
    he.is_told("Votre proposition est reçue")
