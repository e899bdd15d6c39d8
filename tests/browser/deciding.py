"""From the opening of the propositions to the signed convention: the pilot, the structures by their links, the
candidates, those who sign."""

from __future__ import annotations

import re
from types import SimpleNamespace

from django.urls import reverse

from accounts.models import Grant, User
from accounts.services import link_token, open_link, read_link
from consultations.lecture.models import Evaluateur
from consultations.lecture.services import lecteurs, lectures
from core import clock
from core.actor import Actor
from missions.conventions.models import Convention
from tests.browser import moments
from tests.browser.calling import enter, letter_saying, link_in, open_call
from tests.browser.walking import Walker, arriving, letter_to
from tests.core.upload_files import PDF
from tests.factories import (
    actor_of,
)

PAPER = {"name": "exemplaire-signe.pdf", "mimeType": "application/pdf", "buffer": PDF + b"%signe"}
FAMILIES = ("conformité avec la commande", "qualité de la réponse", "qualité des intervenants", "coûts",
            "propre à l’ingénierie collective")  # fmt: skip
CODES = ("conformite", "reponse", "intervenants", "couts", "collectif")


def open_the_propositions(she: Walker, world: SimpleNamespace, receipt: str) -> None:
    """Two structures and the pilot read; the opening, with its record; one receipt checked."""
    open_call(she)
    she.reads("la date limite est passée", "3 propositions reçues")
    she.follow("Grille de lecture")
    she.press("Je lis les propositions")
    for number, ciblee in enumerate(world.readers):
        she.follow("Une structure")
        she.write(
            {
                "Structure": f"{ciblee.structure} ({ciblee.get_state_display()})",
                "Nom de la personne": f"Présidente {number + 1}",
                "Adresse électronique": f"structure{number}@example.org",
            }
        )
        if not number:
            she.look("lecture-structure")
        she.press("Ajouter")
        she.is_told("son lien partira à l’ouverture")
    she.look("lecture-avant")
    open_call(she)
    she.follow("Ouvrir les propositions")
    she.write({"Témoin": "Une administratrice", "Sa qualité": "présidente d’une structure"})
    she.look("ouverture-avant")
    she.press("Ouvrir les propositions")
    she.is_told("3 propositions ouvertes")
    she.reads(receipt, "en présence de Une administratrice")
    she.look("ouverture")
    with arriving(she.page):
        she.page.get_by_role("link", name=re.compile("^vérifier son empreinte.*Halles")).click()
    she.reads("Conforme", "note-methodologique.pdf")
    she.look("proposition-ouverte")


def read_by_link(it: Walker, world: SimpleNamespace, number: int) -> None:
    """A structure declares, reads a proposition in the page (the two others by the services), ends its reading."""
    letter = letter_to(it.page, f"structure{number}@example.org")
    it.page.goto(link_in(letter))
    it.reads("Avant de lire : vos conflits d’intérêts")
    if not number:
        it.look("lien-declaration")
    it.pick("Non, avec aucun")
    it.press("Enregistrer ma déclaration")
    it.reads("3 propositions à lire")
    read_one(it, "Cabinet des Halles", look="lien-lecture" if not number else "")
    read_the_rest(world, Evaluateur.objects.get(email=f"structure{number}@example.org"))
    it.page.reload()
    if not number:
        it.look("lien-lectures")
    it.press("Ma lecture est terminée")
    it.is_told("Vous lisez maintenant celles des autres")


def read_one(it: Walker, name: str, look: str = "") -> None:
    """An appreciation by family, one rating."""
    it.follow(f"Lire et apprécier : {name}")
    for family in FAMILIES:
        it.write({f"Votre appréciation : {family}": f"Ce que nous en disons pour {family}."})
    notes = it.page.locator("details.lecture-notes", has=it.page.locator("select")).first
    notes.locator("summary").click()
    notes.locator("select").first.select_option("3")
    if look:
        it.look(look)
    it.press("Enregistrer ma lecture")
    it.is_told("Votre lecture est enregistrée")


def read_the_rest(world: SimpleNamespace, row: Evaluateur) -> None:
    """What this evaluator has still to read, by the services."""
    actor = actor_of(row.user) if row.user else link_actor(row)
    for name, invitation in world.invitations.items():
        if name != "Cabinet des Halles":
            texts = dict.fromkeys(CODES, f"{name} : à discuter.")
            lectures.save_lecture(row, invitation, texts, {}, actor=actor)


