"""What a plan says, in words: what is kept of each actualisation, compared with the next, and printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from core.formats import format_date
from core.text import shortened
from structures.plans.models import LignePlan, MissionPreconisee, PlanAccompagnement
from structures.plans.registry import links_of

#: What is told of a row, in the order of the form of the DLA 37, then what follows it up.
LIGNE_LABELS = {
    "difficulte": "Difficulté rencontrée",
    "cause": "Cause supposée",
    "action": "Action envisagée",
    "echeance": "Échéance",
    "moyens": "Moyens à mobiliser",
    "resultats": "Résultats attendus",
    "etat": "État",
    "suites": "Ingénierie",
}
MISSION_LABELS = {
    "contexte": "Pourquoi cette mission",
    "objectif": "Objectif général",
    "objectifs": "Objectifs opérationnels",
}


def echeance_of(ligne: LignePlan) -> str:
    """« Octobre - novembre », else « 30 septembre 2026 », else nothing."""
    return ligne.echeance_texte or format_date(ligne.echeance)


def moyens_of(ligne: LignePlan) -> str:
    """The kind of means, then what is said of them, on its own line."""
    kind = ligne.get_nature_moyen_display() if ligne.nature_moyen else ""
    return "\n".join(filter(None, [kind, ligne.moyens.strip()]))


def _ligne(ligne: LignePlan, suites: list[str]) -> dict[str, Any]:
    return {
        "id": ligne.pk,
        "difficulte": ligne.difficulte,
        "cause": ligne.cause,
        "action": ligne.action,
        "echeance": echeance_of(ligne),
        "moyens": moyens_of(ligne),
        "resultats": ligne.resultats_attendus,
        "etat": ligne.get_etat_display(),
        "suites": ", ".join(suites),
    }


def _mission(mission: MissionPreconisee) -> dict[str, Any]:
    return {
        "id": mission.pk,
        "contexte": mission.contexte,
        "objectif": mission.objectif_general,
        "objectifs": "\n".join(f"- {line}" for line in mission.liste_objectifs),
    }


def content_of(plan: PlanAccompagnement) -> dict[str, Any]:
    """The plan as it stands: plain JSON, in French."""
    lignes = list(plan.lignes.all())
    links = links_of(lignes, Actor.system("plan d’accompagnement"))
    return {
        "structure": str(plan.structure),
        "diagnostic": str(plan.diagnostic) if plan.diagnostic_id else "",
        "modalites": plan.modalites_suivi,
        "lignes": [_ligne(ligne, [link.label for link in links.get(ligne.pk, ())]) for ligne in lignes],
        "missions": [_mission(mission) for mission in plan.missions.all()],
    }


# --- What changed from one actualisation to the next ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: what, how (« ajoutée », « retirée », « modifiée », « déplacée »), field by field."""

    label: str
    kind: str
    fields: list[tuple[str, str, str]]


def _compare(before: list[dict], after: list[dict], labels: dict[str, str], noun: str, title: str) -> list[Change]:
    was = {row["id"]: row for row in before}
    now = {row["id"]: row for row in after}
    changes = []
    for row in after:
        name = f"{noun} « {shortened(row[title])} »"
        old = was.get(row["id"])
        if old is None:
            fields = [(label, "", row[code]) for code, label in labels.items() if row.get(code)]
            changes.append(Change(name, "ajoutée", fields))
            continue
        fields = [
            (label, old.get(code, ""), row.get(code, ""))
            for code, label in labels.items()
            if old.get(code, "") != row.get(code, "")
        ]
        if fields:
            changes.append(Change(name, "modifiée", fields))
    for row in before:
        if row["id"] not in now:
            fields = [(label, row[code], "") for code, label in labels.items() if row.get(code)]
            changes.append(Change(f"{noun} « {shortened(row[title])} »", "retirée", fields))
    return changes


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """What changed from ``before`` to ``after`` (contents of :func:`content_of`), rows then missions then the rest."""
    changes = _compare(before["lignes"], after["lignes"], LIGNE_LABELS, "Ligne", "difficulte")
    kept = [{row["id"] for row in side["lignes"]} for side in (before, after)]
    order = [[row["id"] for row in side["lignes"] if row["id"] in kept[0] & kept[1]] for side in (before, after)]
    if order[0] != order[1]:
        changes.append(Change("Ordre des lignes", "modifié", []))
    changes += _compare(before["missions"], after["missions"], MISSION_LABELS, "Mission", "objectif")
    rest = [
        (label, before.get(code, ""), after.get(code, ""))
        for code, label in (
            ("diagnostic", "Diagnostic dont il part"),
            ("modalites", "Modalités de suivi et d’actualisation"),
        )
        if before.get(code, "") != after.get(code, "")
    ]
    if rest:
        changes.append(Change("Le plan lui-même", "modifié", rest))
    return changes
