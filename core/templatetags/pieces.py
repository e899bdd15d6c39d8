"""The files of an object, on any page: ``{% load pieces %}{% pieces object %}``."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.db import models
from django.urls import reverse

from core.formats import format_date
from core.models import Attachment
from core.uploads.checks import readable_size
from core.uploads.forms import AttachmentForm
from core.uploads.rights import ATTACHMENT_RIGHTS, may_edit

register = template.Library()


@dataclass(frozen=True, slots=True)
class PieceLine:
    """One file, ready to print."""

    name: str
    details: str
    url: str
    remove_url: str


@register.inclusion_tag("partials/pieces.html", takes_context=True)
def pieces(
    context,
    obj: models.Model,
    category: str = "",
    title: str = "Pièces jointes",
    can_edit: bool | None = None,
    level: int = 2,
) -> dict:
    """The files of ``obj`` (of one category, or those without), with the form to add one and a way to remove each.

    The page has already checked that the actor may see ``obj``. ``can_edit`` spares the question when the view knows.
    ``level`` is that of the heading. One query for the list.
    """
    request = context["request"]
    object_type = obj._meta.label_lower
    if can_edit is None:
        can_edit = may_edit(object_type, obj.pk, request.actor)
    lines = []
    suffix = f"?suite={request.path}"
    for piece in Attachment.objects.of(object_type, [obj.pk]).filter(category=category):
        lines.append(
            PieceLine(
                name=piece.original_name,
                details=f"{piece.extension.upper()}, {readable_size(piece.size)}, déposé le "
                f"{format_date(piece.uploaded_at)} par {piece.uploaded_by_label}",
                url=reverse("core:piece", args=[piece.pk]),
                remove_url=reverse("core:piece_remove", args=[piece.pk]) + suffix if can_edit else "",
            )
        )
    known = ATTACHMENT_RIGHTS.get(object_type) is not None
    prefix = f"pieces-{category}" if category else "pieces"
    return {
        "lines": lines,
        "title": title,
        "heading_id": f"{prefix}-{obj.pk}",
        "level": level,
        "can_edit": bool(can_edit and known),
        "form": AttachmentForm(initial={"categorie": category, "suite": request.path}, auto_id=f"{prefix}-{obj.pk}-%s"),
        "action": reverse("core:piece_add", args=[object_type, obj.pk]) if known else "",
    }
