"""What the récits give to the dossier, to the documents, to the rooms above."""

from __future__ import annotations

from capitalisation.recits import dashboard, documents, facts, papiers, plans, retraits
from capitalisation.recits.models import Recit
from capitalisation.transfert.registry import SALLES_CAPITALISATION, SalleCapitalisation
from core.formats import plural
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.ingenierie.models import Ingenierie
from projects.papiers import PAPERS


def _resume(ingenierie: Ingenierie) -> str:
    count = Recit.objects.filter(ingenierie=ingenierie).count()
    return plural(count, "commencé", "commencés") if count else "aucun commencé"


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    plans.plans()
    documents.register()
    retraits.register()
    dashboard.register()
    PAPERS.register("recits", papiers.of_recits, order=119)
    EVIDENCE.register("finaliser.capitalisation.nature+recits", EvidenceProvider(facts.nature, facts.recits))
    EVIDENCE.register("finaliser.capitalisation.modalites+recits", EvidenceProvider(facts.modalites, facts.recits))
    SALLES_CAPITALISATION.register("recits", SalleCapitalisation("Récits", "capitalisation:recits", _resume), order=40)
