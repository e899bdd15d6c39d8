"""What the software can truthfully say of itself and of who runs it. Public pages."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import tasks
from core.imports import services as imports
from core.uploads import services as uploads

UNKNOWN = "non renseigné par l’exploitant"


def _operator() -> dict[str, str]:
    """What the settings say of the operator; what they leave out says so."""
    return {name: value.strip() or UNKNOWN for name, value in settings.OPERATOR.items()}


@require_safe
@login_not_required
def mentions_legales(request: HttpRequest) -> HttpResponse:
    """Who publishes, who hosts, whom to write to."""
    return render(request, "core/mentions_legales.html", {"exploitant": _operator()})


@require_safe
@login_not_required
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    """What is kept, for how long, and what one may ask."""
    context = {
        "exploitant": _operator(),
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
        "session_cookie": settings.SESSION_COOKIE_NAME,
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "invitation_days": settings.INVITATION_DAYS,
        "work_days": tasks.KEPT_DAYS,
        "removed_days": uploads.REMOVED_DAYS,
        "preview_days": uploads.PREVIEW_DAYS,
        "import_days": imports.KEPT_DAYS,
        "kept_months": settings.PERSONAL_DATA_MONTHS,
    }
    return render(request, "core/donnees_personnelles.html", context)


@require_safe
@login_not_required
def accessibilite(request: HttpRequest) -> HttpResponse:
    """What was tested, what was not, and how to report an obstacle."""
    return render(request, "core/accessibilite.html", {"exploitant": _operator()})
