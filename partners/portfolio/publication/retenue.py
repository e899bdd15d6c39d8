"""« No mission without the fiche » (002): may a prestataire be retained in a région on a given day?

The answer is a fact of the past as well as of today: it is read in the periods of publication, which are never
rewritten, so that a decision of last month is judged by what was published last month.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core import clock
from core.formats import format_date
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.enums import EtatPublication, Statut
from partners.portfolio.publication.models import Periode, Publication


@dataclass(frozen=True)
class Retenue:
    """The answer: ``ok``, else ``reason`` in French; ``periode`` is the publication that makes it so."""

    ok: bool
    reason: str = ""
    periode: Periode | None = None

    def __bool__(self) -> bool:
        return self.ok


def may_be_retained(prestataire: Prestataire, region: Any, on: dt.date | None = None) -> Retenue:
    """Was (is) the fiche of ``prestataire`` published in ``region`` and up to date on that day (today by default)?

    A day to come is refused: nobody knows yet what will be published.
    """
    on = on or clock.today()
    if on > clock.today():
        return Retenue(False, "La date de la décision est dans le futur.")
    periods = Periode.objects.filter(
        publication__prestataire=prestataire, publication__region=region, du__lte=on
    ).order_by("-du", "-pk")
    found = next((p for p in periods if (p.au is None or on < p.au) and on < p.a_actualiser_le), None)
    if found is not None:
        return Retenue(True, periode=found)
    return Retenue(False, _why_not(prestataire, region, on, periods.first()))


def _why_not(prestataire: Prestataire, region: Any, on: dt.date, last: Periode | None) -> str:
    day = format_date(on)
    if last is not None and (last.au is None or on < last.au):
        if on == clock.today():
            return (
                f"La fiche de {prestataire} est à actualiser depuis le {format_date(last.a_actualiser_le)} : il ne "
                "peut pas être retenu. Demandez-lui de la mettre à jour ; le C2RA la publiera de nouveau."
            )
        return (
            f"La fiche de {prestataire} était à actualiser depuis le {format_date(last.a_actualiser_le)} : le {day}, "
            "il ne pouvait pas être retenu. Demandez-lui de la mettre à jour ; le C2RA la publiera de nouveau."
        )
    if last is not None:
        return (
            f"La fiche de {prestataire} n’était plus publiée en région {region} le {day} (elle l’a été jusqu’au "
            f"{format_date(last.au)}). Voyez avec le C2RA."
        )
    publication = Publication.objects.filter(prestataire=prestataire, region=region).first()
    if publication is None:
        return (
            f"{prestataire} n’a pas de fiche publiée en région {region}. Demandez-lui de proposer sa fiche à cette "
            "région : le C2RA pourra la publier."
        )
    if publication.state == EtatPublication.DEMANDEE:
        return (
            f"La fiche de {prestataire} attend encore la décision du C2RA de la région {region} : il ne pourra être "
            "retenu qu’une fois sa fiche publiée."
        )
    if publication.publiee_le and on < publication.publiee_le:
        since = format_date(publication.publiee_le)
        return f"La fiche de {prestataire} n’est publiée en région {region} que depuis le {since} : pas le {day}."
    return f"La fiche de {prestataire} n’est pas publiée en région {region} ({publication.get_state_display()})."


def statuts(prestataires: list[int], region: Any) -> dict[int, tuple[Statut, Publication | None]]:
    """Where these prestataires (primary keys) stand in ``region`` today: one query."""
    known = {p.prestataire_id: p for p in Publication.objects.filter(prestataire__in=prestataires, region=region)}
    return {pk: (known[pk].statut(), known[pk]) if pk in known else (Statut.ABSENTE, None) for pk in prestataires}
