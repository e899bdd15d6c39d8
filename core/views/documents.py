"""Asking for a printed document, and reading it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from core.documents import DOCUMENT_TYPES
from core.documents.jobs import request_document
from core.files import file_response
from core.models import GeneratedDocument
from core.views.once import sent_once


@require_POST
@sent_once
def document_request(request: HttpRequest, code: str, object_id: int) -> HttpResponse:
    """Start a preview (``vierge=1``: the blank version) and go to the page where one waits for it.

    ``retour`` is the page that asked: the waiting page offers to go back there.
    """
    spec = DOCUMENT_TYPES.get(code)
    if spec is None or not spec.visible(object_id, request.actor):
        raise Http404
    job = request_document(code, object_id, actor=request.actor, blank=request.POST.get("vierge") == "1")
    url = reverse("core:job_detail", args=[job.pk])
    back = request.POST.get("retour", "")
    return redirect(f"{url}?{urlencode({'retour': back})}" if back else url)


@require_safe
def document_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The PDF, for who may read its object: in the browser, or saved with ``?telecharger=1``.

    410 when what it says was taken back since.
    """
    document = get_object_or_404(GeneratedDocument, pk=pk)
    spec = DOCUMENT_TYPES.get(document.document_type)
    if spec is None or not spec.visible(document.object_id, request.actor):
        raise Http404
    spec.ensure_valid(document)
    return file_response(
        request,
        key=document.storage_key,
        name=document.filename,
        mime="application/pdf",
        sha256=document.sha256,
        inline="telecharger" not in request.GET,
    )
