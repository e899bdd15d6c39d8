"""The diffused versions: what each said, and its PDF."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from consultations.cadre.permissions import reads_guides
from consultations.cahier import documents, services
from consultations.cahier.annexes import DOCUMENT_ANNEXE
from consultations.cahier.comparison import differences
from consultations.cahier.docx import version_docx
from consultations.cahier.models import AnnexeDiffusee, CahierDesCharges, VersionDiffusee
from consultations.cahier.views.base import CahierView
from core.actor import Actor
from core.documents.docx import docx_response
from core.formats import format_datetime
from core.models import GeneratedDocument, Job, JobState


def version_rows(cahier: CahierDesCharges) -> list[dict[str, Any]]:
    """The diffused versions, newest first, each with where its PDF stands: three queries for any number of them."""
    versions = list(VersionDiffusee.objects.filter(cahier=cahier).defer("contenu"))
    if not versions:
        return []
    kept: dict[int, GeneratedDocument] = {}
    for document in GeneratedDocument.objects.filter(
        document_type=services.DOCUMENT_DIFFUSE,
        object_type=VersionDiffusee._meta.label_lower,
        object_id__in=[v.pk for v in versions],
        kept=True,
    ).order_by("made_at", "pk"):
        kept.setdefault(document.object_id, document)
    waiting = [v.pk for v in versions if v.pk not in kept]
    jobs: dict[int, Job] = {}
    if waiting:
        for job in Job.objects.filter(
            name="core.imprimer_document", payload__object_id__in=waiting, key__startswith="cahier-diffuse-"
        ).order_by("pk"):
            jobs[job.payload["object_id"]] = job
    rows = []
    for version in versions:
        document = kept.get(version.pk)
        job = jobs.get(version.pk)
        rows.append(
            {
                "version": version,
                "quand": format_datetime(version.le),
                "document": document,
                "pdf_url": reverse("consultations:version_pdf", args=[cahier.ingenierie_id, version.numero]),
                "docx_url": reverse("consultations:version_docx", args=[cahier.ingenierie_id, version.numero]),
                "url": reverse("consultations:version", args=[cahier.ingenierie_id, version.numero]),
                "failed": document is None and job is not None and job.state == JobState.ECHEC,
                "refaire_url": reverse("consultations:version_refaire", args=[cahier.ingenierie_id, version.numero]),
            }
        )
    return rows


def annexed_rows(version: VersionDiffusee) -> list[dict[str, Any]]:
    """The documents of the structures that went with a version, each with its PDF once it is made: two queries."""
    rows = list(version.annexes.defer("contenu"))
    made = GeneratedDocument.objects.filter(
        document_type=DOCUMENT_ANNEXE,
        object_type=AnnexeDiffusee._meta.label_lower,
        object_id__in=[row.pk for row in rows],
        kept=True,
    )
    documents = {document.object_id: document for document in made}
    return [{"annexe": row, "document": documents.get(row.pk)} for row in rows]


def guide_url(content: dict[str, Any], actor: Actor) -> str:
    """Where the guide that was given with a version is read; empty when there was none."""
    guide = content.get("guide")
    return reverse("core:piece", args=[guide["piece"]]) if guide and reads_guides(actor) else ""


class _VersionView(CahierView):
    def setup(self, request, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = VersionDiffusee.objects.filter(cahier=self.cahier, numero=kwargs["numero"]).first()
        if found is None:
            raise Http404
        found.cahier = self.cahier
        self.version = found


class VersionDetail(_VersionView):
    """What a diffused version says, read from its frozen content."""

    def get(self, request: HttpRequest, pk: int, numero: int) -> HttpResponse:
        content = self.version.data
        row = next(r for r in version_rows(self.cahier) if r["version"].pk == self.version.pk)
        return self.page(
            "consultations/cahier/version.html",
            {
                **documents.context_of(content, pilote=self.cahier.ingenierie.pilote),
                "version": self.version,
                "row": row,
                "intact": self.version.is_intact,
                "annexed": annexed_rows(self.version),
                "guide_url": guide_url(content, self.request.actor),
                "earlier": VersionDiffusee.objects.filter(cahier=self.cahier, numero__lt=self.version.numero).exists(),
            },
        )


class VersionDifferences(_VersionView):
    """What this version changes of another (``avec``: its number; by default the one before)."""

    def get(self, request: HttpRequest, pk: int, numero: int) -> HttpResponse:
        others = VersionDiffusee.objects.filter(cahier=self.cahier).exclude(pk=self.version.pk).order_by("-numero")
        asked = request.GET.get("avec", "")
        found = others.filter(numero=int(asked)) if asked.isdecimal() and len(asked) < 5 else others
        other = (found.filter(numero__lt=numero).first() or found.first()) if found else None
        if other is None:
            raise Http404
        before, after = sorted((other, self.version), key=lambda version: version.numero)
        context = {
            "version": self.version,
            "before": before,
            "after": after,
            "others": [v.numero for v in others],
            "rows": differences(before.data, after.data),
        }
        return self.page("consultations/cahier/differences.html", context)


class VersionPdf(_VersionView):
    """The PDF of a version: the same bytes for everybody; a page that says so while it is being made."""

    def get(self, request: HttpRequest, pk: int, numero: int) -> HttpResponse:
        row = next(r for r in version_rows(self.cahier) if r["version"].pk == self.version.pk)
        if row["document"]:
            url = reverse("core:document", args=[row["document"].pk])
            return redirect(f"{url}?telecharger=1" if "telecharger" in request.GET else url)
        return self.page("consultations/cahier/fabrication.html", {"row": row, "version": self.version}, status=202)


class VersionDocx(_VersionView):
    """The text of a version as DOCX, made from its frozen content."""

    def get(self, request: HttpRequest, pk: int, numero: int) -> HttpResponseBase:
        return docx_response(version_docx(self.version))


@method_decorator(require_POST, name="dispatch")
class VersionRefaire(_VersionView):
    """Ask again for a PDF whose making failed."""

    def post(self, request: HttpRequest, pk: int, numero: int) -> HttpResponse:
        job = services.remake_pdf(self.version, actor=self.actor)
        return redirect("core:job_detail", job.pk)
