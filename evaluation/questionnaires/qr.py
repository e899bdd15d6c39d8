"""The QR code of the room: on screen, and on what is printed."""

from __future__ import annotations

from urllib.parse import urljoin

import segno
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from evaluation.questionnaires.models import Questionnaire


def salle_url(questionnaire: Questionnaire, where: HttpRequest | str = "") -> str:
    """The whole address where the room answers. ``where``: the request, or the address of the site."""
    path = reverse("evaluation_salle:repondre", args=[questionnaire.salle_cle])
    if isinstance(where, HttpRequest):
        return where.build_absolute_uri(path)
    return urljoin(where or settings.SITE_URL, path)


def qr_svg(questionnaire: Questionnaire, where: HttpRequest | str = "") -> SafeString:
    """The QR code of that address as an SVG to write in a page: no style nor script of its own, so that the policy of
    the pages lets it be; its size is that of ``.qr``. Dark on white whatever the theme: phones read it so."""
    made = segno.make(salle_url(questionnaire, where), error="m", micro=False)
    svg = made.svg_inline(
        border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True,
        title="QR code de l’adresse où répondre",
    )  # fmt: skip
    return mark_safe(svg.replace("<svg ", '<svg role="img" ', 1))  # noqa: S308 (segno writes it from an address of ours)
