"""What a cahier des charges says in figures and dates, in words: read in its content, printed and shown alike."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.formats import NBSP, format_date, format_days, format_money_plain, format_number, plural


def _date(iso: str | None) -> str:
    return format_date(dt.date.fromisoformat(iso)) if iso else ""


def deadline_of(content: dict[str, Any]) -> str:
    if not content["date_limite"]:
        return ""
    local = dt.datetime.fromisoformat(content["date_limite"]).astimezone(ZoneInfo(content["fuseau"]))
    day = format_date(local.date(), weekday=True)
    return f"{day} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}, {content['fuseau_libelle']}"


def _days(content: dict[str, Any]) -> str:
    least, most = content["jours_min"], content["jours_max"]
    if not least and not most:
        return ""
    told = format_days(Decimal(most or least))
    if least and most and Decimal(least) != Decimal(most):
        told = f"de {format_number(Decimal(least))} à {told}"
    return told


def _split(content: dict[str, Any]) -> str:
    """« 12 jours collectifs (10 sur site, 2 hors site) ; 4 jours individuels, sur site »: what is not told is not."""
    told = []
    for word, one in (("collectifs", "collectif"), ("individuels", "individuel")):
        site, away = (Decimal(content.get(f"jours_{word}_{where}") or 0) for where in ("site", "hors"))
        if not site + away:
            continue
        if site and away:
            where = f" ({format_number(site)} sur site, {format_number(away)} hors site)"
        else:
            where = f" {'sur' if site else 'hors'} site"
        told.append(f"{format_days(site + away)} {word if site + away >= 2 else one}{where}")
    return f"{NBSP}; ".join(told)


def is_range(content: dict[str, Any]) -> bool:
    """Whether the cahier leaves a choice in the number of days."""
    least, most = content["jours_min"], content["jours_max"]
    return bool(least and most) and Decimal(least) != Decimal(most)


def _cost(content: dict[str, Any]) -> str:
    if not content["cout_jour"]:
        return ""
    return f"{format_money_plain(Decimal(content['cout_jour']))}{NBSP}{content['regime'].upper()}"


def _period(content: dict[str, Any]) -> str:
    start, end = _date(content["date_debut"]), _date(content["date_fin"])
    if start and end:
        return f"du {start} au {end}"
    return f"à partir du {start}" if start else (f"jusqu’au {end}" if end else "")


def _territory(content: dict[str, Any]) -> str:
    places = content["territoire"]
    if len(places) > 8:
        return f"{plural(len(places), 'département')} ({content['pilote']['region']})"
    return ", ".join(places) or content["pilote"]["region"]


def count_of(content: dict[str, Any]) -> str:
    rows = content["structures"]
    if not rows:
        return ""
    confirmed = sum(1 for row in rows if row["confirmee"])
    told = plural(len(rows), "structure")
    if confirmed and confirmed < len(rows):
        told += f", dont {plural(confirmed, 'confirmée', 'confirmées')}"
    announced = content.get("structures_annoncees")
    return f"{told} ({plural(announced, 'annoncée')})" if announced and len(rows) > 1 else told


def _together(content: dict[str, Any]) -> str:
    """« 120 salariés ; 84,5 ETP (9 qui le disent sur 12 structures) »: what the structures come to, when several."""
    if len(content["structures"]) < 2:
        return ""
    told = content.get("totaux", {}).values()
    return " ; ".join(t["texte"] + (f" ({t['partiel']})" if t["partiel"] else "") for t in told)


def facts(content: dict[str, Any]) -> list[tuple[str, str]]:
    """The essentials, told before anything else: (label, text) of what is known."""
    told = [
        ("Structures bénéficiaires", count_of(content))
        if len(content["structures"]) != 1
        else ("Structure bénéficiaire", content["structures"][0]["nom"]),
        ("Ensemble, elles comptent", _together(content)),
        ("Secteur", ", ".join(content["secteurs"])),
        ("Territoire", _territory(content)),
        ("Type d’ingénierie", content["type_libelle"]),
        ("Thème", ", ".join(content["themes"])),
        ("But de la mission", content.get("finalite", "")),
        ("Durée", _days(content)),
        ("Coût moyen d’une journée", _cost(content)),
        ("Calendrier", _period(content)),
    ]
    return [(label, text) for label, text in told if text]


def duration_of(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Days, cost and dates: (label, text) of what is known."""
    return [
        (label, text)
        for label, text in (
            ("Nombre de jours", _days(content)),
            ("Répartition", _split(content)),
            ("Coût moyen d’une journée", _cost(content)),
            ("Précisions sur le coût", content["cout_precisions"]),
            ("Période d’intervention", _period(content)),
            ("Restitution", _date(content["date_restitution"])),
            ("Précisions sur le calendrier", content["calendrier"]),
        )
        if text
    ]
