"""What the payments put among what waits for who carries the ingénierie: asked for, or past their date."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date, plural
from missions.conventions.models import Convention
from missions.paiements.echeancier import DELAI, echeances_of, prix_change
from missions.paiements.models import Paiement
from projects.dashboard import LIMIT, TODOS, Todo, carried


def paiements(actor: Actor) -> list[Todo]:
    """One line a mission of the ingénieries the actor carries, when a payment was asked for or is past its date. One
    query; a few more for a mission whose price an avenant changed."""
    today = clock.today()
    asked = Paiement.objects.waiting().filter(convention=OuterRef("pk")).order_by().values("convention")
    past = Q(paiements__date__lt=today, paiements__paiement__paye_le__isnull=True)
    rows = (
        Convention.objects.signed()
        .standing()
        .filter(**carried(actor, "ingenierie__"))
        .annotate(
            demandes=Coalesce(Subquery(asked.annotate(n=Count("pk")).values("n")), 0),
            demande_le=Subquery(asked.annotate(d=Min("demande_le")).values("d")),
            change=prix_change(),
            echues=Count("paiements", filter=past),
            echue_le=Min("paiements__date", filter=past),
        )
        .filter(Q(demandes__gt=0) | Q(echues__gt=0))
        .order_by(F("echue_le").asc(nulls_last=True), F("demande_le").asc(nulls_last=True), "pk")
        .values("pk", "ingenierie_id", "ingenierie__titre", "change", "demandes", "demande_le", "echues", "echue_le")
    )
    told = []
    for row in rows[:LIMIT]:
        parts = []
        if row["echues"] and row["change"]:
            row |= _echues(row["pk"], today)
            if not row["echues"] and not row["demandes"]:
                continue
        if row["demandes"]:
            asked_for = plural(row["demandes"], "paiement demandé", "paiements demandés")
            parts.append(f"{asked_for}, depuis le {format_date(row['demande_le'])}")
        if row["echues"]:
            due = plural(row["echues"], "échéance passée", "échéances passées")
            parts.append(f"{due}, depuis le {format_date(row['echue_le'])}")
        told.append(
            Todo(
                row["ingenierie__titre"],
                f"Prestataire à payer : {' ; '.join(parts)}.",
                reverse("missions:paiements", args=[row["ingenierie_id"], row["pk"]]),
                late=bool(row["echues"]) or (row["demande_le"] is not None and row["demande_le"] + DELAI < today),
            )
        )
    return told


def _echues(pk: int, today: dt.date) -> dict[str, Any]:
    """The same of one mission whose price an avenant changed: what it brought down to nothing is not due."""
    convention = Convention.objects.select_related("ingenierie").get(pk=pk)
    rows = [row.date for row in echeances_of(convention) if row.date and row.date < today and row.en_retard(today)]
    return {"echues": len(rows), "echue_le": min(rows, default=None)}


def register() -> None:
    """Called once by :func:`missions.paiements.providers.register`."""
    TODOS.register("paiements", paiements, order=26)
