"""The public side of personal links, and the base of their pages.

Looking writes nothing but the counter of openings (mail scanners follow links); only POST answers.
"""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.services.links import OUVERT, REMPLACE, REPONDU, Link, LinkClosed, OpenLink
from core.formats import format_date, format_datetime
from core.views import kept, marks

CUT = "L’adresse est incomplète : copiez le lien en entier depuis le courrier reçu."
TOLD = "Votre demande est transmise. Si elle est acceptée, vous recevrez un nouveau courrier."
ALREADY = "Votre demande a déjà été transmise dans les dernières vingt-quatre heures."


class LinkView(View):
    """Base of a page reached by a personal link: ``self.link``, ``self.object``, ``self.actor``.

    Register ``MyPage.as_view()`` in the ``pages`` of its purpose, answer with :meth:`page` and a template that extends
    ``liens/base.html``. What must hold when answering is asked again by the service (``services.take``).
    """

    link: OpenLink

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.link = kwargs["link"]
        self.object = self.link.object
        self.actor = self.link.actor
        request.place = place_of_link(self.link.grant.pk, request)

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        """``template`` with who asks, why, how long it takes and until when."""
        return render(self.request, template, {"lien": told(self.link), **(context or {})}, status=status)

    def back(self, page: str = "") -> HttpResponse:
        """To the first page of the link (which says what happened to it), or to another one."""
        return redirect(page_url(self.link.token, page))


def _slowed(request: HttpRequest, action: str, **key: str) -> HttpResponse | None:
    """The page that asks to wait, when there was too much of ``action``; counted in the cache that processes share."""
    return ratelimit.consume_or_429(request, action=action, limit_get=True, **key)


def place_of_link(grant_pk: int, request: HttpRequest) -> str:
    """The page of a link, whatever its address: sent again, a link changes it (:mod:`core.views.marks`)."""
    page = request.resolver_match.kwargs.get("page", "") if request.resolver_match else ""
    return f"lien:{grant_pk}/{page}"


def page_url(token: str, page: str = "") -> str:
    """The address of a page of a link."""
    return reverse("lien_page", args=[token, page]) if page else reverse("lien", args=[token])


def told(link: OpenLink) -> dict[str, Any]:
    """What the frame of every page of a link says."""
    grant, purpose = link.grant, link.purpose
    return {
        "title": purpose.subject(link.object),
        "asks": purpose.asks(link.object),
        "duration": purpose.duration,
        "thanks": purpose.thanks,
        "name": grant.recipient_name,
        "organisation": str(grant.organisation) if grant.organisation else "",
        "until": format_date(grant.expires_at),
        "answered": format_datetime(grant.used_at),
        "url": page_url(link.token),
    }


def _may_ask(link: Link) -> bool:
    """Would another link serve? Not where a more recent one does, nor when the invitation was accepted."""
    return link.status not in (OUVERT, REMPLACE) and not (link.status == REPONDU and link.purpose.invites)


def _closed(
    request: HttpRequest, link: Link | None, token: str, *, why: str = "", asked: str = "", status: int | None = None
) -> HttpResponse:
    """Why the link does not serve, without a word of its object."""
    mark = marks.read(request) if request.method == "POST" else None
    # Only what was typed by who held this very link; her next one gives it back.
    mine = mark is not None and link is not None and mark.who == f"lien:{link.grant.pk}"
    typed = kept.keep(request, mark, kept.LINK) if mine else False
    used = link is not None and link.status == REPONDU
    invited = link is not None and link.purpose.invites
    answered = used and not invited
    context = {
        "title": link.purpose.label if link and link.status != REMPLACE else "Lien personnel",
        "why": why or (services.why_closed(link) if link else CUT),
        "answered": answered,
        "thanks": link.purpose.thanks if link and answered else "",
        "texts": kept.texts_of(request) if typed else [],
        "may_ask": link is not None and _may_ask(link),
        "invited": invited,
        "asked": asked,
        "ask_url": reverse("lien_demander", args=[token]),
        "ask_at": reverse(link.purpose.ask_at) if link and link.purpose.ask_at else "",
    }
    usual = 200 if used and request.method != "POST" else 410
    return render(request, "liens/ferme.html", context, status=status or (usual if link else 404))


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def lien(request: HttpRequest, token: str, page: str = "") -> HttpResponse:
    """A page of a personal link, or why it does not serve any more."""
    link = services.read_link(token)
    if link is None:
        # Made up rather than cut, when they come by dozens.
        return _slowed(request, "lien_inconnu") or _closed(request, None, token)
    if request.method == "POST" and (slowed := _slowed(request, "lien_reponse", key=str(link.grant.pk))):
        return slowed
    view = link.purpose.pages.get(page)
    if view is None:
        raise Http404
    try:
        opened = services.open_link(link, token)
        if request.method == "GET":
            services.note_opening(link)
        request.actor = opened.actor  # whoever is signed in, here the link acts
        return view(request, link=opened)
    except LinkClosed as error:
        # Perhaps between the page and the click: the same explanation as on opening.
        return _closed(request, services.read_link(token), token, why=error.message)


@never_cache
@login_not_required
@require_POST
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """The holder of a dead link asks who sent it for a new one."""
    if slowed := _slowed(request, "lien_demande"):
        return slowed
    link = services.read_link(token)
    if link is None or not link.purpose.pages or link.purpose.ask_at or not _may_ask(link):
        return redirect("lien", token)
    try:
        asked = TOLD if services.ask_again(link) else ALREADY
    except LinkClosed as error:
        return _closed(request, link, token, why=error.message, asked="Aucune demande n’est nécessaire.")
    return _closed(request, link, token, asked=asked, status=200)
