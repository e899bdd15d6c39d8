"""A proposition as one reads it: on the page and in the PDF, formatted here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from consultations.propositions.contenu import DECIMAUX, ETAPE, INTERVENANT, JOURS, LIBELLES, SECTIONS, lue
from core.documents.blocks import Block, Definitions, Heading, Note, Prose
from core.formats import format_date, format_days, format_money, format_percent
from core.uploads.checks import readable_size

NON_DIT = "Non renseigné."


@dataclass(frozen=True)
class Ligne:
    """One thing said: its field, its label, its text; ``long`` for a text of several lines."""

    champ: str
    label: str
    text: str

    @property
    def long(self) -> bool:
        return len(self.text) > 120 or "\n" in self.text


@dataclass(frozen=True)
class Bloc:
    """A stage or an intervenant: its title and what it says."""

    titre: str
    lignes: list[Ligne]
    resume: str = ""
    cle: str = ""


@dataclass(frozen=True)
class Partie:
    """One section as it is read."""

    code: str
    titre: str
    lignes: list[Ligne] = field(default_factory=list)
    blocs: list[Bloc] = field(default_factory=list)

    @property
    def dit(self) -> bool:
        return bool(self.blocs) or any(ligne.text for ligne in self.lignes)


def en_mots(champ: str, valeur: str) -> str:
    """A kept value as people read it; empty when nothing is said."""
    if not valeur:
        return ""
    found = lue(champ, valeur)
    if champ in JOURS:
        return format_date(found)
    if champ == "tva":
        return format_percent(found)
    if champ in ("prix_ht", "prix_ttc"):
        return format_money(found, ttc=champ == "prix_ttc")
    return format_days(found) if champ in DECIMAUX else valeur


def _label(champ: str) -> str:
    return LIBELLES[champ].replace(" (€)", "").replace(" (jours)", "")


def _ligne(champ: str, valeurs: Mapping[str, str]) -> Ligne:
    return Ligne(champ, _label(champ), en_mots(champ, valeurs.get(champ, "")))


def periode(debut: str, fin: str) -> str:
    """« du 1er mars 2027 au 12 avril 2027 », or what is known of it."""
    told = [format_date(dt.date.fromisoformat(day)) if day else "" for day in (debut, fin)]
    if all(told):
        return f"du {told[0]} au {told[1]}"
    return f"à partir du {told[0]}" if told[0] else (f"jusqu’au {told[1]}" if told[1] else "")


def etape(number: int, row: Mapping[str, str]) -> Bloc:
    """One stage."""
    inside = [_ligne(champ, row) for champ in ETAPE if champ not in ("intitule", "debut", "fin")]
    when = periode(row.get("debut", ""), row.get("fin", ""))
    told = [en_mots("duree", row.get("duree", "")), when]
    return Bloc(
        f"{number}. {row.get('intitule') or 'Étape sans intitulé'}",
        [*(ligne for ligne in inside if ligne.text), *([Ligne("debut", "Période", when)] if when else [])],
        resume=", ".join(part for part in told if part),
        cle=row.get("cle", ""),
    )


def intervenant(row: Mapping[str, str]) -> Bloc:
    """One intervenant."""
    inside = [_ligne(champ, row) for champ in INTERVENANT if champ != "nom"]
    return Bloc(
        row.get("nom") or "Personne à nommer",
        [ligne for ligne in inside if ligne.text],
        resume=row.get("fonction", ""),
        cle=row.get("cle", ""),
    )


def parties(contenu: Mapping[str, Any]) -> list[Partie]:
    """All the sections that the content has (a proposition to an individual ingénierie has no collective one)."""
    told = []
    for section in SECTIONS:
        if section.champs and not any(champ in contenu for champ in section.champs):
            continue
        blocs = []
        if section.liste == "etapes":
            blocs = [etape(n, row) for n, row in enumerate(contenu.get("etapes", []), 1)]
        elif section.liste == "intervenants":
            blocs = [intervenant(row) for row in contenu.get("intervenants", [])]
        lignes = [_ligne(champ, contenu) for champ in section.champs]
        told.append(Partie(section.code, section.titre, lignes, blocs))
    return told


def jours_total(contenu: Mapping[str, Any]) -> Decimal | None:
    """Days on site and off site together; ``None`` when neither is told."""
    told = [lue(champ, contenu.get(champ, "")) for champ in ("jours_site", "jours_hors_site")]
    known = [days for days in told if days is not None]
    return sum(known, Decimal(0)) if known else None


def faits(contenu: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What one looks at first: days, price, stages."""
    total = jours_total(contenu)
    return [
        ("Journées", format_days(total) or NON_DIT),
        ("dont sur site", en_mots("jours_site", contenu.get("jours_site", "")) or NON_DIT),
        ("dont hors site", en_mots("jours_hors_site", contenu.get("jours_hors_site", "")) or NON_DIT),
        ("Prix HT", en_mots("prix_ht", contenu.get("prix_ht", "")) or NON_DIT),
        ("Prix TTC", en_mots("prix_ttc", contenu.get("prix_ttc", "")) or NON_DIT),
    ]


def pieces(contenu: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The files: name, size, SHA-256."""
    return [(p["nom"], readable_size(p["taille"]), p["sha256"]) for p in contenu.get("pieces", [])]


def blocks_of(contenu: Mapping[str, Any]) -> list[Block]:
    """A proposition as the blocks of a document."""
    told: list[Block] = [Definitions(faits(contenu))]
    for partie in parties(contenu):
        told.append(Heading(partie.titre, 2))
        if not partie.dit:
            told.append(Note(NON_DIT))
        for bloc in partie.blocs:
            told.append(Heading(bloc.titre, 3))
            if bloc.lignes:
                told.append(Definitions([(ligne.label, ligne.text) for ligne in bloc.lignes]))
        short = [(ligne.label, ligne.text) for ligne in partie.lignes if ligne.text and ligne.champ in DECIMAUX]
        if short:
            told.append(Definitions(short))
        for ligne in partie.lignes:
            if ligne.text and ligne.champ not in DECIMAUX:
                if len(partie.lignes) > 1:
                    told.append(Heading(ligne.label, 3))
                told.append(Prose(ligne.text))
    if files := pieces(contenu):
        told += [
            Heading("Fichiers joints", 2),
            Definitions([(name, f"{size}, SHA-256 {sha}") for name, size, sha in files]),
        ]
    return told
