"""WeasyPrint, set up once per process. Imported by ``core.documents.render_document`` only."""

from __future__ import annotations

import mimetypes
import re
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pydyf
import structlog
from django.template.loader import render_to_string
from django.utils.text import Truncator
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core import clock
from core.documents.fonts import FAMILIES, font_face_rules, only_printable
from core.documents.parts import RUNNING, DocumentHeader, EmbeddedFile
from core.documents.sources import BASE_URL, read_static, static_name, static_url

log = structlog.get_logger(__name__)

STYLESHEET = "print/print.css"

# Pango and the shared font configuration are not made for two threads at a time.
_lock = threading.Lock()

# PDF/UA-1 (ISO 14289-1, 5) asks for its identifier; PDF/A-3 (ISO 19005-3, 6.6.2.3) asks that a schema it does not
# know be described in the file.
_PDFUA_XMP = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class OwnFilesFetcher(URLFetcher):
    """Gives WeasyPrint our static files and ``data:`` addresses, and refuses everything else."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url[:5].lower() == "data:":
            return super().fetch(url, headers)
        name = static_name(url)
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, read_static(name), {"Content-Type": mime})


@lru_cache(maxsize=1)
def _engine() -> tuple[OwnFilesFetcher, FontConfiguration, CSS]:
    """Fonts loaded and style sheet parsed once: they cost more than the layout of a short document."""
    fetcher = OwnFilesFetcher()
    fonts = FontConfiguration()
    css = CSS(
        string=font_face_rules() + "\n" + read_static(STYLESHEET).decode(),
        base_url=static_url(STYLESHEET),
        url_fetcher=fetcher,
        font_config=fonts,
    )
    return fetcher, fonts, css


def _finish(document: Any, pdf: Any) -> None:
    """Declare PDF/UA-1 beside the PDF/A-3a that WeasyPrint declared."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    content = b"".join(metadata.stream)
    end = content.rindex(b"</rdf:RDF>")
    metadata.stream = [content[:end] + _PDFUA_XMP + content[end:]]
    # Readable as it is by the tools that index and archive.
    metadata.compress = False
    pdf.catalog["ViewerPreferences"]["DisplayDocTitle"] = "true"
    for item in pdf.objects:
        if getattr(item, "extra", {}).get("Subtype") == "/Image":
            # PDF/A forbids smoothed images (ISO 19005-3, 6.2.8).
            item.extra["Interpolate"] = "false"
    if "AF" in pdf.catalog:
        # WeasyPrint names each embedded file twice there.
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    foreign = {font.family for font in document.fonts.values()} - set(FAMILIES)
    if foreign:
        log.warning("document_foreign_font", families=sorted(foreign), title=document.metadata.title)


#: A run of characters without a space, in the text of a page: an entity counts for one.
_LONG_WORD = re.compile(r"<[^>]*>|((?:&[#\w]+;|[^\s<>&\u00a0]){30,})")
_SOFT_BREAK = "\u200b"
#: Where a long word is best cut (after the separators of an address), and at worst: every twenty characters.
_PART = re.compile(r"(?:&[#\w]+;|[^\s<>&/@._?=&:;,-]){1,20}[/@._?=:;,-]?|[/@._?=:;,-]")


def breakable(html: str) -> str:
    """Return the body of a page with soft breaks (U+200B, which is drawn nowhere and copied nowhere) in long words.

    An address, or anything pasted without a space, is then cut at the end of a line, and costs what its length costs:
    the layout tries one character after the other in a word that it may cut anywhere.
    """
    head, body, rest = html.partition("<body")

    def cut(found: re.Match[str]) -> str:
        word = found[1]
        return found[0] if word is None else _SOFT_BREAK.join(_PART.findall(word))

    return head + _LONG_WORD.sub(cut, body + rest)


def render_html(template: str, context: Mapping[str, Any], **meta: Any) -> str:
    """Return the HTML of a document, with only the characters our fonts can print."""
    header = context.get("header") or DocumentHeader()
    blank = bool(context.get("blank", False))
    running = Truncator(header.name or meta["title"]).chars(RUNNING)
    document = {**meta, "running": running, "made_at": clock.now().isoformat(timespec="seconds")}
    printed = render_to_string(template, {**context, "header": header, "blank": blank, "document": document})
    return breakable(only_printable(printed))


def render_document(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    author: str,
    subject: str,
    keywords: Sequence[str],
    language: str,
    attachments: Sequence[EmbeddedFile],
) -> bytes:
    """See ``core.documents.render_document``."""
    if not title.strip():
        raise ValueError("un document a un titre")
    html = render_html(
        template,
        context,
        title=title,
        author=author,
        subject=subject,
        keywords=", ".join(keywords),
        language=language,
    )
    now = clock.now()
    with _lock:
        fetcher, fonts, css = _engine()
        embedded = [
            Attachment(
                string=file.content,
                base_url=BASE_URL,
                url_fetcher=fetcher,
                name=file.name,
                description=file.description or file.name,
                created=now,
                modified=now,
                relationship=file.relationship,
            )
            for file in attachments
        ]
        return HTML(string=html, base_url=BASE_URL, url_fetcher=fetcher).write_pdf(
            stylesheets=[css],
            font_config=fonts,
            attachments=embedded,
            finisher=_finish,
            pdf_variant="pdf/a-3a",
            pdf_tags=True,
        )
