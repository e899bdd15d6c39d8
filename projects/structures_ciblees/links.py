"""What ingénieries tell the directory of structures: where a structure took part, and who reads it because of that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from core.history import HistoryLine
from projects.enums import Etat, EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure
from structures.registry import HISTORY, READING, ReadingRule


def history(structures: Sequence[Structure], actor: Actor) -> dict[int, list[HistoryLine]]:
    """The ingénieries of each structure that ``actor`` may open or list, newest first: three queries in all."""
    rows = list(
        StructureCiblee.objects.filter(structure__in=[s.pk for s in structures])
        .select_related("ingenierie__pilote")
        .order_by("-added_at", "-pk")[:200]
    )
    pks = {row.ingenierie_id for row in rows}
    whole = set(Ingenierie.objects.visible_to(actor).filter(pk__in=pks).values_list("pk", flat=True)) if pks else set()
    rest = pks - whole
    listed = (
        set(Ingenierie.objects.listed_for(actor).filter(pk__in=rest).values_list("pk", flat=True)) if rest else set()
    )
    lines: dict[int, list[HistoryLine]] = defaultdict(list)
    for row in rows:
        if row.ingenierie_id in whole:
            url, took_part = reverse("projects:structure", args=[row.ingenierie_id, row.pk]), row.get_state_display()
        elif row.ingenierie_id in listed:
            # A neighbour sees the summary: that the structure is in it, not what it answered.
            url, took_part = reverse("projects:resume", args=[row.ingenierie_id]), ""
        else:
            continue
        step = Etat(row.ingenierie.state).label
        lines[row.structure_id].append(
            HistoryLine(
                label=row.ingenierie.titre,
                url=url,
                detail=" · ".join(filter(None, [took_part, f"pilote : {row.ingenierie.pilote.name}"])),
                state=step,
                date=format_date(row.added_at),
            )
        )
    return lines


def _targeted(key: str):
    return StructureCiblee.objects.exclude(state=EtatMobilisation.RETIREE).filter(ingenierie__scopes__key=key)


def _query(actor: Actor) -> Q | None:
    if actor.is_system or actor.organisation_id is None:
        return None
    return Q(pk__in=_targeted(f"o{actor.organisation_id}").values("structure"))


def _holds(actor: Actor, structure: Structure) -> bool:
    if actor.is_system or actor.organisation_id is None:
        return False
    return _targeted(f"o{actor.organisation_id}").filter(structure=structure.pk).exists()


#: Organisations that carry an ingénierie (key « o… » of its scopes) read the structures it targets.
CARRIED = ReadingRule(query=_query, holds=_holds)


def register() -> None:
    """Called once by :func:`projects.structures_ciblees.providers.register`."""
    HISTORY.register("ingenieries", history)
    READING.register("ingenieries", CARRIED)
