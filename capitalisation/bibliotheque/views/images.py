"""A picture of the version of a récit that one may read: the team, and the readers of its resource."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from capitalisation.bibliotheque.models import Ressource
from capitalisation.recits.images import image_of
from capitalisation.recits.lecture import derniere
from capitalisation.recits.models import Recit, VersionRecit
from core.actor import Actor
from core.files import file_response
from core.views.open import open_to_all


def _reads(actor: Actor, version: VersionRecit) -> bool:
    """The team reads every version; who reads the resource, the last one."""
    if Recit.objects.visible_to(actor).filter(pk=version.recit_id).exists():
        return True
    if not Ressource.objects.visible_to(actor).filter(recit=version.recit_id).exists():
        return False
    last = derniere(version.recit)
    return last is not None and last.pk == version.pk


@open_to_all
@require_safe
def recit_image(request: HttpRequest, version: int, image: int) -> HttpResponseBase:
    """The file, shown in the page; 404 for whoever may not read the version."""
    found = get_object_or_404(VersionRecit.objects.select_related("recit"), pk=version)
    piece = image_of(found, image) if _reads(request.actor, found) else None
    if piece is None:
        raise Http404
    extension = "png" if piece.mime == "image/png" else "jpg"
    return file_response(
        request,
        key=piece.storage_key,
        # The name under which it was sent may name somebody.
        name=f"image-{image}.{extension}",
        mime=piece.mime,
        sha256=piece.sha256,
        inline=True,
    )
