"""Small parts of the interface, usable in every template without ``{% load %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html

from core import formats
from core.menu import MENU, PUBLIC_LINKS
from core.phones import format_phone
from core.views import kept, marks

register = template.Library()

register.filter("date_fr", formats.format_date)
register.filter("date_jour", lambda value: formats.format_date(value, weekday=True))
register.filter("date_courte", formats.format_date_short)
register.filter("datetime_fr", formats.format_datetime)
register.filter("recent", formats.format_recent)
register.filter("euros", formats.format_money_plain)
register.filter("jours", formats.format_days)
register.filter("telephone", format_phone)
register.filter("nombre", formats.format_number)
register.filter("pourcent", formats.format_percent)


@register.filter
def compte(count: int, noun: str) -> str:
    """``{{ n|compte:"structure" }}``: the number with its noun agreed (``"avis,avis"`` for an irregular plural)."""
    one, _, many = noun.partition(",")
    return formats.plural(count, one, many or None)


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """A Bootstrap icon: hidden from assistive technology, or named by ``label``."""
    if label:
        return format_html('<i class="bi bi-{}" role="img" aria-label="{}"></i>', name, label)
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


@register.simple_tag(takes_context=True, name="csrf_token")
def form_marks(context) -> str:
    """In the place of Django's: the same hidden token and, beside it, the mark of the form (:mod:`core.views.marks`).

    No form goes without the first; so none goes without the second.
    """
    token, request = context.get("csrf_token"), context.get("request")
    if not token:
        return ""
    mark = marks.write(request) if request is not None else ""
    html = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
    return html + format_html('<input type="hidden" name="{}" value="{}">', marks.FIELD, mark) if mark else html


@register.simple_tag(takes_context=True)
def page_mark(context) -> str:
    """The mark of the page, for what htmx posts outside forms."""
    request = context.get("request")
    return marks.write(request) if request is not None else ""


@register.inclusion_tag("partials/saisie.html", takes_context=True)
def typed_again(context) -> dict[str, Any]:
    """What waits for this person on this page, in the form that holds it, or given back to be sent again."""
    request = context.get("request")
    found = kept.waiting(request) if request is not None else None
    return {
        "saisie": found,
        "rendue": getattr(request, "typed_is_put_back", False),
        "place": marks.place_of(request) if found else "",
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }


@register.simple_tag(takes_context=True)
def typed_waits(context) -> set[str]:
    """Why something that was typed waits for whoever signs in."""
    request = context.get("request")
    return kept.reasons(request) if request is not None else set()


@register.simple_tag(takes_context=True)
def person_key(context) -> str:
    """Who the page is drawn for, as the drafts of the browser name her; the device itself where nobody is known."""
    request = context.get("request")
    return (marks.who_acts(request) or getattr(request, "appareil", "")) if request is not None else ""


@register.simple_tag(takes_context=True)
def query(context, **changes) -> str:
    """The present query string with some parameters changed (``None`` removes one): sort links, pages, filters."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = value
    encoded = params.urlencode()
    return f"?{encoded}" if encoded else "?"


@register.simple_tag(takes_context=True)
def public_links(context) -> list[dict[str, str]]:
    """The pages for anybody, for who is not signed in: where, and under which name."""
    user = getattr(context.get("request"), "user", None)
    if user is None or user.is_authenticated:
        return []
    return [{"label": link.label, "url": reverse(link.route)} for link in PUBLIC_LINKS if link.available()]


@register.inclusion_tag("partials/menu.html", takes_context=True)
def main_menu(context) -> dict[str, Any]:
    """The main menu and the person's own menu."""
    request = context["request"]
    actor, path = request.actor, request.path
    entries = [(entry, reverse(entry.route)) for entry in MENU if entry.visible(actor)]
    here = next((url for _, url in entries[::-1] if path == url or (url != "/" and path.startswith(url))), "")
    return {
        "entries": [{"label": e.label, "icon": e.icon, "url": url, "here": url == here} for e, url in entries],
        "organisation": str(actor.organisation) if actor.organisation else "",
        "person": actor.label,
    }
