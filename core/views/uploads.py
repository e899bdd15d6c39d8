"""The files attached to an object: reading one, adding one, removing one. Each asks the rights of its object."""

from __future__ import annotations

from django.apps import apps
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import NotAllowed
from core.files import file_response
from core.models import Attachment
from core.redirects import path_of_ours
from core.uploads import ATTACHMENT_RIGHTS, attach, detach
from core.uploads.forms import AttachmentForm
from core.uploads.rights import AttachmentRights, may_edit, may_view
from core.views.editing import CreateView


def _attachment(request: HttpRequest, pk: int) -> Attachment:
    """The file present under ``pk`` if the actor may see it; a 404 otherwise."""
    attachment = get_object_or_404(Attachment.objects.present(), pk=pk)
    if not may_view(attachment.object_type, attachment.object_id, request.actor):
        raise Http404
    return attachment


def _object(request: HttpRequest, object_type: str, object_id: int) -> tuple[models.Model, AttachmentRights]:
    """The object whose files the actor may see, and its rights; a 404 otherwise."""
    rights = ATTACHMENT_RIGHTS.get(object_type)
    if rights is None or not may_view(object_type, object_id, request.actor):
        raise Http404
    return get_object_or_404(apps.get_model(object_type)._base_manager, pk=object_id), rights


def _check_may_edit(request: HttpRequest, object_type: str, object_id: int) -> None:
    if not may_edit(object_type, object_id, request.actor):
        raise NotAllowed("Vous pouvez lire ces pièces jointes, mais pas en ajouter ni en retirer.")


def _back(request: HttpRequest, default: str) -> str:
    """Where the person came from, as the form says, if it is a page of ours."""
    wanted = request.POST.get("suite") or request.GET.get("suite") or ""
    return path_of_ours(wanted, default)


@require_safe
def piece_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, always as an attachment."""
    attachment = _attachment(request, pk)
    return file_response(
        request,
        key=attachment.storage_key,
        name=attachment.original_name,
        mime=attachment.mime,
        sha256=attachment.sha256,
    )


class PieceAdd(CreateView):
    """Attach a file: posted by the form of ``partials/pieces.html``, or by this page's own."""

    form_class = AttachmentForm
    template_name = "core/piece_add.html"
    error_field = "fichier"

    def get_object(self) -> models.Model:
        asked = (self.request, self.kwargs["object_type"], self.kwargs["object_id"])
        obj, self.rights = _object(*asked)
        _check_may_edit(*asked)
        return obj

    def get_initial(self) -> dict[str, str]:
        return {"suite": self.get_success_url()}

    def save(self, form: AttachmentForm) -> Attachment:
        data, scope = form.cleaned_data, self.rights.scope(self.object)
        return attach(self.object, data["fichier"], actor=self.actor, scope=scope, category=data["categorie"])

    def get_success_message(self) -> str:
        return f"« {self.created.original_name} » est joint."

    def get_success_url(self) -> str:
        return _back(self.request, self.rights.url(self.object))


@require_http_methods(["GET", "HEAD", "POST"])
def piece_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, in words, then remove the file from its object."""
    attachment = _attachment(request, pk)
    _check_may_edit(request, attachment.object_type, attachment.object_id)
    obj, rights = _object(request, attachment.object_type, attachment.object_id)
    back = _back(request, rights.url(obj))
    if request.method == "POST":
        detach(attachment, actor=request.actor)
        messages.success(request, f"« {attachment.original_name} » est retiré.")
        return redirect(back)
    return render(request, "core/piece_remove.html", {"attachment": attachment, "object": obj, "back": back})
