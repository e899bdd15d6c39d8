"""The échéancier: of a person, of an ingénierie, as a list or a month; and the feed that calendar programs read."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag, urlencode
from django.views.decorators.http import require_GET, require_POST, require_safe

from core import clock, listing
from core.echeances import ECHEANCES, Window
from core.formats import plural
from core.views.actions import posted_version
from portal import echeances, feeds
from projects.dossier.views.base import IngenierieView


def _context(request: HttpRequest, actor: Any, here: str, ingenierie: int | None = None) -> dict[str, Any]:
    """What a page of the échéancier shows, by its ``vue`` (liste, mois), ``mois`` and ``sorte``."""
    today = clock.today()
    month = request.GET.get("vue") == "mois"
    kind = request.GET.get("sorte", "")
    kind = kind if kind in ECHEANCES else ""
    first = echeances.month_of(request.GET.get("mois", ""))

    def url(**parameters: str) -> str:
        told = {name: value for name, value in ({"sorte": kind} | parameters).items() if value}
        return f"{here}?{urlencode(told)}" if told else here

    window = (
        echeances.month_window(first, ingenierie)
        if month
        else Window(today - echeances.BEFORE, today + echeances.AFTER, ingenierie)
    )
    lines = echeances.gather(actor, window, kind)
    return {
        "vue": "mois" if month else "liste",
        "mois": f"{first:%Y-%m}",
        "kinds": listing.options([("", "Toutes les dates"), *echeances.kinds()], kind),
        "filtered": bool(kind),
        "counter": plural(len(lines), "date"),
        "days": echeances.by_day(lines, today),
        "weeks": echeances.weeks(first, lines, today) if month else [],
        "weekdays": echeances.WEEKDAYS,
        "month_name": echeances.month_name(first),
        "previous": url(vue="mois", mois=f"{first - dt.timedelta(days=1):%Y-%m}"),
        "next": url(vue="mois", mois=f"{first + dt.timedelta(days=32):%Y-%m}"),
        "list_url": url(),
        "month_url": url(vue="mois"),
        "here": here,
    }


@require_GET
def echeancier(request: HttpRequest) -> HttpResponse:
    """The dates of what the person carries."""
    return render(request, "portal/echeancier.html", _context(request, request.actor, reverse("portal:echeancier")))


class Echeancier(IngenierieView):
    """The dates of one ingénierie."""

    tab = "echeancier"
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        here = reverse("portal:echeancier_ingenierie", args=[pk])
        return self.page("portal/echeancier_ingenierie.html", _context(request, self.actor, here, pk))


# --- The feed -------------------------------------------------------------------------------------------------------


@require_GET
def agenda(request: HttpRequest) -> HttpResponse:
    """The address of one's own feed: create, copy, renew, revoke."""
    grant = feeds.feed_of(request.user)
    context = {
        "grant": grant,
        "address": f"{settings.SITE_URL}{feeds.feed_path(grant)}" if grant else "",
        "read_at": grant.last_opened_at if grant else None,
    }
    return render(request, "portal/agenda.html", context)


@require_POST
def agenda_action(request: HttpRequest, action: str) -> HttpResponse:
    """« creer », « renouveler », « revoquer »."""
    if action == "creer":
        feeds.open_feed(actor=request.actor)
        messages.success(request, "L’adresse de votre agenda est prête.")
    elif action == "renouveler":
        feeds.renew_feed(actor=request.actor, expected_version=posted_version(request))
        messages.success(request, "Voici une nouvelle adresse ; la précédente ne sert plus.")
    elif action == "revoquer":
        feeds.revoke_feed(actor=request.actor, expected_version=posted_version(request))
        messages.success(request, "L’adresse est révoquée : plus aucun agenda ne la lit.")
    else:
        raise Http404
    return redirect("portal:agenda")


@login_not_required
@require_safe
def flux(request: HttpRequest, token: str) -> HttpResponse:
    """The feed itself, for who knows its secret address. A dead or made-up one is not found."""
    found = feeds.holder_of(token)
    if found is None:
        slowed = ratelimit.consume_or_429(request, action="lien_inconnu", limit_get=True)
        if slowed is not None:
            return slowed
        raise Http404
    grant, actor = found
    feeds.note_reading(grant)
    body = feeds.feed(grant, actor, settings.SITE_URL)
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    # By its content alone: no date says when a plan, a session or a meeting last changed.
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="dla-ingenierie.ics"'
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, max-age=900"
    return answer
