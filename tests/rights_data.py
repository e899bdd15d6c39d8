"""What is posted to each route of the rights table, and how its address is filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.rights_lines import (
    ALLOWED,
    Line,
    _same,
)
from tests.spreadsheets import csv_file


def _version(**more) -> Callable[[Any], dict]:
    return lambda w: {"version": "1", **more}


def _section(name: str, **more) -> Callable[[Any], dict]:
    return lambda w: {"version": str(getattr(w.dossier, name).version), **more}


def _identite(w) -> dict[str, Any]:
    return {"titre": "Pris", "pilote": str(w.a.pk), "version": str(w.dossier.version)}


def _budget(w) -> dict[str, Any]:
    return {"version": str(w.dossier.budget.version)}


def _charge(w) -> dict[str, Any]:
    return {"charges-version": _budget(w)["version"], "charges-nature": "suivi", "charges-libelle": "Moi",
            "charges-montant": "10"}  # fmt: skip


def _structure(w) -> dict[str, Any]:
    return {"name": "Neuve", "nature": "structure", "departement": str(w.structure.departement_id),
            "secteur": str(w.structure.secteur_id), "version": str(w.structure.version)}  # fmt: skip


def _contact(w) -> list:
    return [w.partenaire.pk, w.contact.pk]


def _contact_structure(w) -> list:
    return [w.structure.pk, w.contact_structure.pk]


def _kept(args, data) -> Line:
    """A page that changes a sheet read in the région: the neighbour is told whose it is."""
    return Line(args, _same(403, 404, voisin=403), _same(403, 404, voisin=403), data)


def _reunion(w) -> list:
    return [w.dossier.pk, w.reunion.pk]


def _of_reunion(name: str) -> Callable[[Any], list]:
    return lambda w: [w.dossier.pk, w.reunion.pk, getattr(w, name).pk]


REUNION = {"nature": "copil", "objet": "Pris", "date": "2026-12-03", "heure_debut": "09:00", "heure_fin": "11:00",
           "fuseau": "Europe/Paris"}  # fmt: skip


def _import_file(w) -> dict[str, Any]:
    text = f"Nom;Département;Secteur\nÀ moi;{w.structure.departement.code};{w.structure.secteur.code}\n"
    return {"fichier": csv_file(text)}


def _source(w) -> list:
    return [w.source.pk]


def _diagnostic(w) -> list:
    return [w.diagnostic.pk]


def _plan(w) -> list:
    return [w.plan.pk]


def _plan_version(w) -> dict[str, Any]:
    return {"version": str(type(w.plan).objects.get(pk=w.plan.pk).version)}


def _besoin(w) -> dict[str, Any]:
    need = w.diagnostic.besoins.get()
    return {"texte": "Pris", "type_prestation": str(need.type_prestation_id), "priorite": "1", "exprime": "on",
            "version": "1"}  # fmt: skip


ASSOCIE = {
    "famille": "financeurs",
    "roles": "Pris",
    **dict.fromkeys(("problematique_partagee", "complementaire", "interet"), "oui"),
}
#: Of the people of the table, only a C2RA of elsewhere may propose (to its own DLA).
_NOT_C2RA = dict.fromkeys(("lecture", "voisin", "loin", "sans", "ancien"), 403) | {"c2ra_loin": ALLOWED}
_PROPOSEE = {"expected_state": "proposee", "version": "1"}


def _pooled(w) -> list:
    return [w.mutualisation.pk]


PARTENAIRE = {"name": "Neuf", "famille": "financeurs"}
