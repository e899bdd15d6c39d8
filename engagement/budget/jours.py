"""The days of intervention that a budget pays, and those that other parts of the dossier tell: when they differ, both
pages say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from core.formats import NBSP, format_days, format_number
from core.registry import Registry
from engagement.budget.enums import NatureCharge, Unite
from projects.facts import Annotations

_DAY = {
    Unite.JOUR: Decimal(1),
    Unite.JOUR_COLLECTIF: Decimal(1),
    Unite.JOUR_INDIVIDUEL: Decimal(1),
    Unite.DEMI_JOURNEE: Decimal("0.5"),
}


@dataclass(frozen=True, slots=True)
class Jours:
    """Days of intervention of a budget: the whole, and what is told collective and individual of it."""

    total: Decimal
    collectifs: Decimal
    individuels: Decimal

    @property
    def phrase(self) -> str:
        """« 6 jours, dont 4 collectifs et 2 individuels »; empty without any."""
        return jours_dits(self.total, collectifs=self.collectifs, individuels=self.individuels)


def jours_dits(total: Decimal | None, *, collectifs: Decimal | None = None, individuels: Decimal | None = None) -> str:
    """Days in words; what is not told apart is not said."""
    if not total:
        return ""
    if collectifs is None and individuels is not None:
        collectifs = total - individuels
    told = [
        f"{format_number(n)}{NBSP}{word}{'s' if n >= 2 else ''}"
        for n, word in ((collectifs, "collectif"), (individuels, "individuel"))
        if n
    ]
    return format_days(total) + (f", dont {' et '.join(told)}" if told else "")


def refuse_too_many(individuels: Decimal | None, jours: Decimal | None) -> None:
    """Raise ``ValidationError`` on ``jours_individuels`` when there are more of them than days in all."""
    if individuels is not None and individuels > (jours or 0):
        raise ValidationError(
            {"jours_individuels": "Il y a plus de jours individuels que de jours en tout : corrigez l’un ou l’autre."}
        )


def jours_of(charges: Iterable[Any]) -> Jours:
    """The days that the lines of « réalisation » pay; half days count for a half."""
    found = {unite: Decimal(0) for unite in _DAY}
    for c in charges:
        if c.nature == NatureCharge.REALISATION and c.unite in found and c.quantite is not None:
            found[c.unite] += c.quantite * _DAY[c.unite]
    return Jours(sum(found.values(), Decimal(0)), found[Unite.JOUR_COLLECTIF], found[Unite.JOUR_INDIVIDUEL])


@dataclass(frozen=True, slots=True)
class JoursAilleurs:
    """Days told elsewhere in the dossier: « le cahier des charges », from how many to how many, where."""

    nom: str
    au_moins: Decimal
    au_plus: Decimal
    url: str

    @property
    def dits(self) -> str:
        if self.au_moins == self.au_plus:
            return format_days(self.au_moins)
        return f"de {format_number(self.au_moins)} à {format_days(self.au_plus)}"

    def differs(self, jours: Jours) -> bool:
        return bool(jours.total) and not self.au_moins <= jours.total <= self.au_plus


@dataclass(frozen=True)
class JoursProvider:
    """A higher floor that tells days: ``read(values, ingenierie)`` from its ``annotations`` (see projects.facts)."""

    read: Callable[[dict[str, Any], Any], JoursAilleurs | None]
    annotations: Annotations | None = None


#: Who tells the days of the intervention, beside the budget.
JOURS: Registry[JoursProvider] = Registry("jours d’intervention")


def ecarts(jours: Jours, values: dict[str, Any], ingenierie: Any) -> Iterator[tuple[str, str]]:
    """(sentence, address) for each part of the dossier that tells other days than the budget pays."""
    for provider in JOURS:
        told = provider.read(values, ingenierie)
        if told is not None and told.differs(jours):
            yield (
                f"Le budget paie {jours.phrase} d’intervention ; {told.nom} en prévoit {told.dits}. Accordez-les, ou "
                "dites pourquoi ils diffèrent.",
                told.url,
            )
