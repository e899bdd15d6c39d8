"""What the récits give to the dossier, to the documents, to the rooms above."""

from __future__ import annotations

from capitalisation.recits import documents, plans, retraits
from capitalisation.recits.models import Recit
from capitalisation.transfert.registry import SALLES_CAPITALISATION, SalleCapitalisation
from core.formats import plural
from projects.ingenierie.models import Ingenierie


def _resume(ingenierie: Ingenierie) -> str:
    count = Recit.objects.filter(ingenierie=ingenierie).count()
    return plural(count, "commencé", "commencés") if count else "aucun commencé"


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    plans.plans()
    documents.register()
    retraits.register()
    SALLES_CAPITALISATION.register("recits", SalleCapitalisation("Récits", "capitalisation:recits", _resume), order=40)
