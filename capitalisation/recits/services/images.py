"""The pictures of a récit: added, said in words, put in order, taken out.

What is kept is drawn again from what was sent: nothing of the file but its picture (no place, no device, no date).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction

from capitalisation.recits.images import CATEGORIE
from capitalisation.recits.models import ImageRecit, Recit, VersionRecit
from capitalisation.recits.noms import propre
from capitalisation.recits.permissions import why_not_erase_image
from capitalisation.recits.services.ecriture import scope_of, touch_recit, writable
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, NotAllowed
from core.files import clean_name
from core.models import Attachment
from core.uploads import attach, check_upload, detach
from core.uploads.checks import ALLOWED
from core.uploads.services import erase

journal.register_verbs(
    {
        "capitalisation.image_ajoutee": "a ajouté une image à un récit",
        "capitalisation.image_modifiee": "a modifié ce qui est dit d’une image d’un récit",
        "capitalisation.image_deplacee": "a changé l’ordre des images d’un récit",
        "capitalisation.image_retiree": "a retiré une image d’un récit",
        "capitalisation.image_effacee": "a effacé une image d’un récit et de ses versions",
    }
)

IMAGES_MAX = 12
#: Pixels of the longest side as it is kept: a whole page in print.
COTE_MAX = 2000
#: A PNG is drawn whole before it is reduced.
PIXELS_MAX = 24_000_000
#: By extension, what is taken.
KINDS = {extension: ALLOWED[extension] for extension in ("png", "jpg", "jpeg")}
SAID = ("alt", "legende", "credit", "accord")
#: Words that say nothing of what a picture shows.
_VIDES = {"image", "photo", "photographie", "illustration", "schema", "dessin", "logo"}

_ABIMEE = "Cette image est abîmée : elle ne s’ouvre pas. Enregistrez-la de nouveau, puis joignez-la."


def dessiner(uploaded: File) -> ContentFile:
    """The picture of ``uploaded``, drawn again: upright, at most 2 000 pixels a side, without any metadata.

    Raises ``InvalidInput`` for anything but a PNG or a JPEG that opens.
    """
    from PIL import Image, ImageOps

    kind = {"image/png": "PNG", "image/jpeg": "JPEG"}[check_upload(uploaded, KINDS).mime]
    uploaded.seek(0)
    try:
        with Image.open(uploaded, formats=[kind]) as opened:
            if kind == "PNG" and opened.width * opened.height > PIXELS_MAX:
                raise InvalidInput("Cette image est trop grande : réduisez-la à 24 millions de pixels au plus.")
            opened.draft("RGB", (COTE_MAX, COTE_MAX))
            opened.thumbnail((COTE_MAX, COTE_MAX))
            upright = ImageOps.exif_transpose(opened).convert("RGBA" if kind == "PNG" else "RGB")
            if kind == "PNG":
                paper = Image.new("RGB", upright.size, "white")
                paper.paste(upright, mask=upright.getchannel("A"))
            else:
                paper = Image.new("RGB", upright.size)
                paper.paste(upright)
            out = io.BytesIO()
            paper.save(out, kind, **({"optimize": True} if kind == "PNG" else {"quality": 85}))
    except InvalidInput:
        raise
    except Exception as error:  # a broken image raises about anything
        raise InvalidInput(_ABIMEE) from error
    stem = clean_name(str(uploaded.name)).rpartition(".")[0]
    return ContentFile(out.getvalue(), name=f"{stem}.{'png' if kind == 'PNG' else 'jpg'}")


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a picture, cleaned. Raises ``InvalidInput``."""
    told = {name: propre(value).strip() if isinstance(value, str) else value for name, value in values.items()}
    if unknown := set(told) - set(SAID):
        raise InvalidInput(f"Champs inconnus : {', '.join(sorted(unknown))}.")
    alt = told.get("alt", "")
    if "alt" in told and (not alt or alt.casefold().strip(" .").replace("é", "e") in _VIDES):
        raise InvalidInput("Dites avec des mots ce que l’image montre : c’est ce que lit qui ne la voit pas.")
    if "accord" in told and not told["accord"]:
        raise InvalidInput("Confirmez que les personnes reconnaissables ont donné leur accord, ou qu’il n’y en a pas.")
    return told


