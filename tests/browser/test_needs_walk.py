"""From the diagnostics of three associations to an ingénierie collective, by the radar of needs (000, « Appui à la
constitution d'un projet de mutualisation »)."""

from __future__ import annotations

import re

import pytest

from demo import data
from projects.ingenierie.models import Ingenierie
from tests.browser.test_walks import walker  # noqa: F401  (the same person at the keyboard)
from tests.browser.walking import Walker, arriving, attested, inscribe, organisation
from tests.factories import member

NAMES = ("Le Relais du Vercors", "La Main ouverte", "Entraide familiale de Vienne")


@pytest.fixture
def she(walker) -> Walker:  # noqa: F811
    return walker


def diagnose(she: Walker, name: str, entry: dict, problem: str, *, look: bool) -> None:
    """Write the diagnostic of one structure, with its need, and share it."""
    she.follow("Structures")
    she.follow(name)
    she.press("Commencer un diagnostic")
    she.is_told("Le diagnostic est commencé")
    she.edit("Écrire : Points forts", {"Points forts": "Une équipe soudée."}, told="est enregistrée")
    she.edit("Écrire : Problématiques à traiter", {"Problématiques à traiter": problem}, told="est enregistrée")
    she.follow("Inscrire un besoin")
    she.write({"Besoin d’accompagnement": entry["besoin"], "Thème (type de prestation Enée)": "Management / GRH"})
    she.pick("Haute")
    she.tick("Exprimé par la structure", "Identifié par le DLA")
    if look:
        she.look("besoin")
    she.press("Enregistrer")
    she.reads(entry["besoin"], "Priorité haute", "exprimé par la structure et identifié par le DLA")
    she.press("Partager avec la structure")
    she.is_told("Le diagnostic est figé")
    if look:
        she.look("diagnostic-partage")


def test_three_diagnostics_that_say_the_same_open_an_ingenierie_by_the_radar(she):
    told = data.diagnostics()["mutualisation"]
    row = attested("mutualisation")
    dla = organisation(row["pilote"])
    inscribe(dla, "38", NAMES, row["secteurs"][0], etp="4")
    she.sign_in(member(dla, first_name="Amaury", last_name="Chartrousin"))
    for name, entry in zip(NAMES, told["structures"], strict=True):
        diagnose(she, name, entry, told["probleme"], look=name == NAMES[0])

    # --- The radar gathers them
    she.follow("Besoins")
    she.look("radar")
    cell = she.page.get_by_role("link", name=re.compile(r"3.structures.*voir la liste")).first
    with arriving(she.page):
        cell.click()
    she.reads(*NAMES, *(entry["besoin"] for entry in told["structures"]))
    she.tick(*(f"Choisir {name}" for name in NAMES))
    she.press("Ouvrir une ingénierie collective avec ces structures")
    she.write({"Titre de l’ingénierie": row["titre"]})
    she.press("Ouvrir l’ingénierie")

    # --- The ingénierie says where it comes from
    she.reads(row["titre"], *(entry["besoin"] for entry in told["structures"]))
    she.tab("Structures")
    she.reads(*NAMES)
    she.look("structures-du-radar")
    assert Ingenierie.objects.get(titre=row["titre"]).structures_ciblees.count() == len(NAMES)
