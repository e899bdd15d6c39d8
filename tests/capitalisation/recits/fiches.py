"""The six fiches expériences of 000, in the shape of the layout: all that they say has its place."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

import demo

SOURCE = Path(demo.__file__).parent / "data" / "fiches_experiences.yaml"


@cache
def fiches() -> list[dict[str, Any]]:
    return yaml.safe_load(SOURCE.read_text(encoding="utf-8"))


def rubriques(fiche: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By code, what ``ecriture.write`` takes."""
    moyens, publics, actions = fiche["moyens"], fiche["beneficiaires"], fiche["actions"]
    cout, contenus = moyens["cout"], actions["contenus"]
    payeurs = cout["libelle"].partition("(")[2].rstrip(")")
    points = "\n".join(f"- {point}" for point in actions.get("points", ()))
    if "texte" in actions:
        seances = [{"titre": actions["texte"], "texte": points}]
    else:
        seances = [{"titre": point} for point in actions["points"]]
    told = {
        "type": {"code": fiche["type"], "precision": ""},
        "problematique": fiche["problematique"]["texte"],
        "objectifs": fiche["objectifs"]["points"],
        "systeme_intervenant": moyens["systeme_intervenant"]["texte"],
        "cout": [{"libelle": payeurs, "montant": cout["montant"], "taxes": cout["taxes"] or ""}],
        "nombre": {"valeur": publics["nombre"], "precision": publics["libelle"].partition(" ")[2]},
        "territoire": publics["territoire"],
        "secteur": publics["secteur"]["libelle"],
        "seances": seances,
        "contenus": {"codes": contenus["types"], "precision": ""},
        "contenus_points": [point["texte"] for point in contenus["points"]],
    }
    found = {code: {"valeur": valeur, "source": "avise"} for code, valeur in told.items()}
    found["contenus"]["titre"] = contenus["libelle"]
    found["cout"]["note"] = cout.get("note", "")
    found["seances"]["note"] = " ".join(fiche["notes"])
    return found
