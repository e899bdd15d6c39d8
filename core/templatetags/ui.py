"""Small parts of the interface, usable in every template without ``{% load %}``."""

from __future__ import annotations

from django import template
from django.utils.html import format_html

from core import formats

register = template.Library()

register.filter("date_fr", formats.format_date)
register.filter("date_jour", lambda value: formats.format_date(value, weekday=True))
register.filter("date_courte", formats.format_date_short)
register.filter("datetime_fr", formats.format_datetime)
register.filter("recent", formats.format_recent)
register.filter("euros", formats.format_money_plain)
register.filter("jours", formats.format_days)
register.filter("nombre", formats.format_number)


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


@register.inclusion_tag("partials/menu.html", takes_context=True)
def main_menu(context) -> dict:
    """The main menu and the person's own menu."""
    from django.urls import reverse

    from core.menu import MENU

    request = context["request"]
    actor = request.actor
    path = request.path
    entries = []
    for entry in MENU:
        if entry.visible(actor):
            url = reverse(entry.route)
            entries.append({"label": entry.label, "icon": entry.icon, "url": url, "here": path == url or (url != "/" and path.startswith(url))})
    return {"entries": entries, "actor": actor, "request": request}
