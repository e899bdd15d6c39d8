"""What was typed and could not be saved, given up by its author."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from core.redirects import path_of_ours
from core.views import kept, marks


@login_not_required  # what a personal link's page gives back is given up there too; the mark says whose it is
@require_POST
def abandon(request: HttpRequest) -> HttpResponse:
    """Forget what waits on the page that the form comes from, and go back to it."""
    mark = marks.read(request)
    if mark is not None:
        kept.forget(request, mark.place)
        messages.info(request, "La saisie qui attendait est oubliée.")
    return redirect(path_of_ours(request.POST.get("retour", ""), "/"))
