"""What the search keeps beside a resource, written again each time it is indexed."""

from __future__ import annotations

from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.models import ActionAidee
from capitalisation.recherche.mots import retenir


def indexer(ressource: Ressource) -> None:
    """Its words and the actions it helps."""
    retenir(ressource)
    codes = {code for code in ressource.actions if isinstance(code, str)}
    ressource.actions_aidees.exclude(code__in=codes).delete()
    ActionAidee.objects.bulk_create(
        [ActionAidee(ressource=ressource, code=code) for code in sorted(codes)], ignore_conflicts=True
    )
