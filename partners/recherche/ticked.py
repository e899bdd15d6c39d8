"""The prestataires that were ticked in the results of the search, on the pages that a button below them opens."""

from __future__ import annotations

from typing import Any

from django.http import Http404, QueryDict

from core.actor import Actor
from core.text import whole_number
from partners.portfolio.prestataire.models import Prestataire

#: As many as a page of results holds.
MOST = 25


def ticked(sent: QueryDict, actor: Actor) -> list[Prestataire]:
    """Those of ``p`` (primary keys) that ``actor`` may read, in their order; 404 when none of them is left."""
    keys = list(dict.fromkeys(pk for value in sent.getlist("p") if (pk := whole_number(value)) is not None))[:MOST]
    found = Prestataire.objects.visible_to(actor).in_bulk(keys)
    if keys and not found:
        raise Http404
    return [found[pk] for pk in keys if pk in found]


def lines(prestataires: list[Prestataire]) -> list[dict[str, Any]]:
    """What a page shows of each."""
    return [
        {"pk": p.pk, "name": str(p), "details": " · ".join(filter(None, (p.get_kind_display(), p.commune)))}
        for p in prestataires
    ]
