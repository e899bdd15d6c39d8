"""Home page: what needs me today, my ingénieries by step, what moves in the region."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.formats import format_date, format_recent, plural
from projects import permissions
from projects.dashboard import TODOS
from projects.enums import STEPS, Etat
from projects.models import Ingenierie

NEWS = 8


def _by_step(actor) -> list[dict]:
    """Ingénieries of the actor's organisation by step: one query."""
    counts = dict(
        Ingenierie.objects.visible_to(actor)
        .order_by()
        .filter(state__in=STEPS)
        .values("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )
    base = reverse("projects:list")
    return [
        {"code": s.value, "label": s.label, "count": counts.get(s, 0), "url": f"{base}?etape={s.value}"} for s in STEPS
    ]


def _news(actor) -> list[dict]:
    """The last ingénieries that moved in the région (summaries): one query."""
    found = (
        Ingenierie.objects.listed_for(actor)
        .recent_first(actor, listing=True)
        .select_related("pilote")
        .only("titre", "state", "last_activity_at", "pilote__name")[:NEWS]
    )
    return [
        {
            "titre": i.titre,
            "url": reverse("projects:resume", args=[i.pk]),
            "state": i.state,
            "etape": Etat(i.state).label,
            "pilote": i.pilote.name,
            "quand": format_recent(i.last_activity_at),
        }
        for i in found
    ]


def _todos(actor) -> list[dict]:
    lines = [todo for provider in TODOS for todo in provider(actor)]
    lines.sort(key=lambda t: (not t.late, t.date is None, t.date or 0))
    return [
        {"title": t.title, "detail": t.detail, "url": t.url, "late": t.late, "date": format_date(t.date)} for t in lines
    ]


@require_GET
def accueil(request: HttpRequest) -> HttpResponse:
    """Home page of a member; a person without organisation is told what to do."""
    actor = request.actor
    if actor.organisation is None:
        return render(request, "portal/sans_organisation.html")
    todos = _todos(actor)
    steps = _by_step(actor)
    total = sum(step["count"] for step in steps)
    return render(
        request,
        "portal/accueil.html",
        {
            "prenom": actor.user.get_short_name(),
            "todos": todos,
            "late": sum(1 for t in todos if t["late"]),
            "steps": steps,
            "total": total,
            "total_text": plural(total, "ingénierie en cours", "ingénieries en cours"),
            "news": _news(actor),
            "can_create": permissions.can_create(actor),
            "is_dla": actor.organisation.is_dla,
        },
    )
