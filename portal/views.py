"""Home page: what needs me today, my ingénieries by step, what moves in the region."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.formats import format_date, plural, recent_formatter
from core.permissions import is_operator
from partners.portfolio.prestataire.permissions import belongings
from projects.dashboard import TODOS
from projects.enums import STEPS, Cycle, Etat
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie, IngenierieScope, scope_of

NEWS = 8


def _by_step(actor) -> list[dict]:
    """Ingénieries of the actor's organisation by step: one query."""
    key = scope_of(actor)
    if key == "*":
        found = Ingenierie.objects.filter(state__in=STEPS).values_list("state")
    else:
        found = IngenierieScope.objects.filter(key=key, step__in=STEPS).values_list("step")
    # Rows, not primary keys: the index on key and step then answers alone.
    counts = dict(found.order_by().annotate(n=Count("*")))
    base = reverse("projects:list")
    return [
        {"code": s.value, "label": s.label, "count": counts.get(s, 0), "url": f"{base}?etape={s.value}"} for s in STEPS
    ]


def _news(actor) -> list[dict]:
    """The last ingénieries that moved in the région (summaries): one query."""
    moved = Ingenierie.objects.listed_for(actor).recent_first(actor, listing=True)
    rows = moved.values("pk", "titre", "cycle", "state", "last_activity_at", "pilote__name")[:NEWS]
    told = recent_formatter()
    return [
        {
            "titre": row["titre"],
            "url": reverse("projects:resume", args=[row["pk"]]),
            "state": row["state"],
            "individuelle": row["cycle"] == Cycle.INDIVIDUELLE,
            "etape": Etat(row["state"]).label,
            "pilote": row["pilote__name"],
            "quand": told(row["last_activity_at"]),
        }
        for row in rows
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
        if belongings(actor):
            return redirect("portfolio:espace")
        if is_operator(actor):
            return redirect("portal:installation")
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
