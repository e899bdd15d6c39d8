"""What a proposition holds, as plain data: its fields, its sections, and the SHA-256 of what was deposited.

Sources: 002 theme 2 and its grid; 000, démarche 3/4. Nothing of it is prefilled but the intervenants, proposed from the
published fiche (002: targeting must not reduce how individual the answer is).
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.canonical import canonical, digest
from core.journal import plain

SCHEMA = 1

#: Numbers (kept as text, exact) and days (ISO) among the fields.
DECIMAUX = frozenset({"duree", "jours_site", "jours_hors_site", "prix_ht", "prix_ttc", "tva"})
JOURS = frozenset({"debut", "fin"})

#: One stage (« intitulé et objectif », contenu, durée, outils, productions « par qui, avec qui, comment »).
ETAPE = (
    "intitule", "objectif", "contenu", "duree", "outils", "productions", "par_qui", "avec_qui", "comment",
    "debut", "fin",
)  # fmt: skip
INTERVENANT = ("nom", "fonction", "experiences")
#: What is made of several rows, and the fields of one row. A draft gives each row a key, under :data:`CLE`.
LISTES: dict[str, tuple[str, ...]] = {"etapes": ETAPE, "intervenants": INTERVENANT}
CLE = "cle"
AU_PLUS = 40


@dataclass(frozen=True)
class Section:
    """One section of the proposition: its fields in order, what it is for; ``collective`` for a collective one only."""

    code: str
    titre: str
    champs: tuple[str, ...]
    aide: str
    collective: bool = False
    liste: str = ""


SECTIONS: tuple[Section, ...] = (
    Section(
        "comprehension",
        "Compréhension de la demande",
        ("comprehension", "specificites", "appropriation"),
        "Ce que vous comprenez des enjeux, ce que vous ferez des spécificités associatives, et comment la structure "
        "fera sienne la démarche.",
    ),
    Section(
        "etapes",
        "Étapes de l’intervention",
        (),
        "Une étape après l’autre : c’est sur elles que la mission sera suivie.",
        liste="etapes",
    ),
    Section(
        "intervenants",
        "Intervenants",
        (),
        "Qui interviendra, et son expérience sur le même thème ou dans la même filière.",
        liste="intervenants",
    ),
    Section(
        "duree",
        "Nombre de journées",
        ("jours_site", "jours_hors_site", "hors_site", "justification_jours"),
        "Sur site et hors site ; le hors site payé a son contenu et ses productions.",
    ),
    Section(
        "prix",
        "Prix",
        ("prix_ht", "tva", "prix_ttc", "justification_prix"),
        "L’un des deux prix suffit : l’autre s’en déduit avec la TVA.",
    ),
    Section("calendrier", "Calendrier", ("calendrier",), "Vos échéances, et ce dont elles dépendent."),
    Section(
        "collectif",
        "Ingénierie collective",
        ("engagement", "animation", "enquete", "role_evaluation", "articulation"),
        "Ce que demande une démarche à plusieurs structures.",
        collective=True,
    ),
    Section(
        "note",
        "Note méthodologique",
        ("note",),
        "Écrite ici, ou jointe en un ou plusieurs fichiers. Facultative si vos étapes disent tout.",
    ),
)
BY_CODE = {section.code: section for section in SECTIONS}
TEXTES = tuple(champ for section in SECTIONS for champ in section.champs)
SECTION_OF = {champ: section for section in SECTIONS for champ in section.champs}

LIBELLES = {
    "comprehension": "Compréhension des enjeux et de la problématique",
    "specificites": "Prise en compte des spécificités associatives",
    "appropriation": "Modalités d’intégration et d’appropriation de la démarche par la structure",
    "intitule": "Intitulé de l’étape",
    "objectif": "Objectif",
    "contenu": "Contenu",
    "duree": "Durée prévisionnelle (jours)",
    "outils": "Outils",
    "productions": "Productions, en cours et à la fin de l’étape",
    "par_qui": "Par qui",
    "avec_qui": "Avec qui",
    "comment": "Comment",
    "debut": "Du",
    "fin": "Au",
    "nom": "Prénom et nom",
    "fonction": "Fonction",
    "experiences": "Expériences sur le même thème, dans la même filière",
    "jours_site": "Journées sur site",
    "jours_hors_site": "Journées hors site",
    "hors_site": "Contenu et productions du travail hors site",
    "justification_jours": "Justification du nombre de journées, étape par étape",
    "prix_ht": "Prix HT (€)",
    "tva": "TVA",
    "prix_ttc": "Prix TTC (€)",
    "justification_prix": "Justification du coût",
    "calendrier": "Calendrier et échéances",
    "engagement": "Niveau d’engagement demandé aux structures",
    "animation": "Modalités d’échanges et d’animation (rencontres collectives, individuelles)",
    "enquete": "Modalités d’enquête, de recueil d’informations préalables",
    "role_evaluation": "Rôle dans la démarche d’évaluation",
    "articulation": "Articulation avec les partenaires du système intervenant",
    "note": "Note méthodologique",
}


def sections(*, collective: bool) -> list[Section]:
    """The sections that a proposition has, for a collective ingénierie or not."""
    return [section for section in SECTIONS if collective or not section.collective]


def vide() -> dict[str, Any]:
    """A proposition in which nothing is written."""
    return {**dict.fromkeys(TEXTES, ""), **{liste: [] for liste in LISTES}}


def rien_d_ecrit(contenu: Mapping[str, Any]) -> bool:
    """Is there not a word in it? (Neither in its files: the caller knows them.)"""
    return not any(contenu.get(champ) for champ in TEXTES) and not any(contenu.get(liste) for liste in LISTES)


def garde(champ: str, valeur: Any) -> str:
    """A value as it is kept: text always (decimals exact, days in ISO)."""
    return "" if valeur is None else str(plain(valeur))


def lue(champ: str, valeur: str) -> Any:
    """A value as forms and computations take it: a ``Decimal``, a day, or the text."""
    if champ in DECIMAUX:
        return Decimal(valeur) if valeur else None
    if champ in JOURS:
        return dt.date.fromisoformat(valeur) if valeur else None
    return valeur


def lus(ligne: Mapping[str, str], champs: tuple[str, ...]) -> dict[str, Any]:
    """The values of several fields, as :func:`lue`."""
    return {champ: lue(champ, ligne.get(champ, "")) for champ in champs}


def nouvelle_cle() -> str:
    """The key of a row, while it is written."""
    return secrets.token_hex(4)


def fige(brouillon: Mapping[str, Any], *, collective: bool, **identite: Any) -> dict[str, Any]:
    """The content of a deposit: what the draft says, without what only its writing needed, with what identifies it.

    ``identite``: prestataire, version of the cahier, files. ``alea`` makes its SHA-256 tell nothing to who would try
    to guess the content (a price, a name) before the opening.
    """
    tout = sections(collective=collective)
    return {
        "schema": SCHEMA,
        "alea": secrets.token_hex(16),
        **identite,
        **{champ: brouillon.get(champ, "") for section in tout for champ in section.champs},
        **{
            liste: [{champ: ligne.get(champ, "") for champ in champs} for ligne in brouillon.get(liste, [])]
            for liste, champs in LISTES.items()
        },
    }


def empreinte(contenu: dict[str, Any]) -> str:
    """The SHA-256 of the canonical text of a content (:mod:`core.canonical`)."""
    return digest(canonical(contenu))


def derive_prix(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> dict[str, str]:
    """The price that the other one gives, with the TVA: ``{"prix_ttc": "…"}``, ``{"prix_ht": "…"}`` or nothing.

    What was typed last decides; typed both, they have to agree. Raises ``ValueError`` when they do not.
    """
    ht, ttc, taux = (lue(champ, apres.get(champ, "")) for champ in ("prix_ht", "prix_ttc", "tva"))
    if taux is None:
        return {}
    change = {champ for champ in ("prix_ht", "prix_ttc", "tva") if avant.get(champ, "") != apres.get(champ, "")}
    part = 1 + taux / 100
    cent = Decimal("0.01")
    if ht is not None and ("prix_ttc" not in change or ttc is None):
        found = (ht * part).quantize(cent)
        return {} if ttc is not None and abs(found - ttc) <= 2 * cent else {"prix_ttc": str(found)}
    if ttc is not None and ("prix_ht" not in change or ht is None):
        found = (ttc / part).quantize(cent)
        return {} if ht is not None and abs(found - ht) <= 2 * cent else {"prix_ht": str(found)}
    if ht is not None and ttc is not None and abs((ht * part).quantize(cent) - ttc) > 2 * cent:
        raise ValueError("Les deux prix ne s’accordent pas avec cette TVA : corrigez-en un, ou effacez-le.")
    return {}
