"""What the récits give to the dossier, to the documents, to the rooms above."""

from __future__ import annotations

from capitalisation.recits import (
    dashboard,
    documents,
    facts,
    images,
    liens,
    pages_liees,
    papiers,
    personal,
    plans,
    retraits,
)
from capitalisation.recits.adresses import adresse
from capitalisation.recits.models import Recit
from capitalisation.recits.permissions import readable, writers
from capitalisation.transfert.registry import SALLES_CAPITALISATION, SalleCapitalisation
from core.formats import plural
from core.uploads import ATTACHMENT_RIGHTS, KEPT_FOR_GOOD
from core.uploads.rights import AttachmentRights
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
    pages_liees.register()
    liens.register()
    personal.register()
    ATTACHMENT_RIGHTS.register(
        images.OBJET,
        AttachmentRights(
            can_view=readable,
            can_edit=writers,
            scope=lambda recit: recit.ingenierie or recit,
            url=lambda recit: adresse(recit, "recit_images"),
        ),
    )
    KEPT_FOR_GOOD.register("images des récits", images.shown)
    dashboard.register()
    PAPERS.register("recits", papiers.of_recits, order=119)
    EVIDENCE.register("finaliser.capitalisation.nature+recits", EvidenceProvider(facts.nature, facts.recits))
    EVIDENCE.register("finaliser.capitalisation.modalites+recits", EvidenceProvider(facts.modalites, facts.recits))
    SALLES_CAPITALISATION.register("recits", SalleCapitalisation("Récits", "capitalisation:recits", _resume), order=40)
