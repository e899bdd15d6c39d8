"""Small real pictures for the tests."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from PIL import Image

#: IFD of the place, in EXIF.
GPS = 0x8825


def png(name: str = "schema.png", size: tuple[int, int] = (40, 30), colour: str = "teal") -> ContentFile:
    out = io.BytesIO()
    Image.new("RGBA", size, colour).save(out, "PNG")
    return ContentFile(out.getvalue(), name=name)


def photo(name: str = "seance.jpg", size: tuple[int, int] = (3000, 1000)) -> ContentFile:
    """A photograph taken with the phone held upright, that says where."""
    picture = Image.new("RGB", size, "navy")
    exif = picture.getexif()
    exif[0x0112] = 6  # held upright
    exif[0x010F] = "Appareil Exemple"
    exif.get_ifd(GPS)[2] = (47.0, 12.0, 30.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return ContentFile(out.getvalue(), name=name)
