"""« Mes données personnelles »: what is held, the file that says it all, correcting, erasing one's account."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import personal
from accounts.services import erasure
from accounts.tasks import DATA_JOB
from core.errors import ConditionsNotMet, InvalidInput
from core.files import file_response
from core.formats import format_datetime, format_number
from core.jobs import enqueue
from core.models import GeneratedDocument
from core.uploads.services import PREVIEW_DAYS


def _mine(request: HttpRequest):
    return GeneratedDocument.objects.filter(
        document_type=personal.DOCUMENT_TYPE,
        object_type="accounts.user",
        object_id=request.user.pk,
        made_by_id=request.user.pk,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def donnees(request: HttpRequest) -> HttpResponse:
    """The page; posting asks for the file, or erases the account."""
    if request.method == "POST":
        if request.POST.get("action") == "effacer":
            return _erase(request)
        job = enqueue(DATA_JOB, {"user": request.user.pk}, actor=request.actor)
        return redirect("core:job_detail", job.pk)
    return _show(request)


def _show(request: HttpRequest, *, refused: ConditionsNotMet | None = None, status: int = 200) -> HttpResponse:
    user = request.user
    context = {
        "counts": [(label, format_number(count)) for label, count in personal.summary(user)],
        "files": [
            {"pk": d.pk, "name": d.filename, "when": format_datetime(d.made_at)}
            for d in _mine(request).order_by("-made_at", "-pk")[:5]
        ],
        "days": PREVIEW_DAYS,
        "months": settings.PERSONAL_DATA_MONTHS,
        "free": not (user.is_staff or user.is_superuser) and user.pk in erasure.unattached([user.pk]),
        "why_not": erasure.STILL_BELONGS,
        "refused": refused,
    }
    return render(request, "accounts/donnees.html", context, status=status)


def _erase(request: HttpRequest) -> HttpResponse:
    if request.POST.get("confirme") != "on":
        raise InvalidInput("Cochez la case qui dit que vous avez compris : cet effacement ne s’annule pas.")
    try:
        erasure.anonymise(request.user, actor=request.actor)
    except ConditionsNotMet as error:
        return _show(request, refused=error, status=error.status)
    auth.logout(request)
    messages.success(request, "Votre compte est effacé.")
    return redirect("account_login")


@require_safe
def donnees_fichier(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, for the person alone."""
    found = get_object_or_404(_mine(request), pk=pk)
    return file_response(
        request, key=found.storage_key, name=found.filename, mime="application/zip", sha256=found.sha256
    )