def link_actor(row: Evaluateur) -> Actor:
    """Who holds the link of an evaluator."""
    token = link_token(Grant.objects.of(row, lecteurs.LIEN).get())
    return open_link(read_link(token), token).actor


def read_oneself(she: Walker, world: SimpleNamespace) -> None:
    """The pilot reads too, then compares."""
    open_call(she)
    with arriving(she.page):
        she.panel("La suite").get_by_role("link", name="Lire et apprécier").click()
    she.look("lecture-salle")
    she.follow("Ma lecture")
    she.pick("Non, avec aucun")
    she.press("Enregistrer ma déclaration")
    read_one(she, "Cabinet des Halles", look="ma-lecture")
    read_the_rest(world, Evaluateur.objects.get(user=world.pilot))
    she.page.reload()
    she.press("Ma lecture est terminée")
    she.follow("Lire les appréciations de tous")
    she.reads("Comparaison des propositions", "3 lectures terminées")
    she.look("comparaison")


def decide(she: Walker) -> None:
    """The choice, who receives what, the act; the procès-verbal is there."""
    open_call(she)
    she.follow("Décider")
    she.pick("Cabinet des Halles")
    she.write(
        {
            "Choisi": "avec les structures",
            "Qui a décidé": "Comité de pilotage, avec les structures",
            "Motifs du choix": "La démarche la plus proche des équipes.",
        }
    )
    she.look("decider")
    she.press("Voir qui reçoit quoi")
    she.reads("Ce que Coopérative Ressort recevra")
    she.look("decider-apercu")
    she.press("Décider et envoyer les restitutions")
    she.is_told()
    she.look("attribue")


def be_told_no(it: Walker, user: User) -> None:
    """One that is not retained reads its restitution, from the mail."""
    letter = letter_saying(it, user.email, "/restitution/")
    enter(it, user, "Coopérative Ressort")
    it.page.goto(re.search(r"http://\S+/restitution/", letter.body)[0])
    it.reads("proposition non retenue", "Coopérative Ressort : à discuter.")
    it.look("restitution")


def build_together(she: Walker, he: Walker, world: SimpleNamespace) -> None:
    """The DLA asks for a change, the prestataire writes it, the structures validate: one by its link, all together."""
    she.tab("Mise en concurrence")
    she.follow("Projet retenu de Cabinet des Halles")
    she.look("projet")
    she.write({"Rubrique": "Calendrier", "Commentaire": "Pas de module pendant les vacances de printemps."})
    she.press("Enregistrer le commentaire")
    she.is_told("Votre commentaire est enregistré")
    he.page.goto(reverse("candidat:consultation", args=[world.invitations["Cabinet des Halles"].pk]))
    he.look("candidat-retenu")
    he.follow("Le projet retenu")
    he.reads("Pas de module pendant les vacances de printemps.")
    he.look("projet-prestataire")
    he.follow("Modifier : Calendrier")
    he.write({"Calendrier et échéances": "De mars à juin hors vacances, puis octobre pour la restitution."})
    he.write({"Ce qui change (facultatif)": "Les vacances de printemps sont évitées."})
    he.look("projet-section")
    he.press("Enregistrer une nouvelle version")
    he.is_told("version 2 du projet")
    she.page.reload()
    she.follow("Demander à une structure")
    ciblee = world.readers[0]
    she.write({"Structure": str(ciblee), "Nom de la personne": "Présidente 1"})
    she.write({"Adresse électronique": "projet0@example.org"})
    she.press("Envoyer le lien")
    she.is_told("Le lien est parti")


def validate_by_link(it: Walker) -> None:
    """A structure validates the project by its link."""
    it.page.goto(link_in(letter_to(it.page, "projet0@example.org")))
    it.reads("version 2 du projet", "hors vacances")
    it.look("lien-projet")
    it.pick("nous convient : nous le validons")
    it.press("Envoyer ma réponse")


