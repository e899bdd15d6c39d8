"""Parts of printed documents: ``{% load documents %}``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.documents.blocks import cut_definitions, paragraphs

register = template.Library()


@register.filter(is_safe=True)
def texte(value: object) -> SafeString:
    """Turn a typed text into paragraphs; lines that begin with a dash or a bullet become a list. All is escaped."""
    html: list[str] = []
    for kind, lines in paragraphs(value):
        if kind == "ul":
            html.append(f"<ul>{''.join(f'<li>{conditional_escape(item)}</li>' for item in lines)}</ul>")
        else:
            html.append(f"<p>{'<br>'.join(conditional_escape(line) for line in lines)}</p>")
    return mark_safe("".join(html))  # noqa: S308 (every piece is escaped above)


@register.filter
def definition_parts(rows: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Labels and values as they are laid out: tables of short values, and the long ones by themselves."""
    return [
        {"long": True, "label": part[0][0], "value": part[0][1]} if long else {"long": False, "rows": part}
        for long, part in cut_definitions(rows)
    ]


@register.filter
def colgroup(widths: Sequence[float]) -> SafeString:
    """The columns of a table and their widths, in percent: a printed page has no rule against a style of its own."""
    columns = (format_html('<col style="width: {}%">', f"{width:.1f}") for width in widths)
    return format_html("<colgroup>{}</colgroup>", mark_safe("".join(columns)))  # noqa: S308 (escaped above)


@register.simple_tag
def tick(checked: bool, label: str = "") -> SafeString:
    """A tick box, empty or ticked, and its label: characters, so that they are read aloud, copied and searched."""
    return format_html(
        '<span class="tick">{}</span>{}',
        "\u2611" if checked else "\u2610",
        format_html('<span class="tick-label"> {}</span>', label) if label else "",
    )


@register.simple_tag
def blank_lines(count: int = 1) -> SafeString:
    """``count`` rules to write on by hand."""
    return mark_safe('<div class="blank-lines">' + '<div class="blank-line"></div>' * count + "</div>")  # noqa: S308
