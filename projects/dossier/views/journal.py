"""The journal of an ingénierie, with filters."""

from __future__ import annotations

import datetime as dt

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from core import journal
from core.text import normalise
from projects.dossier.views.base import IngenierieView


class Journal(IngenierieView):
    """Who did what, when, from what to what, and why: newest first, by person, kind of action and period."""

    tab = "journal"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entries = journal.entries_for(self.ingenierie)
        verbs = sorted(
            (journal.VERBS.get(v, v), v) for v in entries.order_by().values_list("verb", flat=True).distinct()
        )
        people = sorted(entries.order_by().values_list("actor_label", flat=True).distinct(), key=normalise)
        chosen = {k: request.GET.get(k, "") for k in ("qui", "action", "du", "au")}
        if chosen["qui"]:
            entries = entries.filter(actor_label=chosen["qui"])
        if chosen["action"]:
            entries = entries.filter(verb=chosen["action"])
        for key, lookup in (("du", "at__date__gte"), ("au", "at__date__lte")):
            try:
                entries = entries.filter(**{lookup: dt.date.fromisoformat(chosen[key])}) if chosen[key] else entries
            except ValueError:
                chosen[key] = ""
        page = Paginator(entries, 30).get_page(request.GET.get("page"))
        return self.page(
            "projects/dossier/journal.html",
            {
                "lines": journal.describe(page.object_list),
                "page": page,
                "verbs": verbs,
                "people": people,
                "chosen": chosen,
            },
        )
