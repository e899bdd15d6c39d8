"""Whole walks of a chargé de mission, from the sign-in page to the cahier des charges in PDF.

The cases are those of the source documents (demo/data/ingenieries_reelles.yaml): what is typed is read there.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engagement.objectifs.enums import ObjectifOperationnel
from projects.identification.aide_type import Attendu, Besoin
from tests.browser import moments
from tests.browser.walking import Walker, attested, in_days, inscribe, offices, organisation
from tests.factories import member
from tests.pdf import pdf_faults, pdf_text

GOAL = "Donner aux offices de tourisme les méthodes et les outils pour conduire leur réorganisation"
PRODUCTIONS = "- un schéma d’organisation par office ;\n- les fiches de poste revues ;\n- le rapport final de mission."
PLACES = ("Cher (18)", "Eure-et-Loir (28)", "Indre (36)", "Indre-et-Loire (37)", "Loir-et-Cher (41)")
#: The titles of the document, and the families and criteria of the grille de lecture.
CHAPTERS = (
    "Origine de la demande et contexte",
    "Structures bénéficiaires",
    "Partenaires et comité de pilotage",
    "Type d’ingénierie, thème et objectifs",
    "Contenu attendu",
    "Conditions techniques et méthodologiques",
    "Durée, coût et calendrier",
    "Rôle du prestataire dans l’évaluation",
    "Votre proposition",
    "Diagnostic et annexes",
)
CRITERES = (
    "Conformité avec la commande",
    "possibilité d’intervention dans l’échéancier proposé",
    "compréhension des enjeux et de la problématique",
    "Qualité des intervenants",
    "justification des coûts",
)


@pytest.fixture
def walker(page, axe, fits, screenshot):
    """Somebody at the keyboard, who looks at a page with axe, for what overflows, and takes pictures."""

    def look(page, name: str) -> None:
        page.evaluate("window.scrollTo(0, 0)")  # what the header hides after an anchor is not too small
        axe(page)
        fits(page, page.viewport_size["width"])
        screenshot(page, name)

    return Walker(page, look)


def assert_printed(content: bytes, expected: list[str]) -> None:
    """All of this is in the text of the PDF, where a word may be cut at the end of a line."""
    text = whole(pdf_text(content))
    missing = [told for told in expected if whole(told) not in text]
    assert not missing, f"absents du PDF : {missing}"


def whole(text: str) -> str:
    return text.replace("- ", "").replace("-", "")


def test_the_c2ra_walks_the_slot_case_from_the_sign_in_page_to_the_pdf(walker, worker):
    she, row = walker, attested("slot")
    c2ra = organisation(row["pilote"])
    dlas = [organisation(key) for key in row["associes"]]
    names: list[str] = []
    for dla, part in zip(dlas, row["structures"]["ventilation"], strict=True):
        code = part["departement"]
        told = offices(code, row["structures"]["modele"])[: part["nombre"]]
        names += inscribe(dla, code, told, "tourisme", etp="2.5", budget="140000.00")
    inscribe(organisation("dla-45"), "45", ["Office de tourisme d’ailleurs"], "tourisme")

    # --- She opens the ingénierie
    she.sign_in(member(c2ra, first_name="Violaine", last_name="Saint-Ardoux", fonction="Animatrice régionale"))
    she.look("accueil")
    she.follow("Nouvelle ingénierie")
    she.write(
        {
            "Titre": row["titre"],
            "Accroche": row["accroche"],
            "DLA référent": "DLA 37 (Indre-et-Loire)",
            "Date de début": in_days(60),
            "Date de fin prévue": in_days(300),
        }
    )
    she.tick(*(dla.name for dla in dlas), "Tourisme", "Management / GRH", "Projet de la structure")
    she.tick("Cher (18)", "Eure-et-Loir (28)", "Indre (36)", "Indre-et-Loire (37)", "Loir-et-Cher (41)")
    she.look("nouvelle")
    she.press("Ouvrir l’ingénierie")
    she.is_told("L’ingénierie est ouverte")

    # --- The gate is shut, and says why
    she.follow("Il manque 3 conditions pour passer à l’étape suivante")
    she.reads(
        "La problématique est écrite, avec son origine",
        "Le rôle du DLA est posé",
        "Lever des conditions, avec un motif",
    )
    expect(she.page.get_by_role("button", name="Engager la démarche", exact=True)).to_have_count(0)
    she.look("porte-fermee")

    # --- Identifier
    she.tab("Présentation")
    moments.identify(she, row)
    she.look("presentation")
    moments.choose_type(
        she,
        row,
        [Besoin.COMMUN.label, Attendu.LES_DEUX.label],
        "Le besoin est commun ; chaque office doit pourtant repartir avec sa propre organisation.",
    )
    moments.pick_structures(she)
    moments.tick_the_checklist(she)
    moments.pass_the_gate(she, "Engager la démarche", "Engager")

    # --- Engager
    moments.associate(she, row)
    she.look("partenaires")
    moments.set_goals(she, row)
    moments.gather_opinions(she, [dla.name for dla in dlas], c2ra.name)
    she.look("validation")
    moments.balance(she, row)
    she.reads("Le budget est équilibré à 15 000,00 €")
    she.look("budget")
    moments.pass_the_gate(she, "Confirmer la démarche", "Confirmer")

    # --- Confirmer
    moments.design_the_intervention(she, row, days="16")
    she.look("projet-intervention")
    reference = moments.begin_the_cahier(she)
    she.look("cahier")
    she.reads("Deux thèmes ou plus sont cochés")
    moments.complete_the_cahier(
        she,
        {
            "Type, thème, objectifs et résultats": {
                "But de la mission": "Outillage opérationnel",
                "Objectif général": GOAL,
            },
            "Contenu et productions attendus": {"Productions attendues": PRODUCTIONS},
            "Durée, coût et calendrier": {
                "Nombre de jours, au moins": "15",
                "Précisions sur le coût": "Budget de l’intervention : 15 000 € TTC, frais de déplacement compris.",
                "Restitution": in_days(290),
            },
            "Réponse": {"Date limite de réponse": f"{in_days(30)}T17:00"},
            "Diagnostic et annexes": {
                "Diagnostic": "Synthèse du diagnostic",
                "Synthèse du diagnostic": "L’organisation du travail est le premier point faible cité.",
            },
        },
        untick="Projet de la structure",
    )
    she.look("cahier-complet")
    assert "Aperçu du" in pdf_text(moments.preview(she))
    name, content = moments.diffuse(she)
    she.look("cahier-diffuse")

    # --- What a prestataire reads
    assert name == f"{reference}-v1.pdf"
    assert pdf_faults(content) == []
    assert_printed(
        content,
        [
            row["titre"],
            row["accroche"],
            reference,
            "60 structures",
            "15 000 €",
            "C2RA Centre-Val de Loire",
            *(dla.name for dla in dlas),
            *(f"{place} : 12" for place in PLACES),
            *names,
            GOAL,
            *(ObjectifOperationnel(code).label for code in row["objectifs_operationnels"]),
            *(result["libelle"] for result in row["resultats"]),
            *(partner["nom"] for partner in row["partenaires"]),
            *CHAPTERS,
            *CRITERES,
        ],
    )


@pytest.mark.sqlite
def test_a_charge_de_mission_walks_the_artistic_projects_case_on_a_small_screen(walker, worker):
    she, row = walker, attested("artistiques-ruraux")
    she.page.set_viewport_size({"width": 360, "height": 740})
    dla = organisation(row["pilote"])
    she.sign_in(member(dla, first_name="Ysaline", last_name="Brandemare", fonction="Chargée de mission"))

    # --- Identifier: her own DLA and département are proposed
    she.follow("Nouvelle ingénierie")
    she.write(
        {
            "Titre": row["titre"],
            "Accroche": row["accroche"],
            "Date de début": in_days(60),
            "Date de fin prévue": in_days(200),
        }
    )
    expect(she.page.get_by_role("checkbox", name="Indre (36)")).to_be_checked()
    she.tick("Culture", "Communication / NTIC")
    she.press("Ouvrir l’ingénierie")
    moments.identify(she, row)
    moments.choose_type(
        she,
        row,
        [Besoin.SEMBLABLE.label, Attendu.CHACUNE.label],
        "Chaque association écrit son propre plan, après un apport commun.",
    )
    names = moments.inscribe_from_the_project(she)
    moments.pass_the_gate(she, "Engager la démarche", "Engager")

    # --- Engager
    moments.associate(she, row)
    moments.set_goals(she, row)
    moments.gather_opinions(she, [dla.name])
    moments.balance(she, row)
    she.reads("Le budget est équilibré à 3 600,00 €")
    moments.pass_the_gate(she, "Confirmer la démarche", "Confirmer")

    # --- Confirmer
    moments.design_the_intervention(she, row, days="3")
    reference = moments.begin_the_cahier(she)
    moments.complete_the_cahier(
        she,
        {
            "Type, thème, objectifs et résultats": {
                "But de la mission": "Outillage opérationnel",
                "Objectif général": row["role_dla"]["idee"],
            },
            "Durée, coût et calendrier": {"Précisions sur le coût": "Au total 3 600 € TTC pour trois journées."},
            "Réponse": {"Date limite de réponse": f"{in_days(30)}T12:00"},
            "Diagnostic et annexes": {"Diagnostic": "Aucun diagnostic annexé"},
        },
    )
    name, content = moments.diffuse(she)

    assert name == f"{reference}-v1.pdf"
    assert pdf_faults(content) == []
    assert_printed(
        content,
        [
            row["titre"],
            row["accroche"],
            reference,
            dla.name,
            "5 structures",
            *names,
            "3 jours",
            "1 200,00 € TTC",
            "3 600 € TTC",
            row["role_dla"]["idee"],
            *(result["libelle"] for result in row["resultats"]),
            *CHAPTERS[:-1],
            *CRITERES,
        ],
    )
