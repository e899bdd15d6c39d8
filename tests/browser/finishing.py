"""A mission as those who follow it live it: the chargé de mission in the dossier, the prestataire in its space."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

from django.urls import reverse
from playwright.sync_api import expect

from core.enums import Lane
from core.jobs.execution import run_next
from tests.browser import finish_worlds as worlds
from tests.browser.walking import Walker, arriving, letter_to
from tests.core.upload_files import PDF
from tests.factories import actor_of

INVOICE = {"name": "facture.pdf", "mimeType": "application/pdf", "buffer": PDF + b"%facture"}
PRODUCTION = {"name": "schemas.pdf", "mimeType": "application/pdf", "buffer": PDF + b"%schemas"}


def post() -> None:
    """The mails that are owed leave; documents wait: no walk of « Finaliser » reads one."""
    while run_next("navigateur", Lane.COURRIERS):
        pass


def open_mission(she: Walker, world: SimpleNamespace, room: str = "") -> None:
    """The mission, by its tab; then one of its rooms."""
    she.page.goto(reverse("projects:detail", args=[world.dossier.pk]))
    she.tab("Mission")
    if room:
        she.follow(room)


def open_space(he: Walker, world: SimpleNamespace, room: str) -> None:
    """The same for the prestataire."""
    he.page.goto(reverse("mission:missions"))
    he.follow(world.dossier.titre)
    he.follow(room)


def follow_like(it: Walker, pattern: str) -> None:
    """Follow the link whose name looks so."""
    with arriving(it.page):
        it.page.get_by_role("link", name=re.compile(pattern)).first.click()


def press_like(it: Walker, pattern: str) -> None:
    with arriving(it.page):
        it.page.get_by_role("button", name=re.compile(pattern)).first.click()


# --- Séances --------------------------------------------------------------------------------------------------------


def plan_a_seance(she: Walker, values: dict, expected: int) -> None:
    """Plan it, then expect those whom the dossier proposes."""
    she.follow("Prévoir une séance")
    she.write(values)
    she.press("Prévoir la séance")
    she.is_told("La séance est prévue")
    she.press("Ajouter les personnes cochées")
    she.is_told()
    expect(she.page.get_by_role("heading", name=f"Participants {expected}")).to_be_visible()


def plan_and_convene(she: Walker, world: SimpleNamespace) -> None:
    """The launch for all; then the first day of a group, convened: each receives her mail and her calendar."""
    open_mission(she, world)
    she.reads("Cabinet des Halles", "15 jours", "Convention signée", "15 février 2027")
    she.look("mission")
    she.follow("Séances")
    she.reads("Aucune séance pour l’instant")
    plan_a_seance(
        she,
        {"Date": worlds.LANCEMENT, "De": "09:30", "À": "12:30", "Jours de la mission": "0", "Lieu": "Orléans"},
        expected=62,
    )
    she.reads("Réunion de lancement : Se rencontrer et lancer la mission")
    she.follow("Toutes les séances")
    day = worlds.MODULES[0][1][0]
    plan_a_seance(
        she,
        {
            "Type de séance": "Séance collective",
            "Titre": "Module Cher, première journée",
            "Groupe": "Groupe Cher",
            "Date": day,
            "De": "09:00",
            "À": "17:00",
            "Lieu": "Bourges, union départementale",
        },
        expected=14,
    )
    she.press("Convoquer les participants")
    she.is_told("Les participants sont convoqués")
    she.look("seance-convoquee")
    post()
    person = worlds.people_of(world, "Cher")[0].structure
    letter = letter_to(she.page, person.contact_email)
    assert "Module Cher, première journée" in letter.body
    assert letter.attachments[0][0].endswith(".ics")


def note_who_came(she: Walker, world: SimpleNamespace) -> None:
    """The day was held: one did not come, one left early, the pilot was there."""
    open_mission(she, world, "Séances")
    follow_like(she, "^Séance collective : Module Cher")
    she.press("La séance a eu lieu")
    she.is_told("La séance a eu lieu")
    people = worlds.people_of(world, "Cher")
    for row in people[:10]:
        she.pick("présent", str(row))
    she.pick("présent en partie", str(people[10]))
    she.pick("absent", str(people[11]))
    for organisme in ("C2RA Centre", "Cabinet des Halles"):
        she.pick("présent", organisme)
    she.press("Enregistrer les présences")
    she.is_told("Présences enregistrées (15 changements)")
    she.look("seance-tenue")


# --- What the prestataire hands over --------------------------------------------------------------------------------


def plan_on_the_phone(he: Walker, world: SimpleNamespace) -> None:
    """Who leads the mission, whether the need is still the same, the dates: the planned part is returned."""
    open_space(he, world, "Suivi")
    he.follow("Nommer le consultant")
    he.write({"Consultant (nom et fonction)": "Nina Valombre, gérante"})
    he.press("Enregistrer")
    he.follow("Répondre")
    he.pick("oui : la mission continue")
    he.press("Enregistrer")
    he.is_told("la mission continue")
    he.press("Rendre les prévisions")
    he.is_told("Les prévisions sont rendues")
    he.look("suivi-previsions")


def return_a_stage(he: Walker, world: SimpleNamespace, titre: str, day: dt.date) -> None:
    """On its phone: what was done, when, with whom; returned to the chargé de mission."""
    open_space(he, world, "Suivi")
    he.look("suivi")
    he.follow(f"Réaliser et rendre : {titre}")
    he.write(
        {
            "Réalisée le": day,
            "Personnes rencontrées": "Onze directions, deux présidences.",
            "Production remise, si prévue": "Douze schémas d’organisation.",
        }
    )
    he.look("suivi-etape")
    he.press("Rendre l’étape")
    he.is_told("L’étape est rendue")


def hand_over_a_production(he: Walker, titre: str) -> None:
    he.follow("Productions")
    he.follow("Remettre une production")
    he.write({"Titre": titre, "Description sommaire": "Un schéma par office, en un recueil."})
    he.page.locator("input[type=file]").set_input_files(PRODUCTION)
    he.look("production")
    he.press("Remettre")
    he.is_told("La production est remise")
    he.reads(titre, "schemas.pdf")


def write_the_report(he: Walker, world: SimpleNamespace) -> None:
    """Prefilled from the fiche de suivi and the cahier; the last stage, result and the effects on the phone."""
    he.follow("Rapport final")
    he.press("Commencer le rapport")
    he.is_told("Le rapport est commencé")
    he.reads("Onze directions, deux présidences.")
    worlds.report_but_one(world.convention, actor_of(world.nina))
    he.follow("Commenter : Étape 5 : Module Loir-et-Cher")
    he.reads("Proposé d’après ce qui est déjà connu")
    he.look("rapport-etape")
    he.press("Enregistrer")
    he.is_told("L’étape est enregistrée")
    follow_like(he, r"^Écrire : .* \(3\)$")
    he.write({"Résultat atteint": "Une charte d’accueil dans quatre départements sur cinq."})
    he.press("Enregistrer")
    he.follow("Écrire : effets induits")
    he.write({"Effets induits": "Deux unions départementales mutualisent leur saison."})
    he.press("Enregistrer")
    he.follow("Ajouter une préconisation")
    he.write({"Préconisation": "Revoir les fiches de poste un an après."})
    he.press("Ajouter")
    he.is_told("La préconisation est ajoutée")
    he.reads("Tout y est : le rapport peut être remis.")
    he.look("rapport")
    he.press("Remettre le rapport")
    he.is_told("Le rapport est remis")


def accept_the_report(she: Walker, world: SimpleNamespace) -> None:
    open_mission(she, world, "Rapport final")
    she.reads("Rapport final reçu", "1. Rappel des objectifs", "6. Les observations ou préconisations éventuelles")
    she.look("rapport-recu")
    she.press("Accepter le rapport")
    she.is_told("Le rapport est accepté")


def ask_to_be_paid(he: Walker) -> None:
    he.follow("Paiements")
    he.follow("Demander : À la signature")
    he.write({"Numéro de la facture": "F-2027-031"})
    he.page.locator("input[type=file]").set_input_files(INVOICE)
    he.look("paiement-demander")
    he.press("Demander le paiement")
    he.is_told("La demande de paiement est enregistrée")


def pay(she: Walker, day: dt.date) -> None:
    she.follow("Paiements")
    she.reads("4 400,00 € demandés le 15 octobre 2027", "facture F-2027-031")
    she.follow("Noter le paiement : À la signature")
    she.write({"Payé le": day})
    she.press("Enregistrer")
    she.is_told("Le paiement est noté")
    she.reads("4 400,00 € payés le", "10 000,00 €")
    she.look("paiements")
