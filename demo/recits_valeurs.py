"""What the files of monographies and of fiches expériences say, in the shapes of the rubriques of a récit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.formats import NBSP
from referentiels import lists
from referentiels.models import Secteur

RIEN: dict[str, Any] = {"valeur": None, "titre": "", "note": "", "source": "", "source_detail": ""}
_AXES = {
    "developpement-strategie-organisation": "strategie",
    "gestion-financiere-axe": "gestion",
    "communication-partenariat": "communication",
    "gestion-ressources-humaines": "rh",
}
#: What 001 does not say of its reading key, and that reading it suggests.
_DEDUITS = {
    "pilotage": "cle_pilotage",
    "origine_problematique": "cle_problematique",
    "echelle": "cle_echelle",
    "journees": "cle_journees",
    "methode": "cle_methode",
    "types_intervention": "cle_types",
}
DEDUIT = "Déduit à la lecture : le document ne le dit pas."
_ROLES = {"prestataire": "le prestataire", "charge_mission": "le chargé de mission", "structure": "la structure"}


def origine(row: dict[str, Any]) -> str:
    """« Cahier…, monographie B ; d’après le prestataire et le chargé de mission »."""
    who = [_ROLES[code] for code in row["sources"]]
    told = ", ".join(who[:-1]) + f" et {who[-1]}" if len(who) > 1 else who[0]
    return f"{row['origine']}{NBSP}; d’après {told}"


def _bullets(points: Iterable[str]) -> str:
    return "\n".join(f"- {' '.join(point.split())}" for point in points)


def texte(part: dict[str, Any] | None) -> str | None:
    """A text, then its points as a list; paragraphs for points that have each their heading."""
    if part is None:
        return None
    points = part.get("points") or []
    listed = "\n\n".join(points) if part.get("libelles") else _bullets(points)
    return "\n\n".join(filter(None, (part.get("texte"), listed))) or None


def _note(*notes: str | None) -> str:
    return "\n".join(" ".join(note.split()) for note in notes if note)


def _said(valeur: Any, note: str | None = "", **more: str) -> dict[str, Any]:
    return {**RIEN, "valeur": valeur, "note": _note(note), **more}


def _choix(code: str, precision: str = "") -> dict[str, str]:
    return {"code": code, "precision": precision}


def _days(value: float | None) -> str | None:
    return None if value is None else str(value)


def collective(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One of the four monographies of 001, by code of rubrique."""
    parts = row["rubriques"]
    told = {
        **_presentation(parts["presentation"], row["chiffres"]["couts"]),
        **_descriptif(parts["descriptif"]),
        **{
            code: _said(part["points"] if code.startswith("points_") else texte(part), part.get("note"))
            for code, part in parts["evaluation"].items()
        },
        **_key(row["cle_de_lecture"]),
    }
    for extra in row["chiffres"]["notes"]:
        known = told.setdefault(extra["sur"], dict(RIEN))
        known["note"] = _note(known["note"], extra["texte"])
    return told


