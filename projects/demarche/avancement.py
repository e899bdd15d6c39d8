"""How far a démarche is: what people ticked, and what of it the dossier proves. The two are never mixed: ticking is
somebody's act, a proof is a fact found elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.formats import plural
from projects.demarche.models import ChecklistItem
from projects.enums import EtatItem

SETTLED = (EtatItem.FAIT, EtatItem.SANS_OBJET)


@dataclass(frozen=True, slots=True)
class Avancement:
    """Numbers of actions (the optional ones left out): all, ticked (done or « sans objet »), ticked and proven by the
    dossier, proven without being ticked."""

    total: int
    cochees: int
    prouvees: int
    a_cocher: int

    @classmethod
    def of(cls, items: Iterable[ChecklistItem], proofs: Mapping[str, Any]) -> Avancement:
        """From the actions of an ingénierie and what the dossier shows of them (``projects.evidence``)."""
        counted = [item for item in items if not item.optional]
        ticked = [item for item in counted if item.state in SETTLED]
        return cls(
            len(counted),
            len(ticked),
            sum(item.code in proofs for item in ticked),
            len(proven_unticked(counted, proofs)),
        )

    @property
    def phrase(self) -> str:
        """« 18 actions cochées sur 45, dont 12 prouvées par le dossier. »"""
        told = f"{plural(self.cochees, 'action cochée', 'actions cochées')} sur {self.total}"
        if self.cochees:
            told += f", dont {plural(self.prouvees, 'prouvée', 'prouvées')} par le dossier"
        return f"{told}."


def proven_unticked(items: Iterable[ChecklistItem], proofs: Mapping[str, Any]) -> list[ChecklistItem]:
    """The actions whose proof is there and that nobody ticked, in their order."""
    return [item for item in items if not item.optional and item.state not in SETTLED and item.code in proofs]
