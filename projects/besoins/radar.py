"""The need radar: the needs of the diagnostics, gathered by theme and by sector, département or DLA.

Source: domain, « Identifier »: one sees how many structures share a need, opens the list, and starts from it. A need
counts once its diagnostic was shared with the structure (``Besoin.recense``); jobs are the structure's ETP, counted
once per cell whatever the number of its needs.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum, TextChoices

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.text import normalise, whole_number
from referentiels import lists
from referentiels.models import Departement, Secteur, TypePrestation
from structures.annuaire.models import Structure
from structures.diagnostics.enums import Priorite
from structures.diagnostics.models import Besoin
from structures.plans.enums import LIGNES_OUVERTES, EtatLigne
from structures.plans.models import LignePlan


class Axe(TextChoices):
    """What the rows of the radar are."""

    SECTEUR = "secteur", "Secteur"
    DEPARTEMENT = "departement", "Département"
    DLA = "dla", "DLA"


class EtatBesoin(TextChoices):
    """What has been done with a need: derived from the rows of plans that answer it."""

    SANS_ACTION = "sans_action", "Sans action prévue"
    DANS_UN_PLAN = "dans_un_plan", "Action en cours dans un plan"
    TRAITE = "traite", "Action faite"


class Origine(TextChoices):
    """Who said the need."""

    EXPRIME = "exprime", "Exprimé par la structure"
    IDENTIFIE = "identifie", "Identifié par le DLA"


#: Months back from today; « tout » has no limit.
PERIODES = {"12": "Douze derniers mois", "24": "Deux dernières années", "36": "Trois dernières années", "tout": "Tout"}
PERIODE = "24"


@dataclass(frozen=True)
class Question:
    """What is asked of the radar; each part is a code of the address or empty.

    ``ligne`` is the row chosen (a sector, a département or a DLA, by ``axe``), ``theme`` the column: together a cell.
    """

    axe: str = Axe.SECTEUR
    periode: str = PERIODE
    departement: str = ""
    secteur: str = ""
    dla: str = ""
    theme: str = ""
    priorite: str = ""
    origine: str = ""
    etat: str = ""

    def params(self) -> dict[str, str]:
        """The address that asks it again: what is at its default is left out."""
        return {name: value for name, value in self.__dict__.items() if value != getattr(Question, name)}

    def cell(self, ligne: str, theme: str) -> Question:
        """The same, narrowed to a cell (``""`` for a whole row or column)."""
        return replace(self, theme=theme or self.theme, **({self.axe: ligne} if ligne else {}))


def asked(params: Mapping[str, str], actor: Actor) -> Question:
    """The question of an address; what is not understood is left at its default."""
    organisation = actor.organisation
    axes = [a for a in Axe.values if a != Axe.DLA or organisation is None or not organisation.is_dla]
    known = {
        "axe": axes,
        "periode": PERIODES,
        "departement": lists.by_code(Departement),
        "secteur": lists.by_code(Secteur),
        "theme": lists.by_code(TypePrestation),
        "priorite": [str(p) for p in Priorite.values],
        "origine": Origine.values,
        "etat": EtatBesoin.values,
    }
    chosen = {name: value for name, values in known.items() if (value := params.get(name, "")) in values and value}
    if whole_number(params.get("dla", "")):
        chosen["dla"] = params["dla"]
    return Question(**chosen)


def since(question: Question) -> dt.date | None:
    """The first day that counts."""
    if question.periode == "tout":
        return None
    today, months = clock.today(), int(question.periode)
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return dt.date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))


def _rows_of_plans(**filters: Any) -> Exists:
    return Exists(LignePlan.objects.filter(besoin=OuterRef("pk"), **filters))


def needs(question: Question, actor: Actor) -> QuerySet[Besoin]:
    """The needs that count for this question, among those ``actor`` reads; structures set aside are left out."""
    found = Besoin.objects.visible_to(actor).recenses()
    first = since(question)
    if first:
        found = found.filter(date__gte=first)
    if question.theme:
        found = found.filter(type_prestation=lists.by_code(TypePrestation)[question.theme].pk)
    if question.priorite:
        found = found.filter(priorite=int(question.priorite))
    if question.origine:
        found = found.filter(**{question.origine: True})
    if question.dla:
        found = found.filter(organisation=int(question.dla))
    if question.etat == EtatBesoin.SANS_ACTION:
        found = found.exclude(_rows_of_plans(etat__in=[*LIGNES_OUVERTES, EtatLigne.FAIT]))
    elif question.etat == EtatBesoin.DANS_UN_PLAN:
        found = found.filter(_rows_of_plans(etat__in=LIGNES_OUVERTES))
    elif question.etat == EtatBesoin.TRAITE:
        found = found.filter(_rows_of_plans(etat=EtatLigne.FAIT))
    return found


def structures(question: Question, actor: Actor) -> QuerySet[Structure]:
    """The active structures of a question (of a cell, a row, a column, or all), each once."""
    return _of_territory(Structure.objects.active(), question).filter(
        pk__in=needs(question, actor).order_by().values("structure")
    )


def _of_territory(found: QuerySet, question: Question) -> QuerySet:
    if question.departement:
        found = found.filter(departement=lists.by_code(Departement)[question.departement].pk)
    if question.secteur:
        found = found.filter(secteur=lists.by_code(Secteur)[question.secteur].pk)
    return found


# --- The matrix -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """Structures and their jobs (ETP)."""

    structures: int = 0
    etp: Decimal = Decimal(0)

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.structures + other.structures, self.etp + other.etp)


NONE = Tally()


@dataclass
class Matrix:
    """``cells[row, theme]``, ``rows[row]``, ``themes[theme]`` (each structure once) and ``total``, by primary keys."""

    cells: dict[tuple[int, int], Tally] = field(default_factory=dict)
    rows: dict[int, Tally] = field(default_factory=dict)
    themes: dict[int, Tally] = field(default_factory=dict)
    total: Tally = NONE

    @property
    def most(self) -> int:
        """The fullest cell."""
        return max((c.structures for c in self.cells.values()), default=0)


_COLUMNS = {Axe.SECTEUR: "secteur_id", Axe.DEPARTEMENT: "departement_id", Axe.DLA: "organisation_id"}


def matrix(question: Question, actor: Actor) -> Matrix:
    """Tally structures by cell and by row, each once in either however many its needs: two queries."""
    counted = needs(question, actor).order_by()
    # Needs are those of the actor's own directory: said here too, the base need not go through the whole country.
    kept = _of_territory(Structure.objects.directory_of(actor).active(), question).order_by()
    ligne = _COLUMNS[question.axe]
    again = counted.filter(
        structure=OuterRef("structure"), type_prestation=OuterRef("type_prestation"), pk__lt=OuterRef("pk")
    )
    by_cell = (
        counted.filter(~Exists(again), structure__in=kept)
        .values_list(f"structure__{ligne}", "type_prestation")
        .annotate(structures=Count("pk"), etp=Sum("structure__etp"))
    )
    by_row = (
        kept.filter(Exists(counted.filter(structure=OuterRef("pk"))))
        .values_list(ligne)
        .annotate(structures=Count("pk"), etp=Sum("etp"))
    )
    answer = Matrix()
    for row, theme, *told in by_cell:
        answer.cells[row, theme] = _tally(*told)
        # A structure is in one row: a theme's total is the sum of its cells.
        answer.themes[theme] = answer.themes.get(theme, NONE) + answer.cells[row, theme]
    for row, *told in by_row:
        answer.rows[row] = _tally(*told)
        answer.total += answer.rows[row]
    return answer


def _tally(structures_count: int, etp: Decimal | None) -> Tally:
    # SQLite adds in floating point: jobs are told to the hundredth.
    return Tally(structures_count, Decimal(str(etp or 0)).quantize(Decimal("0.01")))


def row_labels(question: Question, found: Matrix) -> dict[int, tuple[str, str]]:
    """``{primary key: (code of the address, label)}`` of the rows: a query for the DLA only."""
    if question.axe == Axe.DLA:
        names = Organisation.objects.filter(pk__in=found.rows).order_by("name", "pk").values_list("pk", "name")
        return {pk: (str(pk), name) for pk, name in names}
    model = Secteur if question.axe == Axe.SECTEUR else Departement
    items = [item for pk in found.rows if (item := lists.by_id(model, pk))]
    return {item.pk: (item.code, str(item)) for item in sorted(items, key=lambda item: normalise(str(item)))}


def needs_of(rows: list[Structure], question: Question, actor: Actor) -> dict[int, list[Besoin]]:
    """The needs of these structures that the question counts, most pressing first: one query."""
    answer: dict[int, list[Besoin]] = {structure.pk: [] for structure in rows}
    for need in needs(question, actor).filter(structure__in=list(answer)).order_by("priorite", "-date", "pk"):
        answer[need.structure_id].append(need)
    return answer


def concerned(question: Question, actor: Actor) -> list[dict[str, Any]]:
    """The DLA that keep needs of this question, with how many structures and jobs: two queries."""
    found = matrix(replace(question, axe=Axe.DLA), actor)
    dlas = Organisation.objects.filter(pk__in=found.rows).filter(Q(kind="dla"), is_active=True).order_by("name", "pk")
    return [{"organisation": o, "count": found.rows[o.pk]} for o in dlas]
