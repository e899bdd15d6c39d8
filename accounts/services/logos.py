"""Logos of the papers: whatever was sent is drawn again, so that nothing of the file but its picture is kept."""

from __future__ import annotations

import io

from django.core.files.base import File
from django.db import transaction

from accounts import permissions
from accounts.enums import OrganisationKind
from accounts.models import Logo, Organisation
from core import editing, journal
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.uploads import check_upload

journal.register_verbs(
    {"organisation.logo_ajoute": "a mis un logo sur les papiers", "organisation.logo_retire": "a retiré un logo"}
)

#: Pixels of a logo as it is kept: enough for 6 cm in print.
WIDTH, HEIGHT = 900, 450
#: Logos of funders on one line of paper.
MAX_FUNDERS = 6
NOT_A_PICTURE = "Choisissez une image PNG ou JPEG. Un logo dessiné (SVG, PDF) s’enregistre d’abord en PNG."


def safe_picture(uploaded: File) -> bytes:
    """Return the picture of ``uploaded`` as a PNG drawn by us: on white, at most 900 × 450 pixels, without metadata.

    Raises ``InvalidInput`` for anything but a PNG or a JPEG that opens.
    """
    from PIL import Image, ImageOps

    if not str(uploaded.name).lower().endswith((".png", ".jpg", ".jpeg")):
        raise InvalidInput(NOT_A_PICTURE)
    kind = {"image/png": "PNG", "image/jpeg": "JPEG"}[check_upload(uploaded).mime]
    uploaded.seek(0)
    try:
        with Image.open(uploaded, formats=[kind]) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
            picture.thumbnail((WIDTH, HEIGHT))
            paper = Image.new("RGB", picture.size, "white")
            paper.paste(picture, mask=picture.getchannel("A"))
            out = io.BytesIO()
            paper.save(out, "PNG", optimize=True)
    except Exception as error:  # a broken image raises about anything
        raise InvalidInput(
            "Cette image est abîmée : elle ne s’ouvre pas. Enregistrez-la de nouveau, puis joignez-la."
        ) from error
    return out.getvalue()


def _check(organisation: Organisation, actor: Actor) -> None:
    refusal = permissions.manage_refusal(actor, organisation)
    if refusal:
        raise NotAllowed(refusal)


def add_logo(organisation: Organisation, uploaded: File, *, alt: str, actor: Actor, financeur: bool = False) -> Logo:
    """Put a logo on the papers: the organisation's own (it takes the place of the one before), or a funder's.

    Raises ``NotAllowed``, and ``InvalidInput`` for the file, an empty ``alt``, or a funder whose logo is not kept here.
    """
    _check(organisation, actor)
    if financeur and organisation.kind != OrganisationKind.C2RA:
        raise InvalidInput("Les logos des financeurs sont tenus par le C2RA de la région.")
    image = safe_picture(uploaded)
    with transaction.atomic():
        editing.lock(organisation)
        if not financeur:
            Logo.objects.own(organisation).delete()
        elif Logo.objects.funders(organisation).count() >= MAX_FUNDERS:
            raise InvalidInput(f"Une ligne de papier tient {MAX_FUNDERS} logos : retirez-en un d’abord.")
        return editing.create(
            Logo(organisation=organisation, financeur=financeur, image=image),
            {"alt": alt.strip()},
            actor=actor,
            verb="organisation.logo_ajoute",
            scope=organisation,
        )


def remove_logo(logo: Logo, *, actor: Actor) -> None:
    """Take a logo off the papers. Raises ``NotAllowed``, and ``StaleState`` when somebody did it meanwhile."""
    _check(logo.organisation, actor)
    with transaction.atomic():
        locked = editing.lock(logo)
        editing.remove(locked, actor=actor, verb="organisation.logo_retire", scope=logo.organisation)
