"""What I was handed over."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Passation
from accounts.services.passations import saw


@require_http_methods(["GET", "HEAD", "POST"])
def passation(request: HttpRequest, pk: int) -> HttpResponse:
    """What was handed to me, with the way to each thing; I say that I saw it."""
    mine = Passation.objects.select_related("organisation", "from_user")
    found = get_object_or_404(mine, pk=pk, to_user=request.actor.user_id)
    if request.method == "POST":
        saw(found, actor=request.actor)
        return redirect("portal:accueil")
    groups = [
        (kind, [(title, url) for _, title, url in rows])
        for kind, rows in groupby(found.lines, key=lambda line: line[0])
    ]
    return render(request, "accounts/passation.html", {"passation": found, "groups": groups})
