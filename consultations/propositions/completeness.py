"""What a proposition does not say yet of what the cahier des charges asks, and what would surprise its readers. Nothing
here forbids to deposit: an incomplete proposition is read as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consultations.appel.models import Appel
from consultations.propositions.contenu import LIBELLES, SECTIONS, Section, lue
from consultations.propositions.reading import jours_total
from core.formats import NBSP, format_days, format_money, plural

#: What each stage says.
_ETAPE = ("intitule", "objectif", "contenu", "duree", "productions")


@dataclass(frozen=True, slots=True)
class Manque:
    """Something that is asked and not said: in which section, which field, in words."""

    section: Section
    champ: str
    label: str


def demande(appel: Appel) -> Mapping[str, Any]:
    """What the cahier that was called upon says; nothing while there is none (simplified mode)."""
    version = appel.version_diffusee
    return version.data if version is not None else {}


def attendus(cahier: Mapping[str, Any], *, collective: bool) -> list[str]:
    """The fields that are asked, in their order: all those of the sections, but what the cahier gives no reason to ask
    (a role in the evaluation, partners who intervene, off-site work) and the note, which the stages may replace."""
    left_out = {"note", "tva", "hors_site"}
    if not cahier.get("role_evaluation"):
        left_out.add("role_evaluation")
    if not any(partner.get("intervient") for partner in cahier.get("partenaires", [])):
        left_out.add("articulation")
    return [
        champ
        for section in SECTIONS
        if collective or not section.collective
        for champ in section.champs
        if champ not in left_out
    ]


def manques(contenu: Mapping[str, Any], cahier: Mapping[str, Any], *, collective: bool, pieces: int) -> list[Manque]:
    """What is asked and not said yet."""
    by_code = {section.code: section for section in SECTIONS}
    of = {champ: section for section in SECTIONS for champ in section.champs}
    found = []
    etapes = contenu.get("etapes", [])
    if not etapes:
        found.append(Manque(by_code["etapes"], "etapes", "au moins une étape"))
    for number, row in enumerate(etapes, 1):
        lacks = [LIBELLES[champ].replace(" (jours)", "").lower() for champ in _ETAPE if not row.get(champ)]
        if lacks:
            found.append(Manque(by_code["etapes"], row.get("cle", ""), f"étape {number}{NBSP}: {', '.join(lacks)}"))
    if not contenu.get("intervenants"):
        found.append(Manque(by_code["intervenants"], "intervenants", "au moins un intervenant"))
    wanted = attendus(cahier, collective=collective)
    if lue("jours_hors_site", contenu.get("jours_hors_site", "")):
        wanted.append("hors_site")
    for champ in wanted:
        if not contenu.get(champ):
            found.append(Manque(of[champ], champ, LIBELLES[champ]))
    if not contenu.get("note") and not pieces and not etapes:
        found.append(Manque(by_code["note"], "note", "une note méthodologique, si vos étapes ne disent pas tout"))
    order = {section.code: n for n, section in enumerate(SECTIONS)}
    return sorted(found, key=lambda m: order[m.section.code])


def avancement(contenu: Mapping[str, Any], cahier: Mapping[str, Any], *, collective: bool, pieces: int) -> int:
    """How far it is, in percent of what is asked."""
    asked = len(attendus(cahier, collective=collective)) + 2
    lacks = len(manques(contenu, cahier, collective=collective, pieces=pieces))
    return max(0, round(100 * (asked - min(asked, lacks)) / asked))


def alertes(contenu: Mapping[str, Any], cahier: Mapping[str, Any]) -> list[str]:
    """What does not agree with the cahier or with itself: said, never decided (002: « dans la fourchette »)."""
    told: list[str] = []
    total = jours_total(contenu)
    least, most = (Decimal(cahier[name]) if cahier.get(name) else None for name in ("jours_min", "jours_max"))
    if total is not None and ((least is not None and total < least) or (most is not None and total > most)):
        between = f"entre {format_days(least)} et {format_days(most)}" if least and most else format_days(least or most)
        told.append(f"Vous proposez {format_days(total)} ; le cahier des charges en attend {between}.")
    lengths = [lue("duree", row.get("duree", "")) for row in contenu.get("etapes", [])]
    if total is not None and lengths and all(length is not None for length in lengths) and sum(lengths) != total:
        told.append(
            f"Vos étapes font {format_days(sum(lengths))} en tout, et vos journées sur site et hors site "
            f"{format_days(total)}."
        )
    ttc = cahier.get("regime") != "ht"
    price = lue("prix_ttc", contenu.get("prix_ttc" if ttc else "prix_ht", ""))
    if price is not None and total and cahier.get("cout_jour"):
        mean, known = (price / total).quantize(Decimal("0.01")), Decimal(cahier["cout_jour"])
        if mean > known:
            told.append(
                f"Votre coût moyen est de {format_money(mean, ttc=ttc)} par jour ; le cahier des charges rappelle un "
                f"coût moyen de {format_money(known, ttc=ttc)}. Justifiez-le."
            )
    start, end = cahier.get("date_debut") or "", cahier.get("date_fin") or ""
    outside = [
        n
        for n, row in enumerate(contenu.get("etapes", []), 1)
        if (start and row.get("debut") and row["debut"] < start) or (end and row.get("fin") and row["fin"] > end)
    ]
    if outside:
        told.append(f"{plural(len(outside), 'étape sort', 'étapes sortent')} de la période du cahier des charges.")
    return told
