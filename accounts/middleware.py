"""Puts the actor on the request, lazily; refuses what was opened as somebody and is sent as another."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from accounts.models import Membership
from accounts.services import actor_for
from core.actor import Actor
from core.views import kept, marks


class ActorMiddleware:
    """``request.actor``: the signed-in person under the active membership, computed when first asked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = SimpleLazyObject(
            lambda: actor_for(request.user) if request.user.is_authenticated else Actor.anonymous()
        )
        return self.get_response(request)


class SamePersonMiddleware:
    """A form opened for one organisation is not saved for another one, nor by somebody else: 409, the text kept.

    A view with an attribute ``for_whoever = True`` is about the person alone: changing organisation.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        if request.method != "POST" or not request.user.is_authenticated or marks.holds_secrets(request):
            return None
        mark = marks.read(request)
        if mark is None or not mark.who or mark.who.startswith("lien:") or getattr(view_func, "for_whoever", False):
            return None
        same_person = mark.who == str(request.user.pk)
        if same_person and mark.organisation == request.actor.organisation_id:
            return None
        if same_person:
            kept.keep(request, mark, kept.ORGANISATION)
        if request.headers.get("HX-Request"):
            # The page says why: a fragment would be lost in it.
            return HttpResponse(status=409, headers={"HX-Redirect": mark.place})
        before = None
        if same_person and mark.organisation is not None:
            before = (
                Membership.objects.active()
                .filter(user=request.user, organisation=mark.organisation)
                .select_related("organisation")
                .first()
            )
        context = {
            "same_person": same_person,
            "now": request.actor.organisation,
            "before": before.organisation if before else None,
            "place": mark.place,
        }
        return render(request, "accounts/autre_organisation.html", context, status=409)
