"""Printed documents: HTML templates turned into PDF files that are both PDF/A-3a and PDF/UA-1.

WeasyPrint is imported on the first call only: pages are served by processes that never load it, the worker does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.documents.parts import Column, DocumentHeader, EmbeddedFile, Picture, Table, data_uri
from core.documents.registry import DOCUMENT_TYPES, BuiltDocument, DocumentType

__all__ = [
    "DOCUMENT_TYPES",
    "BuiltDocument",
    "Column",
    "DocumentHeader",
    "DocumentType",
    "EmbeddedFile",
    "Picture",
    "Table",
    "data_uri",
    "render_document",
]


def render_document(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    author: str = "",
    subject: str = "",
    keywords: Sequence[str] = (),
    language: str = "fr",
    attachments: Sequence[EmbeddedFile] = (),
) -> bytes:
    """Return the PDF of ``template`` (which extends ``documents/base.html``) rendered with ``context``.

    One file that is PDF/A-3a and PDF/UA-1: tagged, title, language, bookmarks, every font embedded. ``context`` may
    hold ``header`` (a ``DocumentHeader``: pilot, reference, version, date) and ``blank`` (``True`` prints rules to be
    filled by hand instead of values). ``attachments`` are embedded in the file. Takes some seconds for a long
    document: call it from a job. Raises ``ValueError`` without a title.
    """
    from core.documents import render

    return render.render_document(
        template,
        context,
        title=title,
        author=author,
        subject=subject,
        keywords=keywords,
        language=language,
        attachments=attachments,
    )
