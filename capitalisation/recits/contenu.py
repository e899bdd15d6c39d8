"""What a récit says, as one content: headings, words ready to be read, where each comes from.

A version freezes it with marks in the place of the names (:mod:`capitalisation.recits.noms`). It holds its own
headings: a layout that changes afterwards does not change what was told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capitalisation.recits.models import Recit, Rubrique
from capitalisation.recits.noms import marqueur, noms_de, partout
from capitalisation.recits.plans import PlanRecit, RubriquePrevue, plan_of
from capitalisation.recits.valeurs import chiffre, dire

FORMAT = 1


def rubriques_of(recit: Recit) -> dict[str, Rubrique]:
    """What is written, by code: one query."""
    found = {row.code: row for row in Rubrique.objects.filter(recit=recit)}
    for row in found.values():
        row.recit = recit
    return found


def est_dite(row: Rubrique | None) -> bool:
    return row is not None and row.valeur is not None


def manques(recit: Recit, rows: Mapping[str, Rubrique] | None = None) -> list[RubriquePrevue]:
    """The rubriques that a version needs and that say nothing yet."""
    rows = rubriques_of(recit) if rows is None else rows
    return [one for one in plan_of(recit.genre).rubriques if one.obligatoire and not est_dite(rows.get(one.code))]


def _options(plan: PlanRecit) -> dict[str, dict[str, str]]:
    """The lists that the application keeps, read once each."""
    return {one.choix_de: dict(one.options()) for one in plan.rubriques if one.choix_de}


def _rubrique(
    prevue: RubriquePrevue, row: Rubrique | None, niveau: int, lists: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    valeur = row.valeur if row is not None else None
    return {
        "code": prevue.code,
        "titre": (row.titre if row is not None else "") or prevue.titre,
        "niveau": niveau,
        "forme": prevue.forme,
        "valeur": dire(prevue, valeur, lists.get(prevue.choix_de)) if prevue.forme else None,
        "note": row.note if row is not None else "",
        "source": row.source if row is not None else "",
        "source_detail": row.source_detail if row is not None else "",
        "voir": prevue.voir,
    }


def construire(recit: Recit) -> dict[str, Any]:
    """The content of today, names in full."""
    plan, rows = plan_of(recit.genre), rubriques_of(recit)
    lists = _options(plan)
    parties, chiffres = [], []
    for partie in plan.parties:
        told = []
        for prevue in partie.rubriques:
            told.append(_rubrique(prevue, rows.get(prevue.code), 1, lists))
            told += [_rubrique(one, rows.get(one.code), 2, lists) for one in prevue.sous]
        parties.append({"code": partie.code, "titre": partie.titre, "cle": partie.cle, "rubriques": told})
    for prevue in plan.rubriques:
        row = rows.get(prevue.code)
        # A figure that needs a note is not shown without it.
        if row is not None and not row.note and (number := chiffre(prevue, row.valeur)):
            chiffres.append({"valeur": number, "libelle": prevue.chiffre})
    return {
        "format": FORMAT,
        "genre": recit.genre,
        "plan": plan.titre,
        "titre": recit.titre,
        "sous_titre": recit.sous_titre,
        "origine": recit.origine,
        "organisation": str(recit.organisation),
        "avertissement": plan.avertissement,
        "chiffres": chiffres,
        "parties": parties,
        "images": [
            {"image": row.pk, "piece": row.piece_id, "alt": row.alt, "legende": row.legende, "credit": row.credit}
            for row in recit.images.filter(accord=True)
        ],
    }


def marque(recit: Recit) -> dict[str, Any]:
    """The content of today with marks in the place of the names: what a version freezes."""
    return marquer_contenu(construire(recit), marqueur(noms_de(recit.ingenierie).noms))


def marquer_contenu(contenu: dict[str, Any], faire: Any) -> dict[str, Any]:
    """Each text that somebody wrote, changed by ``faire``; codes and the words of the layout stay."""
    kept = {
        name: contenu[name]
        for name in ("format", "genre", "plan", "organisation", "avertissement", "chiffres")
        if name in contenu
    }
    done = partout({name: value for name, value in contenu.items() if name not in kept}, faire)
    for partie, was in zip(done["parties"], contenu["parties"], strict=True):
        partie |= {"code": was["code"], "titre": was["titre"]}
        for rubrique, before in zip(partie["rubriques"], was["rubriques"], strict=True):
            rubrique |= {name: before[name] for name in ("code", "titre", "forme", "source", "voir") if name in before}
    return {**kept, **done}
