"""Every file of the dossier, wherever it was attached."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.formats import format_datetime
from core.models import Attachment
from core.uploads.rights import ATTACHMENT_RIGHTS
from projects.dossier.views.base import IngenierieView


def _kind(object_type: str) -> str:
    """The French name of a kind of object (« action de la démarche »)."""
    name = str(apps.get_model(object_type)._meta.verbose_name)
    return name[:1].upper() + name[1:]


class Documents(IngenierieView):
    """The files of the ingénierie itself, then those attached elsewhere in the dossier (actions, avis, cahier…)."""

    tab = "documents"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        elsewhere = list(
            Attachment.objects.present()
            .filter(scope_type="projects.ingenierie", scope_id=pk)
            .exclude(object_type="projects.ingenierie")
            .order_by("-uploaded_at", "-pk")[:200]
        )
        allowed: set[tuple[str, int]] = set()
        for object_type in {a.object_type for a in elsewhere}:
            rights = ATTACHMENT_RIGHTS.get(object_type)
            ids = [a.object_id for a in elsewhere if a.object_type == object_type]
            if rights:
                allowed |= {(object_type, i) for i in rights.can_view(ids, self.actor)}
        return self.page(
            "projects/dossier/documents.html",
            {
                "elsewhere": [
                    {
                        "name": a.original_name,
                        "url": reverse("core:piece", args=[a.pk]),
                        "where": _kind(a.object_type),
                        "details": f"{a.uploaded_by_label}, {format_datetime(a.uploaded_at)}",
                    }
                    for a in elsewhere
                    if (a.object_type, a.object_id) in allowed
                ]
            },
        )
