"""The budget of « Engager » and what happens to it: lines, scenarios, decisions of funders, conventions, time."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from random import Random
from typing import Any

from accounts.models import Organisation
from core import clock
from demo.story import special
from demo.story.course import Event, Story
from engagement.budget.enums import CREDITS_DES_DLA, Part
from engagement.budget.models import LigneRessource, ScenarioBudget
from engagement.budget.services.budget import update_budget
from engagement.budget.services.conventions import add_convention, update_convention
from engagement.budget.services.lignes import add_charge, add_ressource, add_valorisation, remove_ligne, update_ligne
from engagement.budget.services.scenarios import add_scenario_budget
from engagement.partenaires.models import PartenaireProjet

#: Natures of the data files that the application words more finely.
_NATURES = {"collectivites": "collectivites_ponctuel"}
#: Rates of an invented budget, by nature of the charge: a training room is let at another rate than a consultant.
_RATES = {"realisation": "20.00", "logistique": "10.00", "communication": "20.00"}
_CENT = Decimal("0.01")
#: Equal shares among so many funders.
_EQUAL = {1: Part.TOUT, 2: Part.MOITIE, 3: Part.TIERS, 4: Part.QUART}
_DLA = re.compile(r"\bDLA (\d\w{1,2})\b")


def events(story: Story) -> list[Event]:
    """What happens before the démarche is confirmed."""
    told: list[Event] = [
        (0.56, lambda: _charges(story)),
        (0.61, lambda: _ressources(story)),
        (0.9, lambda: _granted(story)),
    ]
    if story.key in special.OTHER_BUDGET:
        told.append((0.62, lambda: _other_scenario(story)))
    if story.key in special.MIXED:
        told.append((0.63, lambda: _mixed(story)))
    if story.key in special.SHORT:
        told.append((0.7, lambda: _short(story)))
    if story.random.random() < 0.6:
        told.append((0.64, lambda: _time_given(story)))
    if _cofunded(story):
        told.append((0.66, lambda: _convention(story)))
    return told


def _random(story: Story) -> Random:
    """Chance of its own: what is told elsewhere of the ingénierie does not depend on it."""
    return Random(f"{story.key}:budget")


def _phase(line: dict[str, Any]) -> str:
    return f"Phase {line['phase']}" if "phase" in line else ""


def _charges(story: Story) -> None:
    budget = story.row["budget"]
    update_budget(
        story.ingenierie,
        {
            "regime": "ttc",
            "non_superposition": "Aucun des financements demandés ne porte déjà sur la même action.",
        },
        actor=story.actor,
    )
    several = len(budget["charges"]) > 1
    # The source documents say TTC without the rate: it is not made up.
    rated = not story.attested and _random(story).random() < 0.6
    for line in budget["charges"]:
        values = {
            "nature": line["nature"],
            "libelle": line["libelle"][:200],
            "phase": _phase(line),
            "montant": Decimal(line["montant"]),
            "taux_tva": Decimal(_RATES[line["nature"]]) if rated else None,
        }
        if line["nature"] == "realisation" and not (several and "phase" in line):
            values |= _days(story, values["montant"])
        add_charge(story.ingenierie, values, actor=story.actor)


def _days(story: Story, montant: Decimal) -> dict[str, Any]:
    """The days that a charge pays; with their price when it is told in whole cents and no source says otherwise."""
    days = Decimal(str(story.row["jours"])) + (1 if story.key in special.ONE_DAY_MORE else 0)
    price = (montant / days).quantize(Decimal("0.01"))
    if story.attested or price * days != montant:
        return {"quantite": days, "unite": "jour"}
    return {"quantite": days, "unite": "jour_collectif", "prix_unitaire": price}


def _parts(story: Story) -> list[str]:
    """The rule by which the funders share the charges, for the few budgets that keep to one; else empty codes."""
    count = len(story.row["budget"]["ressources"])
    if story.key in special.IN_SHARES and count in _EQUAL:
        return [_EQUAL[count]] * count
    return [""] * count


def _dla_named(story: Story, line: dict[str, Any]) -> Organisation | None:
    """The DLA whose credits a line tells: named by its number, or by the name of an organisation that takes part."""
    if line["nature"] not in CREDITS_DES_DLA:
        return None
    carriers = [key for key in story.carriers if key.startswith("dla-")]
    found = _DLA.search(line["financeur"])
    for key in carriers:
        if (found and key == f"dla-{found[1].lower()}") or story.organisation(key).name in line["financeur"]:
            return story.organisation(key)
    return None


def _ressources(story: Story) -> None:
    partners = {
        str(row.partenaire.name): row
        for row in PartenaireProjet.objects.filter(ingenierie=story.ingenierie).select_related("partenaire")
    }
    random = _random(story)
    for line, part in zip(story.row["budget"]["ressources"], _parts(story), strict=True):
        partner = partners.get(line["financeur"])
        expected = clock.today() + dt.timedelta(days=random.randint(12, 60)) if random.random() < 0.7 else None
        add_ressource(
            story.ingenierie,
            {
                "nature": _NATURES.get(line["nature"], line["nature"]),
                "partenaire": partner,
                "dla": _dla_named(story, line),
                "financeur": "" if partner else line["financeur"],
                "part": part,
                "demande": None if part else Decimal(line["demande"]),
                "date_decision": expected,
            },
            actor=story.actor,
        )


def _lines(story: Story) -> list[LigneRessource]:
    kept = LigneRessource.objects.filter(ingenierie=story.ingenierie, scenario__retenu=True)
    return list(kept.order_by("position", "pk"))


def _granted(story: Story) -> None:
    """The funders answer, when the file says so."""
    for line, told in zip(_lines(story), story.row["budget"]["ressources"], strict=True):
        if told["obtenu"] is not None:
            update_ligne(
                line,
                {
                    "obtenu": line.demande if line.part else Decimal(told["obtenu"]),
                    "date_decision": clock.today() - dt.timedelta(days=story.random.randint(1, 6)),
                },
                actor=story.actor,
                expected_version=None,
            )


def _short(story: Story) -> None:
    """A funder grants less than asked: the budget no longer balances, and says why."""
    line = max(_lines(story), key=lambda line: line.demande)
    update_ligne(
        line,
        {
            "obtenu": line.demande - Decimal(special.SHORT[story.key]),
            "date_decision": clock.today() - dt.timedelta(days=2),
        },
        actor=story.actor,
        expected_version=None,
    )


def _mixed(story: Story) -> None:
    """A quotation without its rate of TVA, in a budget TTC."""
    add_charge(
        story.ingenierie,
        {
            "nature": "logistique",
            "libelle": "Location de matériel, d’après un devis hors taxes",
            "montant": Decimal("480.00"),
            "base": "ht",
        },
        actor=story.actor,
    )


def _other_scenario(story: Story) -> None:
    """Another way of paying, beside the one that is kept."""
    other = special.OTHER_BUDGET[story.key]
    kept = ScenarioBudget.objects.get(ingenierie=story.ingenierie, retenu=True)
    scenario = add_scenario_budget(
        story.ingenierie,
        {"nom": other.name, "commentaire": other.comment},
        actor=story.actor,
        copy_of=kept,
    )
    for line in LigneRessource.objects.filter(scenario=scenario, nature=other.without):
        remove_ligne(line, actor=story.actor, expected_version=None)
    for nature, financeur, amount in other.instead:
        add_ressource(
            story.ingenierie,
            {"nature": nature, "financeur": financeur, "demande": Decimal(amount)},
            actor=story.actor,
            scenario=scenario,
        )


def _cofunded(story: Story) -> bool:
    """Do others than the pilot pay?"""
    return len(story.row["budget"]["ressources"]) > 1


def _convention(story: Story) -> None:
    """The convention with the co-funders, not signed yet."""
    names = [line["financeur"] for line in story.row["budget"]["ressources"][1:]]
    add_convention(
        story.ingenierie,
        {
            "reference": f"COFI-{clock.today():%Y}-{_random(story).randint(1, 99):02}",
            "cofinanceurs": ", ".join(names)[:300],
            "montant": sum((Decimal(line["demande"]) for line in story.row["budget"]["ressources"][1:]), Decimal(0)),
            "objet": "Versement d’un acompte au démarrage, solde au vu du rapport final.",
        },
        actor=story.actor,
    )


def sign(story: Story) -> None:
    """The convention is signed, once the démarche is confirmed."""
    for convention in story.ingenierie.conventions_cofinancement.all():
        update_convention(
            convention,
            {"date_signature": clock.today() - dt.timedelta(days=1)},
            actor=story.actor,
            expected_version=None,
        )


def paid(story: Story, share: str) -> None:
    """The funders pay a share of what they granted."""
    for line in _lines(story):
        if line.obtenu:
            update_ligne(
                line,
                {"verse": (line.obtenu * Decimal(share)).quantize(_CENT)},
                actor=story.actor,
                expected_version=None,
            )


def _time_given(story: Story) -> None:
    days = Decimal(str(story.row["jours"]))
    dlas = [story.organisation(key) for key in story.carriers if key.startswith("dla-")]
    for index, dla in enumerate(dlas[:3] or [None]):
        add_valorisation(
            story.ingenierie,
            {
                "acteur": "dla",
                "qui": "Chargé de mission : préparation et suivi" if not index else "Chargé de mission : suivi local",
                "dla": dla,
                "organisme": "" if dla else str(story.actor.organisation),
                "jours": (days / (2 if not index else 6)).quantize(Decimal("0.5")) or Decimal("0.5"),
                "taux_jour": Decimal("310.00"),
            },
            actor=story.actor,
        )
    if story.random.random() < 0.5:
        add_valorisation(
            story.ingenierie,
            {
                "acteur": "structures",
                "qui": "Participation des bénévoles et des salariés",
                "organisme": "Structures participantes",
                "jours": days * 2,
            },
            actor=story.actor,
        )