def decide_simplified(she: Walker, world: SimpleNamespace) -> None:
    """The DLA reads it at once, decides; the structures validate the project together."""
    open_call(she)
    she.look("simplifie-depose")
    she.follow("Décider")
    she.pick("Cabinet des Halles")
    she.write({"Choisi": "avec les structures", "Qui a décidé": "Le DLA, avec les associations"})
    she.write({"Motifs du choix": "Le projet répond à chaque association."})
    she.press("Voir qui reçoit quoi")
    she.look("simplifie-apercu")
    she.press("Décider et envoyer les restitutions")
    she.is_told()
    she.tab("Mise en concurrence")
    she.follow("Projet retenu de Cabinet des Halles")
    she.follow("Saisir un avis")
    she.pick("projet validé", "Avis")
    she.pick("en réunion", "Comment")
    she.write({"Par qui": "Les deux associations, en réunion"})
    she.look("projet-avis")
    she.press("Enregistrer")
    she.is_told("L’avis est enregistré")
    she.reads("projet validé le")


def begin_the_convention(she: Walker) -> None:
    """Prefilled from the validated project; what it lacks is told, and typed."""
    she.page.reload()
    she.reads("projet validé le")
    she.look("projet-valide")
    she.tab("Convention")
    she.look("convention-aucune")
    she.follow("Commencer la convention")
    she.press("Commencer")
    she.is_told("La convention est commencée")
    she.reads("Projet d’intervention de Cabinet des Halles, version")
    she.look("convention-projet")


def complete_the_convention(she: Walker, world: SimpleNamespace, amounts: tuple[str, str]) -> None:
    """Who signs, and the schedule of payments; then the text is frozen."""
    convention = Convention.objects.get(ingenierie=world.dossier)
    for number, row in enumerate(convention.parties.filter(signe=True)):
        she.follow(f"Modifier : {row.nom}")
        she.write({"Représentée par": f"Personne {number}", "En qualité de": "présidence"})
        she.write({"Adresse électronique du signataire": f"signataire{number}@example.org"})
        if not number:
            she.look("convention-partie")
        she.press("Enregistrer")
    for label, amount in zip(("À la signature", "À la remise du rapport final"), amounts, strict=True):
        she.follow("Ajouter un paiement")
        she.write({"Quand il est dû": label, "Montant (€ TTC)": amount})
        she.press("Ajouter")
    she.reads("Tout y est : le pilote peut la mettre à la signature.")
    she.look("convention-complete")
    she.press("Mettre à la signature")
    she.is_told("Le texte est figé")


def send_to_sign(she: Walker) -> None:
    """Once its PDF is made, each is sent a link."""
    button = she.page.get_by_role("button", name="Envoyer à chacun son lien")
    for _ in range(60):
        if button.count():
            break
        she.page.wait_for_timeout(500)
        she.page.reload()
    she.look("convention-a-signer")
    she.press("Envoyer à chacun son lien")
    she.is_told("liens envoyés")


def sign_online(it: Walker) -> None:
    """The first party reads, declares who it is, types the code received, signs."""
    address = "signataire0@example.org"
    it.page.goto(link_in(letter_to(it.page, address)))
    it.look("lien-signer")
    it.tick("J’ai lu le texte en entier et je le signe en connaissance de cause.")
    it.press("Recevoir le code qui signe")
    it.is_told("Le code part à votre adresse")
    code = re.search(r"^\d{6}$", letter_saying(it, address, "Voici le code qui signe").body, re.M)[0]
    it.write({"Code reçu": code})
    it.look("lien-code")
    it.press("Signer")
    it.is_told("Votre signature est enregistrée")
    it.look("lien-signe")


def sign_on_paper(she: Walker) -> None:
    """Those who have not signed online signed the same text on paper; then all have."""
    she.page.reload()
    she.follow("Enregistrer des signatures sur papier")
    for field in she.page.locator("input[type=date]").all():
        field.fill(clock.today().isoformat())
    she.page.locator("input[type=file]").set_input_files(PAPER)
    she.look("convention-papier")
    she.press("Enregistrer les signatures")
    she.is_told("Les signatures sont enregistrées")
    she.look("convention-signee")
    she.follow("Le texte et les preuves")
    she.reads("intact", "SHA-256")
    she.look("convention-preuves")


def pass_to_finaliser(she: Walker) -> None:
    """Nothing is missing any more: the ingénierie passes to the last step."""
    moments.pass_the_gate(she, "Finaliser la démarche", "Finaliser")
