"""The payments in the échéancier: due by the schedule, done once paid."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from core.formats import format_money_plain
from missions.conventions.enums import SIGNEES
from missions.conventions.models import Convention, PaiementPrevu
from missions.paiements.echeancier import echeances_of, prix_change
from projects.echeances import concerned


def _paiements(actor: Actor, window: Window) -> Iterator[Echeance]:
    rows = PaiementPrevu.objects.filter(
        convention__ingenierie__in=concerned(actor, window).values("pk"),
        convention__state__in=SIGNEES,
        convention__choix__retire_at__isnull=True,
        date__range=(window.since, window.until),
    ).annotate(change=prix_change("convention")).values(
        "pk", "libelle", "montant", "date", "convention_id", "convention__ingenierie_id",
        "convention__ingenierie__titre", "paiement__paye_le", "change",
    )  # fmt: skip
    rows = list(rows.order_by("date", "pk"))
    today = _today({row["convention_id"] for row in rows if row["change"]})
    for row in rows:
        amount = today.get(row["pk"], row["montant"])
        if not amount:
            continue
        yield Echeance(
            f"paiement-{row['pk']}",
            f"Paiement du prestataire : {format_money_plain(amount)}, {row['libelle']}",
            row["convention__ingenierie__titre"],
            reverse("missions:paiements", args=[row["convention__ingenierie_id"], row["convention_id"]]),
            row["date"],
            done=row["paiement__paye_le"] is not None,
        )


def _today(conventions: Collection[int]) -> dict[int, Decimal]:
    """What each planned payment comes to today, in the missions whose price an avenant changed: three queries each."""
    found = Convention.objects.filter(pk__in=conventions) if conventions else ()
    return {row.prevu.pk: row.montant for one in found for row in echeances_of(one) if row.prevu is not None}


def register() -> None:
    """Called once by :func:`missions.paiements.providers.register`."""
    ECHEANCES.register("paiements", EcheanceSource("Paiements des prestataires", _paiements), order=64)
