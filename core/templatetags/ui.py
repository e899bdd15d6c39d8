"""Small parts of the interface, usable in every template without ``{% load %}``."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from core import formats
from core.menu import MENU

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


#: Parts of the frame that depend on nothing but the installation, drawn once per process.
_constant: dict[str, str] = {}
#: Menus drawn, by what they depend on; the token of the sign-out form is put in at each request.
_menus: dict[tuple, str] = {}
_TOKEN = "jeton-de-la-requete"  # noqa: S105  a mark, not a secret


@register.simple_tag
def constant_part(name: str) -> str:
    """A partial without any variable of the request (assets, footer): drawn once, then remembered."""
    found = _constant.get(name)
    if found is None:
        found = render_to_string(name, {"app_env": settings.APP_ENV})
        if not settings.DEBUG:
            _constant[name] = found
    return found


@register.simple_tag(takes_context=True)
def main_menu(context) -> str:
    """The main menu and the person's own menu, remembered for the same entries, place and names."""
    request = context["request"]
    actor = request.actor
    path = request.path
    entries = [(entry, reverse(entry.route)) for entry in MENU if entry.visible(actor)]
    here = next((url for _, url in entries[::-1] if path == url or (url != "/" and path.startswith(url))), "")
    organisation = str(actor.organisation) if actor.organisation else ""
    key = (tuple(url for _, url in entries), here, organisation, actor.label)
    found = _menus.get(key)
    if found is None:
        found = render_to_string(
            "partials/menu.html",
            {
                "entries": [{"label": e.label, "icon": e.icon, "url": url, "here": url == here} for e, url in entries],
                "organisation": organisation,
                "person": actor.label,
                "token": _TOKEN,
            },
        )
        if len(_menus) > 2000:
            _menus.clear()
        if not settings.DEBUG:
            _menus[key] = found
    return mark_safe(found.replace(_TOKEN, get_token(request)))  # noqa: S308  drawn by the engine above
