"""What the pages and documents of a session of the comité d'appui show, gathered in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.services.links import EXPIRE, OUVERT, status_of
from accounts.services.sent_links import not_sent
from core.formats import format_date, plural
from engagement.comite.enums import EtatSeance
from engagement.comite.models import AvisMembre, MembreComite, PointComite, SeanceComite
from engagement.comite.services import liens
from engagement.validation.models import AvisComite
from engagement.validation.summary import TONES
from projects.enums import SensAvis


@dataclass(frozen=True, slots=True)
class Decision:
    """The avis of the comité on one point: given in this session, or before it (``earlier``), or not yet."""

    sens: str = ""
    label: str = ""
    tone: str = ""
    commentaires: str = ""
    date: str = ""
    earlier: bool = False
    version: int = 0
    reponse: str = ""
    repondu: str = ""


def points_of(seance: SeanceComite) -> list[PointComite]:
    """The agenda in order, each point with its ingénierie. One query."""
    rows = list(seance.points.select_related("ingenierie__pilote", "ingenierie__referent"))
    for row in rows:
        row.seance = seance
    return rows


def decisions(seance: SeanceComite, points: list[PointComite]) -> dict[int, Decision]:
    """The avis of the comité by point. One query."""
    given = {
        avis.ingenierie_id: avis
        for avis in AvisComite.objects.filter(
            organisation=seance.organisation_id, ingenierie__in=[p.ingenierie_id for p in points]
        )
    }
    answer = {}
    for point in points:
        avis = given.get(point.ingenierie_id)
        if seance.state == EtatSeance.CLOSE and point.sens:
            sens = SensAvis(point.sens)
            answer[point.pk] = Decision(
                sens, sens.label, TONES[sens], point.commentaires, format_date(seance.jour), False,
                avis.version if avis else 0, **_answered(avis if avis and avis.seance_id == seance.pk else None),
            )  # fmt: skip
        elif avis is not None:
            sens = SensAvis(avis.sens)
            answer[point.pk] = Decision(
                sens, sens.label, TONES[sens], avis.commentaires, format_date(avis.date),
                avis.seance_id != seance.pk, avis.version, **_answered(avis),
            )  # fmt: skip
        else:
            answer[point.pk] = Decision()
    return answer


def _answered(avis: AvisComite | None) -> dict[str, str]:
    """What the pilot answered to the avis, and who, when."""
    if avis is None or not avis.reponse:
        return {}
    return {"reponse": avis.reponse, "repondu": f"{avis.reponse_par}, le {format_date(avis.reponse_le)}"}


def opinions(seance: SeanceComite) -> dict[tuple[int, int], AvisMembre]:
    """What members said, by (point, member). One query."""
    rows = AvisMembre.objects.filter(point__seance=seance.pk)
    return {(row.point_id, row.membre_id): row for row in rows}


def counted(rows: list[AvisMembre]) -> str:
    """« 3 favorables, 1 avec réserves »: how the members stand."""
    words = {
        SensAvis.FAVORABLE: ("favorable", "favorables"),
        SensAvis.RESERVES: ("avec réserves", "avec réserves"),
        SensAvis.DEFAVORABLE: ("défavorable", "défavorables"),
        SensAvis.AJOURNE: ("pour ajourner", "pour ajourner"),
    }
    found = Counter(row.sens for row in rows)
    return ", ".join(plural(found[code], *words[code]) for code in words if found[code])


def cell(row: AvisMembre | None) -> dict[str, Any]:
    """One opinion in the table of those given side by side."""
    if row is None:
        return {"sens": "", "tone": "", "commentaires": "", "how": ""}
    sens = SensAvis(row.sens)
    return {
        "sens": sens.label,
        "tone": TONES[sens],
        "commentaires": row.commentaires,
        "how": "par lien" if row.par_lien else "saisi par le DLA",
    }


def membre_rows(
    seance: SeanceComite, membres: list[MembreComite], given: dict[tuple[int, int], AvisMembre], points: int
):
    """The members, with where their link, its mail and their opinions stand. Three queries."""
    links = liens.grants(seance) if membres else {}
    failed = not_sent(links.values())
    answered = Counter(membre for _, membre in given)
    rows = []
    for membre in membres:
        grant = links.get(membre.pk)
        if grant is None:
            sent = "pas encore convoqué" if membre.email else "sans adresse : à convoquer autrement"
        else:
            sent = f"convoqué le {format_date(grant.sent_at)}"
            sent += (
                f", lien ouvert le {format_date(grant.first_opened_at)}" if grant.opened_count else ", lien pas ouvert"
            )
        rows.append(
            {
                "pk": membre.pk,
                "nom": membre.nom,
                "organisme": membre.organisme,
                "fonction": membre.fonction,
                "email": membre.email,
                "sent": sent,
                "not_sent": grant is not None and grant.pk in failed,
                "asked": format_date(grant.renewal_asked_at) if grant else "",
                "convened": grant is not None,
                "may_send": bool(membre.email) and (grant is None or status_of(grant) in (OUVERT, EXPIRE)),
                "given": f"{answered[membre.pk]}/{points}",
                "all": points and answered[membre.pk] == points,
                "version": membre.version,
                "edit_url": reverse("comite:membre", args=[seance.pk, membre.pk]),
            }
        )
    return rows
