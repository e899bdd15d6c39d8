"""Small parts of the interface, usable in every template without ``{% load %}``."""

from __future__ import annotations

from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from core import formats
from core.menu import MENU, PUBLIC_LINKS
from core.rows import Remembered

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
def public_links(context) -> list[dict[str, str]]:
    """The pages for anybody, for who is not signed in: where, and under which name."""
    user = getattr(context.get("request"), "user", None)
    if user is None or user.is_authenticated:
        return []
    return [{"label": link.label, "url": _address(link.route)} for link in PUBLIC_LINKS if link.available()]


@cache
def _address(route: str) -> str:
    return reverse(route)


@register.simple_tag(takes_context=True)
def main_menu(context) -> str:
    """The main menu and the person's own menu, remembered for the same entries, place and names."""
    request = context["request"]
    actor = request.actor
    path = request.path
    entries = [(entry, _address(entry.route)) for entry in MENU if entry.visible(actor)]
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
    # The page's token, not another one: each asks the system for random bytes.
    return mark_safe(found.replace(_TOKEN, str(context["csrf_token"])))  # noqa: S308  drawn by the engine above


#: Parts are larger than rows: fewer are kept.
_remembered = Remembered(1_000)


class RememberedNode(template.Node):
    """``{% remembered … %}``: see :func:`remembered`."""

    def __init__(self, nodelist: template.NodeList, name: str, depends: list[template.base.FilterExpression]):
        self.nodelist = nodelist
        self.name = name
        self.depends = depends

    def render(self, context) -> str:
        key = (self.name, *(value.resolve(context) for value in self.depends))
        if settings.DEBUG:
            return self.nodelist.render(context)
        return _remembered.get(key, lambda: self.nodelist.render(context))


@register.tag
def remembered(parser, token) -> RememberedNode:
    """``{% remembered "name" a b.c %}…{% endremembered %}``: a part drawn once for the same values, in each process.

    The values named must be all that the part reads (texts, numbers, tuples of them): compared whole, so that a part
    is never out of date. A value that costs to prepare and that these decide may be a function: called when drawn.
    Never around a form that writes (its token is of the session), nor around long texts.
    """
    _, name, *depends = token.split_contents()
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedNode(nodelist, name.strip("\"'"), [parser.compile_filter(value) for value in depends])
