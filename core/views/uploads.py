"""The files attached to an object: reading one, adding one, removing one. Each asks the rights of its object."""

from __future__ import annotations

from django.apps import apps
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import InvalidInput, NotAllowed
from core.files import file_response
from core.models import Attachment
from core.redirects import path_of_ours
from core.uploads import ATTACHMENT_RIGHTS, attach, detach
from core.uploads.forms import AttachmentForm
from core.uploads.rights import AttachmentRights, may_edit, may_view


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


@require_http_methods(["GET", "HEAD", "POST"])
def piece_add(request: HttpRequest, object_type: str, object_id: int) -> HttpResponse:
    """Attach a file: posted by the form of ``partials/pieces.html``, or by this page's own."""
    obj, rights = _object(request, object_type, object_id)
    _check_may_edit(request, object_type, object_id)
    back = _back(request, rights.url(obj))
    form = AttachmentForm(request.POST or None, request.FILES or None, initial={"suite": back})
    if request.method == "POST":
        form = AttachmentForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                attachment = attach(
                    obj,
                    form.cleaned_data["fichier"],
                    actor=request.actor,
                    scope=rights.scope(obj),
                    category=form.cleaned_data["categorie"],
                )
            except InvalidInput as error:
                form.add_error("fichier", error.message)
            else:
                messages.success(request, f"« {attachment.original_name} » est joint.")
                return redirect(back)
    context = {"form": form, "object": obj, "back": back}
    return render(request, "core/piece_add.html", context, status=422 if form.errors else 200)


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
