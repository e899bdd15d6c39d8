"""Small parts of the interface, usable in every template without ``{% load %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html

from core import formats
from core.menu import MENU, PUBLIC_LINKS

register = template.Library()

register.filter("date_fr", formats.format_date)
register.filter("date_jour", lambda value: formats.format_date(value, weekday=True))
register.filter("date_courte", formats.format_date_short)
register.filter("datetime_fr", formats.format_datetime)
register.filter("recent", formats.format_recent)
register.filter("euros", formats.format_money_plain)
register.filter("jours", formats.format_days)
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
