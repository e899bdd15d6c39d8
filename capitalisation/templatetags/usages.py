"""What the panels of a resource draw from the address of the page."""

from __future__ import annotations

from typing import Any

from django import template

from core.text import whole_number

register = template.Library()


@register.inclusion_tag("capitalisation/usages/choix.html", takes_context=True)
def choix_ingenierie(context: Any, groupes: list[Any]) -> dict[str, Any]:
    """The list to choose from; ``?pour=`` says from which ingénierie one comes."""
    request = context.get("request")
    wanted = request.GET.get("pour", "") if request is not None else ""
    return {"groupes": groupes, "pour": whole_number(wanted)}
