"""What is due to the prestataire, exact to the cent: the signed schedule, and what avenants made of the price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef

from engagement.budget.tva import montants
from missions.conventions.enums import EtatAvenant
from missions.conventions.models import Avenant, Convention, PaiementPrevu
from missions.paiements.models import Paiement

ZERO = Decimal("0.00")
#: Asked for and not paid after so many days, a payment is late.
DELAI = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Echeance:
    """One amount due, in euros TTC: ``cle`` names it in addresses (« p12 », « a3 »). ``montant`` is what it comes to
    today, ``prevu_initial`` what was signed when an avenant lowered it."""

    cle: str
    libelle: str
    montant: Decimal
    date: dt.date | None
    prevu: PaiementPrevu | None
    avenant: Avenant | None
    paiement: Paiement | None
    prevu_initial: Decimal | None = None

    @property
    def demande(self) -> bool:
        return self.paiement is not None and self.paiement.demande_le is not None

    @property
    def paye(self) -> bool:
        return self.paiement is not None and self.paiement.paye_le is not None

    def en_retard(self, today: dt.date) -> bool:
        """Past its date, or asked for :data:`DELAI` ago, without having been paid."""
        if self.paye or not self.montant:
            return False
        if self.date is not None and self.date < today:
            return True
        return self.demande and self.paiement.demande_le + DELAI < today


@dataclass(frozen=True, slots=True)
class Comptes:
    """The whole of a mission, in euros TTC. ``reste``: what is still to be paid; ``a_demander``: what nobody asked."""

    prix: Decimal
    demande: Decimal
    paye: Decimal

    @property
    def reste(self) -> Decimal:
        return self.prix - self.paye

    @property
    def a_demander(self) -> Decimal:
        return self.prix - self.demande


def echeances_of(convention: Convention) -> list[Echeance]:
    """What is due for a mission, in order: three queries.

    A signed avenant that raises the price adds an amount of its own; one that lowers it takes the difference off the
    last amounts that are neither asked for nor paid, then off the last ones.
    """
    paiements = list(Paiement.objects.filter(convention=convention))
    by_prevu = {row.prevu_id: row for row in paiements if row.prevu_id}
    by_avenant = {row.avenant_id: row for row in paiements if row.avenant_id}
    found = [
        Echeance(f"p{row.pk}", row.libelle, row.montant, row.date, row, None, by_prevu.get(row.pk))
        for row in convention.paiements.all()
    ]
    price = convention.montants.ttc
    for avenant in convention.avenants.filter(state=EtatAvenant.SIGNE, prix__isnull=False).order_by("numero"):
        avenant.convention = convention
        now = montants(avenant.prix, convention.base, convention.taux_tva).ttc
        if now is None or price is None:
            continue
        if now > price:
            label = f"Complément de prix, avenant {avenant.numero}"
            paiement = by_avenant.get(avenant.pk)
            found.append(Echeance(f"a{avenant.pk}", label, now - price, None, None, avenant, paiement))
        elif now < price:
            found = _lowered(found, price - now)
        price = now
    return found


def prix_change(convention: str = "pk") -> Exists:
    """Did a signed avenant change the price? Then the schedule is no more what was signed: read :func:`echeances_of`.
    ``convention`` leads to it from the rows that are asked for."""
    rows = Avenant.objects.filter(state=EtatAvenant.SIGNE, prix__isnull=False)
    return Exists(rows.filter(convention=OuterRef(convention)))


def _lowered(rows: Sequence[Echeance], by: Decimal) -> list[Echeance]:
    """Take ``by`` off the last rows: those that nobody asked for first."""
    amounts = [row.montant for row in rows]
    order = sorted(range(len(rows)), key=lambda n: (rows[n].paye, rows[n].demande, -n))
    for number in order:
        taken = min(amounts[number], by)
        amounts[number] -= taken
        by -= taken
    return [
        row
        if amount == row.montant
        else Echeance(
            row.cle, row.libelle, amount, row.date, row.prevu, row.avenant, row.paiement,
            row.prevu_initial or row.montant,
        )
        for row, amount in zip(rows, amounts, strict=True)
    ]  # fmt: skip


def comptes_of(echeances: Sequence[Echeance]) -> Comptes:
    """The whole, exact to the cent."""
    paiements = [row.paiement for row in echeances if row.paiement is not None]
    return Comptes(
        prix=sum((row.montant for row in echeances), ZERO),
        demande=sum((row.montant_demande for row in paiements if row.montant_demande), ZERO),
        paye=sum((row.montant_paye for row in paiements if row.montant_paye), ZERO),
    )
