"""All that the dossier made and holds: the papers of its rooms, every file wherever it was attached."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.formats import format_date, format_datetime
from projects.dossier.views.base import IngenierieView
from projects.papiers import PAPERS, Paper


def _when(paper: Paper) -> str:
    if paper.on is None:
        return ""
    return format_datetime(paper.on) if isinstance(paper.on, dt.datetime) else format_date(paper.on)


def _day(paper: Paper) -> dt.date:
    if isinstance(paper.on, dt.datetime):
        return paper.on.date()
    return paper.on or dt.date.max


def paper_rows(papers: list[Paper]) -> list[dict[str, Any]]:
    """The papers as the page shows them: those that follow the dossier first, then the newest."""
    return [
        {"paper": paper, "quand": _when(paper)}
        for paper in sorted(papers, key=lambda p: (_day(p), p.title), reverse=True)
    ]


class Documents(IngenierieView):
    """The papers of every room, with their date, format, author and room; the files of the ingénierie itself."""

    tab = "documents"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        papers = [paper for provider in PAPERS for paper in provider(self.ingenierie, self.actor)]
        return self.page("projects/dossier/documents.html", {"papers": paper_rows(papers)})
