"""What a plan d'accompagnement commands to an ingénierie: the row it carries out, the mission préconisée of it."""

from __future__ import annotations

from dataclasses import dataclass

from projects.ingenierie.models import Ingenierie
from projects.plans.models import LigneIngenierie
from structures.plans.content import echeance_of, moyens_of
from structures.plans.enums import EtatLigne
from structures.plans.models import LignePlan, MissionPreconisee


@dataclass(frozen=True, slots=True)
class Commande:
    """The row that the ingénierie starts from, and its mission when one is recommended."""

    ligne: LignePlan
    mission: MissionPreconisee | None


def mission_of(ligne: LignePlan) -> MissionPreconisee | None:
    """The mission recommended for a row: the first one, in the order of the plan."""
    return ligne.missions.order_by("position", "pk").first()


def commande_of(ingenierie: Ingenierie) -> Commande | None:
    """What the ingénierie starts from: the row it was opened from, else, for an ingénierie individuelle, the row
    attached to it (a collective one gathers rows of several plans, none of which commands it). Two queries."""
    found = LigneIngenierie.objects.filter(ingenierie=ingenierie.pk).exclude(ligne__etat=EtatLigne.ABANDONNE)
    if not ingenierie.is_individuelle:
        found = found.filter(ouvre=True)
    link = found.select_related("ligne__plan__diagnostic").order_by("-ouvre", "rattachee_le", "pk").first()
    return Commande(link.ligne, mission_of(link.ligne)) if link else None


def place_in_plan(ligne: LignePlan) -> str:
    """The row among the others of its plan: what it answers to, then what the plan expects from other means."""
    told = [f"La mission met en œuvre cette ligne du plan d’accompagnement : {ligne.difficulte.strip()}"]
    if ligne.action.strip():
        told.append(f"Action envisagée : {ligne.action.strip()}")
    others = [
        f"- {_other(other)}"
        for other in ligne.plan.lignes.exclude(pk=ligne.pk).exclude(etat=EtatLigne.ABANDONNE).order_by("position", "pk")
    ]
    if others:
        told.append("\n".join(["Par ailleurs, le plan prévoit :", *others]))
    return "\n\n".join(told)


def _other(ligne: LignePlan) -> str:
    """« Clarifier les missions de chaque structure (Moyens propres ; septembre 2026) »."""
    details = [moyens_of(ligne).replace("\n", ", "), echeance_of(ligne)]
    text = " ".join((ligne.action.strip() or ligne.difficulte.strip()).split())
    found = " ; ".join(filter(None, details))
    return f"{text} ({found})" if found else text
