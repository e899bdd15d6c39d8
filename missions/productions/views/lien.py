"""The page of a structure, by its personal link: all that it must possess at the end, in one place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from accounts.views.links import LinkView, page_url
from core.errors import InvalidInput
from core.files import file_response
from core.formats import format_date
from core.models import Attachment, GeneratedDocument
from core.text import whole_number
from core.uploads.checks import readable_size
from missions.conventions.models import Convention
from missions.productions import forms, presenters, services
from missions.productions.models import Production, Reception
from missions.productions.registry import REMIS, Remis
from missions.productions.signee import signees
from projects.structures_ciblees.models import StructureCiblee


class _StructureLink(LinkView):
    object: StructureCiblee

    def missions(self) -> list[Convention]:
        return services.missions_of(self.object.ingenierie)

    def given(self, convention: Convention) -> list[Remis]:
        """What the rooms above give for this mission, and the signed convention when the structure signed it."""
        return [*signees(convention, self.object), *(one for read in REMIS for one in read(convention))]


class Recevoir(_StructureLink):
    """What was handed over, the accepted report, the signed convention; « reçu » is said here."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show()

    def _waiting(self, missions: list[Convention]) -> list[Production]:
        known = Reception.objects.filter(structure=self.object).values("production")
        return list(Production.objects.received_by(self.object).filter(convention__in=missions).exclude(pk__in=known))

    def _show(self, *, form: Any = None, status: int = 200) -> HttpResponse:
        missions = self.missions()
        waiting = self._waiting(missions)
        if form is None and waiting:
            form = forms.ReceptionForm(
                productions=waiting,
                initial={"nom": self.link.grant.recipient_name, "productions": [row.pk for row in waiting]},
            )
        mine = {
            row.production_id: f"reçue le {format_date(row.le)} ({row.par})"
            for row in Reception.objects.filter(structure=self.object)
        }
        told = []
        for convention in missions:
            rows = presenters.productions_of(convention, self._piece_url, self.object)
            for row in rows:
                row["mine"] = mine.get(row["pk"], "")
            told.append(
                {
                    "prestataire": str(convention.choix.prestataire),
                    "convention": convention.titre,
                    "productions": rows,
                    "given": [self._given(one) for one in self.given(convention)],
                }
            )
        context = {"missions": told, "several": len(told) > 1, "form": form if waiting else None}
        return self.page("missions/productions/lien.html", context, status=status)

    def _piece_url(self, piece: Attachment) -> str:
        return f"{page_url(self.link.token, 'piece')}?{urlencode({'p': piece.pk})}"

    def _given(self, one: Remis) -> dict[str, str]:
        url = details = ""
        if one.document is not None:
            url = f"{page_url(self.link.token, 'document')}?{urlencode({'d': one.document.pk})}"
            details = f"PDF, {readable_size(one.document.size)}"
        elif one.piece is not None:
            url = self._piece_url(one.piece)
            details = f"{one.piece.extension.upper()}, {readable_size(one.piece.size)}"
        return {"titre": one.titre, "detail": one.detail, "url": url, "details": details}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        waiting = self._waiting(self.missions())
        if not waiting:
            return self.back()
        form = forms.ReceptionForm(request.POST, productions=waiting)
        if not form.is_valid():
            return self._show(form=form, status=422)
        chosen = [row.pk for row in form.cleaned_data["productions"]]
        try:
            services.acknowledge(self.object, chosen, form.cleaned_data["nom"], actor=self.actor)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self._show(form=form, status=422)
        messages.success(request, "C’est noté : merci. Vous retrouverez tout ici.")
        return self.back()


class Piece(_StructureLink):
    """A file that this structure receives."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        wanted = whole_number(request.GET.get("p", ""))
        missions = self.missions()
        rows = list(Production.objects.received_by(self.object).filter(convention__in=missions))
        pieces = [
            *services.pieces_of(rows),
            *(one.piece for mission in missions for one in self.given(mission) if one.piece is not None),
        ]
        piece = next((row for row in pieces if row.pk == wanted), None)
        if piece is None:
            raise Http404
        return file_response(
            request, key=piece.storage_key, name=piece.original_name, mime=piece.mime, sha256=piece.sha256
        )


class Document(_StructureLink):
    """A document that this structure receives: the accepted report, the signed convention."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        wanted = whole_number(request.GET.get("d", ""))
        given = [one.document for mission in self.missions() for one in self.given(mission)]
        document: GeneratedDocument | None = next((row for row in given if row is not None and row.pk == wanted), None)
        if document is None:
            raise Http404
        return file_response(
            request,
            key=document.storage_key,
            name=document.filename,
            mime="application/pdf",
            sha256=document.sha256,
            inline=True,
        )