def _presentation(part: dict[str, Any], couts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    moyens = part["moyens"]
    told = {
        "beneficiaires": _said(part["beneficiaires"]["points"], part["beneficiaires"].get("note")),
        "problematique": _said(texte(part["problematique"]), part["problematique"].get("note")),
        "objectifs": _said(part["objectifs"]["points"]),
        "moyens": _said(moyens["points"], moyens.get("note")),
        "cout": _said([_montant(one) for one in couts], titre=moyens.get("libelle_cout", "")),
    }
    for code, said in part["construction_partenariale"].items():
        told[f"construction_{code}"] = _said(texte(said), said.get("note"))
    for one in part["contenus"]:
        told[f"contenus_{_AXES[one['axe']]}"] = _said(one["points"], titre=one.get("libelle", ""))
    return told


def _montant(one: dict[str, Any]) -> dict[str, Any]:
    libelle = f"Phase {one['phase']}" if one["phase"] else ""
    return {"libelle": libelle, "montant": one["montant"], "taxes": one["taxes"], "jours": _days(one["jours"])}


def _descriptif(part: dict[str, Any]) -> dict[str, dict[str, Any]]:
    steps = part["etapes"]
    # A step has no note of its own: that of the rubrique says of which it speaks.
    notes = [f"{one['titre'].split(' :')[0].split(f'{NBSP}:')[0]} — {one['note']}" for one in steps if one.get("note")]
    told = {
        "mode_intervention": _said(texte(part["mode_intervention"])),
        "etapes": _said([_step(one) for one in steps], _note(*notes)),
        "nombre_journees": _said(texte(part["nombre_journees"]), part["nombre_journees"].get("note")),
    }
    if "deroulement" in part:
        told["deroulement"] = _said(texte(part["deroulement"]))
    return told


def _step(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "titre": one["titre"],
        "jours": _days(one.get("jours")),
        "attendus": one.get("resultats_attendus", ""),
        "methodes": one.get("methodes", ""),
        "texte": texte(one) or "",
    }


def _key(key: dict[str, Any]) -> dict[str, dict[str, Any]]:
    presentation, actions = key["presentation"], key["actions"]
    piloted, means, reached = presentation["pilotage"], presentation["moyens"], presentation["beneficiaires"]
    code = "dlas_c2ra" if {"dla", "c2ra"} <= set(piloted["qui"]) else ("c2ra" if "c2ra" in piloted["qui"] else "dlas")
    how_many = f"{piloted['nombre']} DLA" if piloted.get("nombre") else ""
    source, scale = presentation["origine_problematique"], reached["echelle"]
    shared = means["repartition_fonctions"]
    collective = presentation["type"] == "reponse_collective"
    secteurs = lists.by_code(Secteur)
    told = {
        "cle_pilotage": _said(_choix(code, how_many), piloted.get("note")),
        "cle_type": _said(_choix("reponse_collective" if collective else "solution")),
        "cle_problematique": _said(_choix(source["code"]), source.get("note")),
        "cle_systeme": _said(_choix(means["systeme_intervenant"])),
        "cle_fonctions": _said(shared["texte"], shared.get("note")),
        "cle_nombre": _said({"valeur": reached["nombre"], "precision": ""}),
        "cle_echelle": _said(_choix(scale["code"]), scale.get("note")),
        "cle_secteur": _said([secteurs[code].label for code in reached["secteur"]]),
        "cle_contenus": _said({"codes": [_AXES[axe] for axe in actions["axes"]], "precision": ""}),
        "cle_journees": _said({"valeur": str(actions["journees"]), "precision": ""}),
        "cle_mode": _said(_choix(actions["mode_intervention"])),
        "cle_methode": _said(_choix(actions["methode"])),
        "cle_types": _said({"codes": actions["types_intervention"], "precision": ""}),
        "cle_lien_plan": _said(actions["lien_plan"]["texte"], actions["lien_plan"].get("note")),
    }
    for when, codes in presentation["construction_partenariale"].items():
        told[f"cle_construction_{when}"] = _said({"codes": codes, "precision": ""})
    for code, said in key["specificites"].items():
        # What a rubrique tells already is read there.
        if said and "texte" in said:
            told[f"cle_{code}"] = _said(said["texte"])
    for item in (*presentation["deduits"], *actions["deduits"]):
        known = told[_DEDUITS[item]]
        known["note"] = _note(known["note"], DEDUIT)
    return told


# --- One beneficiary ------------------------------------------------------------------------------------------------

_TEXTES = (
    "besoins", "accompagnement_preconise", "mise_en_route", "demandeur", "personnes_impliquees", "public_touche",
    "parcours", "intention", "appui_individuel", "appui_collectif", "impact_territoire", "territoire_detail",
)  # fmt: skip
_POINTS = (
    "activites", "financements", "projets", "resultats", "outils_partages", "points_positifs", "points_vigilance",
)  # fmt: skip
_CHIFFRES = {
    "budget": "Budget annuel : {} euros",
    "part_lieu": "Part du lieu : {}",
    "part_compagnie": "Part de la compagnie : {}",
    "representations": "{} représentations par an",
    "spectateurs": "{} spectateurs",
    "adherents": "{} adhérents",
}


def beneficiaire(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The monographie of one beneficiary, by code of rubrique."""
    secteurs = lists.by_code(Secteur)
    own, ways = row["structure"], row["modalites"]
    others = own["intermittents"]
    told = {
        "secteurs": _said([secteurs[code].label for code in row["secteurs"]]),
        "territoire": _said(row["territoire"]),
        "mots_cles": _said(row["mots_cles"]),
        "structures": _number(own["nombre"]),
        "benevoles": _number(own["benevoles"], f"dont {own['benevoles_actifs']} actifs"),
        "salaries": _number(own["salaries"]),
        "etp": _number(
            own["etp"],
            f"et {others['nombre']} intermittents, {others['etp'].replace('.', ',')} en équivalent temps plein",
            own["note"],
        ),
        "chiffres": _said(
            [_figure(code, row["chiffres"][code]) for code in _CHIFFRES], source=row["chiffres"]["source"]
        ),
        "jours_individuels": _number(str(ways["jours_individuels"])),
        "jours_collectifs": _number(str(ways["jours_collectifs"])),
        "cout": _said([{"libelle": "", "montant": ways["cout"], "taxes": ways["taxes"], "jours": None}]),
        "objet": _said(ways["objet"]),
        "deroulement": _said(ways["deroulement"]),
        "paroles": _said([{"qui": one["qui"], "texte": one["texte"]} for one in row["paroles"]]),
    }
    for code in ("structures", "benevoles", "salaries", "etp"):
        told[code]["source"] = own["source"]
    for code in ("jours_individuels", "jours_collectifs", "cout", "objet", "deroulement"):
        told[code]["source"] = ways["source"]
    for code in _TEXTES:
        told[code] = _said(row[code]["texte"], row[code].get("note"), source=row[code]["source"])
    for code in _POINTS:
        told[code] = _said(row[code]["points"], row[code].get("note"), source=row[code]["source"])
    for code, said in row["partenariats"].items():
        told[f"partenariat_{code}"] = _said(said["texte"], source=said["source"])
    return told


def _number(value: Any, precision: str = "", note: str = "") -> dict[str, Any]:
    return _said({"valeur": value, "precision": precision}, note)


def _figure(code: str, value: Any) -> str:
    if code == "budget":
        value = f"{int(float(value)):,}".replace(",", "\u202f")
    return _CHIFFRES[code].format(value)


# --- Fiches expériences ---------------------------------------------------------------------------------------------


def fiche(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One of the six fiches expériences of 000, by code of rubrique."""
    means, reached, actions = row["moyens"], row["beneficiaires"], row["actions"]
    cost, contents = means["cout"], actions["contenus"]
    of_dla = cost["libelle"].partition("(")[2].rstrip(")")
    sessions = [{"titre": _session(one), "jours": None, "attendus": "", "methodes": "", "texte": ""}
                for one in actions["seances"]]  # fmt: skip
    sessions[0]["texte"] = texte(actions) or ""
    written = contents["libelle"]
    told = {
        "type": _said(_choix(row["type"])),
        "problematique": _said(row["problematique"]["texte"]),
        "objectifs": _said(row["objectifs"]["points"]),
        "systeme_intervenant": _said(means["systeme_intervenant"]["texte"]),
        "cout": _said(
            [{"libelle": of_dla, "montant": cost["montant"], "taxes": cost["taxes"] or "", "jours": None}],
            cost.get("note"),
        ),
        "nombre": _said({"valeur": reached["nombre"], "precision": _besides(reached)}),
        "territoire": _said(reached["territoire"]),
        "secteur": _said(reached["secteur"]["libelle"]),
        "seances": _said(sessions),
        "contenus": _said(
            {"codes": contents["types"], "precision": ""},
            titre="" if written == "Contenus abordés" else written,
        ),
        "contenus_points": _said([point["texte"] for point in contents["points"]] or None),
    }
    for note in row["notes"]:
        known = told[note["sur"]]
        known["note"] = _note(known["note"], note["texte"])
    return told


def _besides(reached: dict[str, Any]) -> str:
    """« associations (5 × 12) »: what the number counts."""
    return reached["libelle"].removeprefix(str(reached["nombre"])).strip()


def _session(one: dict[str, Any]) -> str:
    """« 3 journées d’information sur 3 territoires »."""
    count, unit = one["nombre"], one["unite"]
    told = f"{count} {unit}{'s' if count > 1 else ''}"
    if one.get("journees_chacun"):
        told += f" de {one['journees_chacun']} journées"
    told += f" ({one['forme']})"
    if one.get("mois"):
        told += f" sur {one['mois']} mois"
    places = one["territoires"]
    return f"{told}, {places} territoire{'s' if places > 1 else ''}"
