"""An evaluation as those who take part live it: the chargé de mission, the participants in the room, a structure by its
link, the prestataire in its space."""

from __future__ import annotations

import re
from types import SimpleNamespace

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import finish_worlds as worlds
from tests.browser.calling import link_in
from tests.browser.finishing import follow_like, open_space, post, press_like
from tests.browser.walking import Walker, letter_to

#: Of part 1, that the chargé de mission fills (002).
CONDITIONS_COLLECTIVE = (
    "Adéquation avec les délais et échéances prévus",
    "Contenu réalisé en conformité avec le cahier des charges initial",
    "Conformité des productions produites vers le DLA",
)
CONDITIONS_INDIVIDUELLE = (
    "Adéquation avec les délais et échéances prévus",
    "Conformité des productions produites vers le DLA",
    "Contenu réalisé en conformité avec le cahier des charges initial",
)
#: Of those that a participant answers in the room.
PARTICIPANT = (
    "Méthodologie d’accompagnement adaptée",
    "Pertinence de(s) l’expertise(s) spécifique(s)",
    "Qualité des échanges avec le prestataire",
    "Qualité de l’animation du groupe",
)
#: Of the facts of the synthesis, what the services and the pilot made of the séances: label, planned, done.
FACTS = (
    ("Jours d’intervention, convenus puis donnés", "15 jours", "15 jours"),
    ("Structures attendues, puis venues à une séance au moins", "60", "60"),
    ("Présences aux séances tenues, par structure", "240", "225, soit 94 %"),
)


def open_evaluation(she: Walker, world: SimpleNamespace, room: str = "") -> None:
    she.page.goto(reverse("projects:detail", args=[world.dossier.pk]))
    she.tab("Évaluation")
    if room:
        she.follow(room)


# --- The grid -------------------------------------------------------------------------------------------------------


def open_the_grid(she: Walker, world: SimpleNamespace) -> None:
    """Prepared in one click with those who answer; opened to answers."""
    open_evaluation(she, world, "Grilles d’évaluation")
    press_like(she, "^Préparer la grille")
    she.is_told("La grille est préparée")
    she.reads("Qui répond", "1. Chargé de mission", "Adéquation avec les délais et échéances prévus")
    she.press("Ouvrir aux réponses")
    she.is_told("Le questionnaire reçoit les réponses")


def show_the_code(she: Walker) -> str:
    """The QR code on the wall; returns the address that it opens."""
    she.follow("En séance")
    she.reads("Répondre depuis son téléphone", "0 réponse en séance")
    expect(she.page.get_by_role("main").locator("svg").first).to_be_visible()
    she.look("seance-ecran")
    return she.page.get_by_role("link", name=re.compile("^http")).inner_text()


def answer_in_the_room(it: Walker, address: str, structure: str, name: str) -> None:
    """On one's phone, without account."""
    it.page.goto(address)
    it.reads("Une réponse par personne, sans compte.")
    it.write({"Votre structure": structure, "Prénom et nom": name})
    for question in PARTICIPANT:
        it.pick("Oui", question)
    it.look("salle")
    it.press("Envoyer ma réponse")
    it.reads("Merci, votre réponse est reçue.")
    it.page.goto(address)
    it.reads("Une réponse a été donnée depuis cet appareil")


def watch_the_answers(she: Walker, told: str) -> None:
    """The number comes in by itself."""
    expect(she.page.locator("#nombre")).to_contain_text(told)


def fill_the_first_part(she: Walker, conditions: tuple[str, ...]) -> None:
    follow_like(she, "^Remplir : ")
    for condition in conditions:
        she.pick("Oui", condition)
    she.look("grille-premiere-partie")
    she.press("Noter cette réponse")
    she.is_told("La réponse est notée")


def close_and_hand(she: Walker) -> None:
    she.follow("Lire et restituer")
    she.reads("Il a 15 jours")
    she.press("Clore et remettre au prestataire")
    she.is_told("La grille est remise à Cabinet des Halles")


def comment_and_give_back(he: Walker, world: SimpleNamespace, grid: str, row: str, said: str) -> None:
    """From its mail to its space: it comments one row, then gives the grid back."""
    post()
    assert "grille" in letter_to(he.page, world.nina.email).body
    open_space(he, world, "Évaluation de la mission")
    he.follow(grid)
    he.look("grille-prestataire")
    he.write({f"Votre commentaire : {row}": said})
    he.press("Enregistrer et rendre au chargé de mission")
    he.is_told("La grille est rendue au chargé de mission")


