"""The rules a région sets for its calls to prestataires, from a day on (002, « De l'appel à concurrence au choix »)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from core import clock
from core.fields import MoneyField
from core.models import VersionedModel
from engagement.budget.enums import Regime
from referentiels.models import Region

#: What holds where a région set nothing: two or three called are enough (002).
INVITES_MIN, INVITES_MAX = 2, 3
_AT_LEAST_ONE = [MinValueValidator(1, "Un appel invite au moins un prestataire.")]


class RegleRegion(VersionedModel):
    """How many prestataires a call of this région invites, and the mean cost of a day there, from ``depuis`` on.

    Outside the numbers a call gives its reason: nothing is ever blocked. ``cout_jour`` is in euros, HT or TTC as
    ``regime`` says; empty when the région tells none.
    """

    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="regles_appel", verbose_name="région", editable=False
    )
    depuis = models.DateField("à partir du")
    invites_min = models.PositiveSmallIntegerField(
        "prestataires invités, au moins", default=INVITES_MIN, validators=_AT_LEAST_ONE
    )
    invites_max = models.PositiveSmallIntegerField(
        "prestataires invités, au plus", default=INVITES_MAX, validators=_AT_LEAST_ONE
    )
    cout_jour = MoneyField(
        "coût moyen d’une journée (€)",
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"), "Le coût d’une journée est supérieur à zéro.")],
    )
    regime = models.CharField("ce coût s’entend", max_length=4, choices=Regime.choices, default=Regime.TTC)
    by_label = models.CharField("fixé par", max_length=200, editable=False)
    created_at = models.DateTimeField("enregistré le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "règle d’une région"
        verbose_name_plural = "règles des régions"
        ordering = ["region", "-depuis"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "depuis"],
                name="regle_region_once",
                violation_error_message="Une règle commence déjà ce jour-là : modifiez-la.",
            ),
            models.CheckConstraint(
                condition=Q(invites_min__gte=1) & Q(invites_max__gte=F("invites_min")),
                name="regle_region_in_order",
                violation_error_message="Le nombre d’invités au plus est inférieur au nombre au moins.",
            ),
        ]

    def __str__(self) -> str:
        return f"règle de {self.region} à partir du {self.depuis:%d/%m/%Y}"


_WORDS = ("", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")


def in_words(number: int) -> str:
    """« deux », « 12 »."""
    return _WORDS[number] if 0 < number < len(_WORDS) else str(number)


@dataclass(frozen=True, slots=True)
class Regle:
    """What holds in a région on a day; ``depuis`` is ``None`` where the région set nothing."""

    invites_min: int = INVITES_MIN
    invites_max: int = INVITES_MAX
    cout_jour: Decimal | None = None
    regime: str = Regime.TTC
    depuis: dt.date | None = None

    @property
    def nombre(self) -> str:
        """« deux ou trois », « trois », « deux à quatre »."""
        least, most = in_words(self.invites_min), in_words(self.invites_max)
        if least == most:
            return least
        return f"{least} {'ou' if self.invites_max == self.invites_min + 1 else 'à'} {most}"


def regle_of(region: Any, day: dt.date | None = None) -> Regle:
    """The rule of ``region`` (an object or its pk; ``None``: nobody's) on that day, today by default. One query."""
    pk = getattr(region, "pk", region)
    if pk is None:
        return Regle()
    row = RegleRegion.objects.filter(region=pk, depuis__lte=day or clock.today()).order_by("-depuis").first()
    if row is None:
        return Regle()
    return Regle(row.invites_min, row.invites_max, row.cout_jour, row.regime, row.depuis)
