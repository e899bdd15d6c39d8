"""What somebody pays by a rule (half, a third of the charges…), exact to the cent.

The shares of a scenario are reckoned together: each is cut to the cent, and the cents that are left, so that three
thirds make the whole, go one by one to the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from engagement.budget.enums import Part

FRACTIONS = {
    Part.TOUT: Fraction(1),
    Part.TROIS_QUARTS: Fraction(3, 4),
    Part.DEUX_TIERS: Fraction(2, 3),
    Part.MOITIE: Fraction(1, 2),
    Part.TIERS: Fraction(1, 3),
    Part.QUART: Fraction(1, 4),
    Part.CINQUIEME: Fraction(1, 5),
    Part.SIXIEME: Fraction(1, 6),
}

#: The rule, in words.
REGLE = (
    "Une part se calcule sur le total des charges, au centime près, et suit les charges tant que rien n’est obtenu ; "
    "les centimes qui ne se divisent pas vont à la première des ressources en part, puis à la suivante."
)


def partager(total: Decimal, parts: Sequence[str]) -> list[Decimal]:
    """The amount of each of ``parts`` (codes of :class:`Part`) of ``total``, in euros; their sum is that of the
    fractions, rounded to the cent (half a cent goes up).

    >>> partager(Decimal("100.00"), ["tiers", "tiers", "tiers"])
    [Decimal('33.34'), Decimal('33.33'), Decimal('33.33')]
    """
    cents = int(total * 100)
    exact = [FRACTIONS[part] * cents for part in parts]
    whole = [int(share) for share in exact]
    left = int(sum(exact, Fraction(0)) + Fraction(1, 2)) - sum(whole)
    return [Decimal(share + (index < left)).scaleb(-2) for index, share in enumerate(whole)]
