"""What was paid of the missions, in cents, for the budget and for the démarche."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, OuterRef, Q, Subquery, Sum
from django.urls import reverse

from engagement.budget.depenses import Depense
from engagement.budget.tva import CENT, montants
from missions.conventions.enums import EtatAvenant
from missions.conventions.models import Avenant, Convention
from missions.paiements.models import Paiement
from projects.facts import count_of

_MONEY = DecimalField(max_digits=14, decimal_places=2)


def url(pk: int) -> str:
    return reverse("missions:missions", args=[pk])


def payes() -> dict[str, Any]:
    """What was paid to the prestataires still retained, and what their signed conventions come to without avenants."""
    missions = Convention.objects.signed().standing().filter(ingenierie=OuterRef("pk")).order_by()
    paid = Paiement.objects.filter(convention__ingenierie=OuterRef("pk"), convention__choix__retire_at__isnull=True)
    priced = Avenant.objects.filter(
        state=EtatAvenant.SIGNE, prix__isnull=False, convention__choix__retire_at__isnull=True
    )
    return {
        "pai_paye": Subquery(
            paid.order_by().values("convention__ingenierie").annotate(t=Sum("montant_paye")).values("t"),
            output_field=_MONEY,
        ),
        "pai_convenu": Subquery(
            missions.values("ingenierie").annotate(t=Sum("prix_ttc")).values("t"), output_field=_MONEY
        ),
        "pai_avenants": count_of(priced, "convention__ingenierie"),
    }


def read(values: dict[str, Any], ingenierie: Any) -> Depense | None:
    """What the budget shows; exact cents. Avenants that changed a price cost one more query, when there are some."""
    paid, agreed = values["pai_paye"], values["pai_convenu"]
    if not paid or agreed is None:
        return None
    # SQLite keeps decimals as floating point: the total is a number of cents again here.
    total = Decimal(agreed).quantize(CENT)
    if values["pai_avenants"]:
        total += _changed(ingenierie)
    return Depense("au prestataire", Decimal(paid).quantize(CENT), total, url(ingenierie.pk))


def _changed(ingenierie: Any) -> Decimal:
    """What the last signed avenant of each mission made of its price."""
    rows = Avenant.objects.filter(
        Q(state=EtatAvenant.SIGNE, prix__isnull=False), convention__ingenierie=ingenierie.pk,
        convention__choix__retire_at__isnull=True,
    ).select_related("convention").order_by("convention", "numero")  # fmt: skip
    last = {row.convention_id: row for row in rows}
    told = Decimal("0.00")
    for row in last.values():
        now = montants(row.prix, row.convention.base, row.convention.taux_tva).ttc
        told += (now or row.convention.prix_ttc or 0) - (row.convention.prix_ttc or 0)
    return told