def add(recit: Recit, uploaded: File, values: Mapping[str, Any], *, actor: Actor) -> ImageRecit:
    """Add a picture at the end; ``values``: alt, legende, credit, accord. Raises ``NotAllowed``, ``InvalidInput``."""
    told = _said({"alt": "", "accord": False, **values})
    picture = dessiner(uploaded)
    with transaction.atomic():
        fresh = writable(recit, actor)
        rows = ImageRecit.objects.filter(recit=fresh)
        if rows.count() >= IMAGES_MAX:
            raise InvalidInput(f"{IMAGES_MAX} images au plus : retirez-en une d’abord.")
        piece = attach(fresh, picture, actor=actor, scope=scope_of(fresh), category=CATEGORIE)
        if rows.filter(piece=piece).exists():
            raise InvalidInput("Cette image est déjà dans le récit.")
        last = rows.order_by("-rang").values_list("rang", flat=True).first()
        image = create(
            ImageRecit(recit=fresh, piece=piece, rang=0 if last is None else last + 1),
            told,
            actor=actor,
            verb="capitalisation.image_ajoutee",
            scope=scope_of(fresh),
        )
        touch_recit(fresh)
    return image


@transaction.atomic
def update(
    image: ImageRecit, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> ImageRecit:
    """Change what is said of it. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    fresh = writable(image.recit, actor)
    done = apply_changes(
        image,
        checked(image, _said(values), only=SAID),
        actor=actor,
        verb="capitalisation.image_modifiee",
        expected_version=expected_version,
        scope=scope_of(fresh),
    )
    touch_recit(fresh)
    return done


@transaction.atomic
def move(image: ImageRecit, step: int, *, actor: Actor) -> bool:
    """Put it one place before (``-1``) or after (``1``); whether it moved. Raises ``NotAllowed``, ``StaleState``."""
    fresh = writable(image.recit, actor)
    lock(image)
    rows = list(ImageRecit.objects.filter(recit=fresh))
    was = [row.pk for row in rows].index(image.pk)
    place = was + (1 if step > 0 else -1)
    if not 0 <= place < len(rows):
        return False
    rows.insert(place, rows.pop(was))
    for rang, row in enumerate(rows):
        if row.rang != rang:
            row.rang = rang
            row.save(update_fields=["rang"])
    journal.record(
        actor,
        "capitalisation.image_deplacee",
        rows[place],
        scope=scope_of(fresh),
        changes={"rang": (was + 1, place + 1)},
    )
    touch_recit(fresh)
    return True


@transaction.atomic
def retirer(image: ImageRecit, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take it out: a version that shows it still does. Raises ``NotAllowed``, ``StaleState``."""
    fresh = writable(image.recit, actor)
    locked = lock(image, expected_version, typed=False)
    piece = locked.piece
    remove(locked, actor=actor, verb="capitalisation.image_retiree", scope=scope_of(fresh))
    if piece.removed_at is None:
        detach(piece, actor=actor)
    touch_recit(fresh)


@transaction.atomic
def effacer(recit: Recit, image: int, *, actor: Actor) -> None:
    """Erase a picture for good: its file, its place in the récit, in every version, in what was printed.

    For somebody recognisable who changes her mind: the récit may be « arrêté », the ingénierie ended. Doing it twice is
    doing it once. Raises ``NotAllowed``, ``InvalidInput`` for a picture that the récit never had.
    """
    if refusal := why_not_erase_image(actor, recit):
        raise NotAllowed(refusal)
    fresh = lock(recit)
    row = ImageRecit.objects.filter(recit=fresh, pk=image).first()
    pieces = {one["piece"] for version in VersionRecit.objects.filter(recit=fresh) for one in version.data["images"]
              if one["image"] == image}  # fmt: skip
    if row is not None:
        pieces.add(row.piece_id)
        remove(row, actor=actor, verb="capitalisation.image_effacee", scope=scope_of(fresh))
    if not pieces:
        raise InvalidInput("Cette image n’est pas, ou n’est plus, dans ce récit.")
    for piece in Attachment.objects.filter(pk__in=pieces).order_by("pk"):
        erase(piece, actor=actor)
    # Under the lock of the récit: a document that is being made is dated before.
    fresh.noms_retires_at = clock.now()
    fresh.save(update_fields=["noms_retires_at"])
    if recit.ingenierie_id is not None:
        fresh.ingenierie = recit.ingenierie
    touch_recit(fresh)
