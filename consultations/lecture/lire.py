"""A content (``consultations.propositions.contenu``) as people read it: sections, their texts, their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consultations.propositions.contenu import DECIMAUX, JOURS, LIBELLES, LISTES, lue, sections
from core.formats import NBSP, format_date, format_money_plain, format_number

_PRICES = frozenset({"prix_ht", "prix_ttc"})
#: What names a row of a list; told as its title rather than among its fields.
TITRE = {"etapes": "intitule", "intervenants": "nom"}
_NAMELESS = {"etapes": "Étape", "intervenants": "Intervenant"}


def dit(champ: str, valeur: str) -> str:
    """A value as people read it: « 12 300,00 € », « 4,5 », « 2 mars 2027 », or the text."""
    if not valeur:
        return ""
    if champ in _PRICES:
        return format_money_plain(lue(champ, valeur))
    if champ == "tva":
        return f"{format_number(lue(champ, valeur))}{NBSP}%"
    if champ in DECIMAUX:
        return format_number(lue(champ, valeur))
    if champ in JOURS:
        return format_date(lue(champ, valeur))
    return valeur


def champs_dits(ligne: Mapping[str, Any], champs: tuple[str, ...]) -> list[tuple[str, str]]:
    """(label, text) of the fields that say something."""
    return [(LIBELLES[champ], text) for champ in champs if (text := dit(champ, ligne.get(champ, "")))]


def lire(contenu: Mapping[str, Any], *, collective: bool) -> list[dict[str, Any]]:
    """The sections of a content in their order, those that say nothing included (``vide``)."""
    told = []
    for section in sections(collective=collective):
        rows = []
        if section.liste:
            title = TITRE[section.liste]
            for number, row in enumerate(contenu.get(section.liste, []), 1):
                others = tuple(champ for champ in LISTES[section.liste] if champ != title)
                name = row.get(title) or _NAMELESS[section.liste]
                rows.append({"titre": f"{number}. {name}", "champs": champs_dits(row, others)})
        texts = champs_dits(contenu, section.champs)
        told.append(
            {
                "code": section.code,
                "titre": section.titre,
                "champs": texts,
                "lignes": rows,
                "vide": not texts and not rows,
            }
        )
    return told


def texte(section: Mapping[str, Any]) -> str:
    """A section told by :func:`lire` as one text, to be compared."""
    lines = [f"{label} : {text}" for label, text in section["champs"]]
    for row in section["lignes"]:
        lines += [row["titre"], *(f"{label} : {text}" for label, text in row["champs"])]
    return "\n".join(lines)


def en_bref(contenu: Mapping[str, Any]) -> str:
    """« 14 jours dont 2 hors site · 12 300,00 € TTC », or nothing."""
    told = []
    site, off = (lue(c, contenu.get(c, "")) for c in ("jours_site", "jours_hors_site"))
    if site is not None or off is not None:
        days = f"{format_number((site or 0) + (off or 0))} jours"
        told.append(f"{days} dont {format_number(off)} hors site" if off else days)
    for champ, label in (("prix_ttc", "TTC"), ("prix_ht", "HT")):
        if contenu.get(champ):
            told.append(f"{dit(champ, contenu[champ])} {label}")
            break
    return " · ".join(told)