def end_the_grid(she: Walker, said: str) -> None:
    she.page.reload()
    she.reads("Lisez-la, écrivez les causes identifiées", said)
    she.look("grille-rendue")
    she.press("Terminer")
    she.is_told("Le questionnaire est terminé")


def restore(she: Walker) -> None:
    """The evaluation is given back to the prestataire."""
    she.follow("Restituer l’évaluation au prestataire")
    she.write({"De quelle façon": "rencontre", "Ce que l’évaluation lui dit": "Une mission utile, un outil à alléger."})
    she.press("Restituer")
    she.is_told("L’évaluation est restituée")


def carry_to_the_plan(she: Walker) -> None:
    """What the structure answered becomes a row of its plan in one click; the plan is kept as it now stands."""
    press_like(she, "^Ajouter au plan de Les Fileuses : Qualité de l’appui")
    she.is_told("La réponse est dans le plan d’accompagnement de Les Fileuses")
    follow_like(she, "^Dans le plan de Les Fileuses : Qualité de l’appui")
    she.reads("Le tableau reste trop savant pour le bureau.")
    she.follow("Actualiser le plan")
    she.write({"Ce qui a conduit à actualiser le plan": "La mission est finie."})
    she.press("Actualiser le plan")
    she.is_told("Le plan est actualisé")


def answer_by_link(it: Walker, address: str, answers: dict[str, str], texts: dict[str, str] | None = None) -> None:
    """A structure, by its personal link."""
    post()
    it.page.goto(link_in(letter_to(it.page, address)))
    for question, answer in answers.items():
        it.pick(answer, question)
    for label, text in (texts or {}).items():
        it.page.get_by_role("textbox", name=label).first.fill(text)
    it.look("lien-evaluation")
    it.press("Envoyer mes réponses")
    expect(it.page.locator("body")).to_contain_text("Merci, votre réponse est envoyée")


def write_to(she: Walker, name: str) -> None:
    """Send its link to one of those who answer."""
    she.tick(f"Écrire à {name}")
    she.press("Écrire à ceux que j’ai cochés")
    she.is_told("1 courrier envoyé")


# --- The results ----------------------------------------------------------------------------------------------------


def ask_about_results(she: Walker, it: Walker, world: SimpleNamespace) -> None:
    """Prepared, opened; a structure answers by its link; closed."""
    open_evaluation(she, world, "Résultats")
    she.press("Préparer la question des résultats")
    she.is_told("Le questionnaire est prêt à être relu")
    she.press("Ouvrir aux réponses")
    she.is_told("Le questionnaire reçoit les réponses")
    structure = worlds.people_of(world, "Indre")[0].structure
    write_to(she, f"{structure.contact_name}, {structure.name}")
    answer_by_link(
        it,
        structure.contact_email,
        {
            "Améliorer la maîtrise du management de projet": "Oui",
            "Améliorer les capacités de financement des structures": "En partie",
        },
    )
    she.page.reload()
    she.reads("1 réponse sur")
    she.press("Clore les réponses")
    she.is_told("Les réponses sont closes")
    open_evaluation(she, world, "Résultats")
    she.follow("Lire les résultats")
    she.reads("Améliorer la maîtrise du management de projet")
    she.look("resultats")


# --- The synthesis --------------------------------------------------------------------------------------------------


def write_the_synthesis(she: Walker, world: SimpleNamespace) -> None:
    """Begun with the facts that the application knows; one register beside them; shared, then fixed."""
    she.follow("Synthèse")
    she.press("Commencer la synthèse")
    she.is_told("La synthèse est commencée")
    for fact, planned, done in FACTS:
        row = she.page.get_by_role("row").filter(has_text=fact).first
        expect(row).to_contain_text(planned)
        expect(row).to_contain_text(done)
    she.look("synthese-faits")
    she.follow("Écrire : pertinence")
    she.reads("Présences aux séances tenues, par structure")
    she.write({"Les objectifs répondaient-ils à la problématique ?": "Oui : la réorganisation était déjà engagée."})
    she.press("Enregistrer")
    she.is_told("La synthèse est enregistrée")
    worlds.the_other_registers(world)
    she.page.reload()
    she.press("Partager pour réactions")
    she.is_told("Une version est gardée")
    she.follow("Revenir à la synthèse")
    she.press("Arrêter la synthèse")
    she.is_told("La synthèse est arrêtée")
    she.look("synthese-arretee")


# --- The gate -------------------------------------------------------------------------------------------------------


def satisfied(she: Walker, *conditions: str) -> None:
    """The page of the gate shows these conditions met."""
    for label in conditions:
        row = she.page.locator("ul.gate > li").filter(has_text=label)
        expect(row.get_by_role("img", name="satisfaite", exact=True)).to_be_attached()
