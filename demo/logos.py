"""Logos of the demonstration: drawn here, of shapes and letters, so that they are nobody's."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFont

from accounts import services
from accounts.models import Logo, Organisation
from core.actor import Actor

COLOURS = ("#1f5f8b", "#7a3e9d", "#2f6b3a", "#a34a1f", "#5a5a5a")
#: What the papers of every région say of who pays; the logos are invented ones.
MENTION = "Dispositif cofinancé, dans cette démonstration, par des financeurs inventés : fonds d’appui et fonds d’État."
FUNDERS = (("F.A.", "Fonds d’appui (logo inventé)"), ("F.E.", "Fonds d’État (logo inventé)"))


def drawn(letters: str, number: int, *, round_shape: bool = True) -> bytes:
    """A PNG of 480 × 200 pixels: a shape of one colour, and ``letters`` beside it."""
    colour = COLOURS[number % len(COLOURS)]
    image = Image.new("RGB", (480, 200), "white")
    pen = ImageDraw.Draw(image)
    draw = pen.ellipse if round_shape else pen.rectangle
    draw((10, 20, 170, 180), fill=colour)
    pen.polygon([(50, 130), (90, 60), (130, 130)], fill="white")
    pen.text((195, 55), letters, fill=colour, font=ImageFont.load_default(72))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def put(organisation: Organisation, number: int, actor: Actor) -> None:
    """The logo of ``organisation``, and for a C2RA those of the funders and their mention; once."""
    if Logo.objects.filter(organisation=organisation).exists():
        return
    words = organisation.name.split("(")[0].split()
    letters = " ".join(words[:2]) if len(words) > 1 and words[1].isdigit() else words[0]
    services.add_logo(
        organisation, ContentFile(drawn(letters, number), "logo.png"), alt=f"Logo de {organisation.name}", actor=actor
    )
    if organisation.is_c2ra:
        for place, (name, alt) in enumerate(FUNDERS):
            picture = ContentFile(drawn(name, number + 2 + place, round_shape=False), "logo.png")
            services.add_logo(organisation, picture, alt=alt, actor=actor, financeur=True)
        services.update_organisation(organisation, {"mention_financeurs": MENTION}, actor=actor, expected_version=None)
