"""How many structures were announced, reached, answered, declined, joined: the one place where these figures are put
together and into words. They are columns of the ingénierie, counted again by ``projects.ingenierie.services.touch``, so
that lists, pages, documents and exports read the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.formats import plural

#: The columns of an ingénierie that :class:`Mobilisation` reads.
FIELDS = (
    "structures_annoncees",
    "structures_reperees",
    "structures_contactees",
    "structures_repondu",
    "structures_declinees",
    "structures_confirmees",
    "structures_retenues",
)
#: Heads of the export, in the order of :attr:`Mobilisation.cells`.
EXPORT_HEADER = (
    "Structures annoncées",
    "Structures repérées",
    "Structures contactées",
    "Structures qui ont répondu",
    "Structures sans réponse",
    "Structures qui ont décliné",
    "Structures retirées",
    "Structures confirmées",
)


@dataclass(frozen=True, slots=True)
class Mobilisation:
    """Numbers of structures of one ingénierie.

    What happened stays counted whatever came next: a structure that declined was contacted and did answer.
    ``annoncees`` is the number the ingénierie announces (``None``: not said); ``retenues`` those that neither declined
    nor were withdrawn.
    """

    annoncees: int | None
    reperees: int
    contactees: int
    repondu: int
    declinees: int
    confirmees: int
    retenues: int

    @classmethod
    def of(cls, found: Any) -> Mobilisation:
        """From an ingénierie, or a row of ``values(*FIELDS)``."""
        read = found.__getitem__ if isinstance(found, Mapping) else lambda name: getattr(found, name)
        return cls(*(read(name) for name in FIELDS))

    @property
    def sans_reponse(self) -> int:
        """Contacted, and nothing came back: not the same as declining."""
        return self.contactees - self.repondu

    @property
    def retirees(self) -> int:
        """Taken off by the pilot, with a reason."""
        return self.reperees - self.retenues - self.declinees

    @property
    def cells(self) -> tuple[int | None, ...]:
        """As the exports write them."""
        return (
            self.annoncees, self.reperees, self.contactees, self.repondu, self.sans_reponse, self.declinees,
            self.retirees, self.confirmees,
        )  # fmt: skip

    @property
    def courte(self) -> str:
        """« 12 structures confirmées sur 30 repérées (40 annoncées) »."""
        told = f"{plural(self.confirmees, 'structure confirmée', 'structures confirmées')} sur "
        told += plural(self.reperees, "repérée")
        return told + (f" ({plural(self.annoncees, 'annoncée')})" if self.annoncees else "")

    @property
    def phrase(self) -> str:
        """All of it in a sentence; empty when no structure is there."""
        if not self.reperees:
            return ""
        return f"{self.courte}. {self.suite}".rstrip()

    @property
    def suite(self) -> str:
        """What became of the contacts: « 28 contactées : 22 ont répondu, 6 sans réponse. 5 ont décliné. »"""
        if not self.contactees:
            return "Aucune n’est encore contactée."
        told = f"{plural(self.contactees, 'contactée')} : {plural(self.repondu, 'a répondu', 'ont répondu')}"
        if self.sans_reponse:
            told += f", {plural(self.sans_reponse, 'reste', 'restent')} sans réponse"
        gone = []
        if self.declinees:
            gone.append(plural(self.declinees, "a décliné", "ont décliné"))
        if self.retirees:
            gone.append(plural(self.retirees, "retirée"))
        return told + "." + (f" {', '.join(gone)}." if gone else "")
