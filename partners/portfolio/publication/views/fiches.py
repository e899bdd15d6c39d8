"""Reading a fiche as a DLA reads it, and its documents."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from core.files import file_response
from core.formats import format_date
from partners.portfolio.fiche.documents import DOCUMENT_FICHE
from partners.portfolio.fiche.models.blocs import Piece
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.reading import loaded, price, sections
from partners.portfolio.fiche.services.blocs import note_reading
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.presenters import publication_rows, publications_of


@require_GET
def prestataire(request: HttpRequest, pk: int) -> HttpResponse:
    """The fiche of a prestataire: the version published in the reader's région, else the last one published."""
    found = get_object_or_404(Prestataire.objects.visible_to(request.actor), pk=pk)
    published = list(Publication.objects.filter(prestataire=found, fiche__isnull=False).order_by("-publiee_le", "-pk"))
    organisation = request.actor.organisation
    here = organisation.region_id if organisation is not None else found.region_id
    chosen = next((p for p in published if p.region_id == here), published[0] if published else None)
    if chosen is None:
        raise Http404
    return redirect("portfolio:fiche", chosen.fiche_id)


@require_GET
def fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, whole."""
    actor = request.actor
    found = get_object_or_404(loaded(FicheVersion.objects.visible_to(actor)), pk=pk)
    mine = permissions.belonging(actor, found.prestataire_id)
    publications = publications_of(found.prestataire_id)
    published = any(p.fiche_id == found.pk for p in publications)
    return render(
        request,
        "portfolio/publication/fiche.html",
        {
            "fiche": found,
            "prestataire": found.prestataire,
            "mine": mine is not None,
            "etat": found.get_state_display(),
            "tag": found.state_tag,
            "published": published,
            "draft": not published,
            "when": format_date(found.decided_at or found.submitted_at),
            "price": price(found),
            "type": found.get_kind_display(),
            "publications": publication_rows(publications),
            "sections": sections(
                found, piece_url=lambda p: reverse("portfolio:piece", args=[found.pk, p.pk]), whole=False
            ),
            "pdf_url": reverse("core:document_request", args=[DOCUMENT_FICHE, found.pk]),
        },
    )


@require_safe
def piece(request: HttpRequest, pk: int, piece_pk: int) -> HttpResponseBase:
    """A document of a version one may read, always as an attachment; who opens a CV is journaled."""
    found = get_object_or_404(
        Piece.objects.select_related("fichier", "fiche__prestataire"),
        pk=piece_pk,
        fiche__in=FicheVersion.objects.visible_to(request.actor).filter(pk=pk),
    )
    if request.method == "GET":
        note_reading(found, actor=request.actor)
    stored = found.fichier
    return file_response(
        request, key=stored.storage_key, name=stored.original_name, mime=stored.mime, sha256=stored.sha256
    )
