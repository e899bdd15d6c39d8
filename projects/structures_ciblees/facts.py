"""What the dossier shows of the targeted structures, as annotations of ``Ingenierie``."""

from __future__ import annotations

from projects import facts
from projects.enums import EtatMobilisation
from projects.structures_ciblees.models import StructureCiblee


def kept() -> dict:
    """``n_structures``: those neither withdrawn nor declined."""
    rows = StructureCiblee.objects.exclude(state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE])
    return {"n_structures": facts.count_of(rows)}


def contacted() -> dict:
    """``n_structures_contacted``: those past « repérée »."""
    rows = StructureCiblee.objects.exclude(state=EtatMobilisation.REPEREE)
    return {"n_structures_contacted": facts.count_of(rows)}
