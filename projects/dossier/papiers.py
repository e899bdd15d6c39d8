"""The files attached anywhere in the dossier, among its papers."""

from __future__ import annotations

from django.apps import apps
from django.urls import reverse

from core.actor import Actor
from core.models import Attachment
from core.uploads.checks import readable_size
from core.uploads.rights import ATTACHMENT_RIGHTS
from projects.ingenierie.models import Ingenierie
from projects.papiers import Paper


def attached(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """Those attached to the ingénierie and elsewhere in its dossier (actions, avis, cahier…), the 200 newest."""
    found = list(
        Attachment.objects.present()
        .filter(scope_type="projects.ingenierie", scope_id=ingenierie.pk)
        .order_by("-uploaded_at", "-pk")[:200]
    )
    kinds = {piece.object_type for piece in found}
    allowed: set[tuple[str, int]] = set()
    owners = {}
    for kind in kinds:
        rights = ATTACHMENT_RIGHTS.get(kind)
        ids = {piece.object_id for piece in found if piece.object_type == kind}
        if rights is None:
            continue
        seen = rights.can_view(ids, actor)
        allowed |= {(kind, pk) for pk in seen}
        for owner in apps.get_model(kind)._base_manager.filter(pk__in=seen):
            owners[kind, owner.pk] = (str(owner._meta.verbose_name), rights.url(owner))
    return [
        Paper(
            piece.original_name,
            owners[where][0][:1].upper() + owners[where][0][1:],
            owners[where][1],
            on=piece.uploaded_at,
            by=piece.uploaded_by_label,
            note="Pièce jointe",
            files=(
                (f"{piece.extension.upper()}, {readable_size(piece.size)}", reverse("core:piece", args=[piece.pk])),
            ),
        )
        for piece in found
        if (where := (piece.object_type, piece.object_id)) in allowed and where in owners
    ]
