"""The pages that a member without account reaches by her link: the resource, her avis; a file of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.services.links import LinkClosed
from accounts.views.links import LinkView, page_url
from capitalisation.comite.forms import AvisForm
from capitalisation.comite.models import AvisEditorial, Examen, MembreComite
from capitalisation.comite.notice import notice_of, pieces_of
from capitalisation.comite.services.avis import give
from core.errors import EditConflict, InvalidInput, StaleState
from core.files import file_response
from core.formats import format_date
from core.text import whole_number
from core.uploads.checks import readable_size
from core.views.editing import conflict_form


class _ExamenLink(LinkView):
    object: Examen

    def membre(self) -> MembreComite:
        """Who holds the link: she sits in the committee, at that address; else ``LinkClosed``."""
        rows = self.object.comite.membres.actifs().filter(user=None)
        found = rows.filter(email__iexact=self.link.grant.recipient_email).first()
        if found is None:
            raise LinkClosed("Vous ne siégez plus à ce comité : votre avis n’est plus attendu.")
        return found


class Avis(_ExamenLink):
    """The resource and the avis; changed until the decision."""

    def _given(self, membre: MembreComite) -> AvisEditorial | None:
        return AvisEditorial.objects.filter(examen=self.object, membre=membre).first()

    def _form(self, membre: MembreComite, data: Any = None) -> AvisForm:
        blank = AvisEditorial(examen=self.object, membre=membre, version=0)
        return AvisForm(data, instance=self._given(membre) or blank)

    def _show(self, form: AvisForm, *, conflict: Any = None, status: int = 200) -> HttpResponse:
        examen, token = self.object, self.link.token
        given = self._given(self.membre())
        pieces = [
            {
                "nom": piece.original_name,
                "details": f"{piece.extension.upper()}, {readable_size(piece.size)}",
                "url": f"{page_url(token, 'piece')}?piece={piece.pk}",
            }
            for piece in pieces_of(examen.ressource)
        ]
        context = {
            "examen": examen,
            "ressource": examen.ressource,
            "notice": notice_of(examen.ressource),
            "pieces": pieces,
            "form": form,
            "conflict": conflict,
            "rendu": format_date(given.rendu_le) if given else "",
            "pour_le": format_date(examen.echeance),
        }
        return self.page("capitalisation/comite/lien.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show(self._form(self.membre()))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        membre = self.membre()
        form = self._form(membre, request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        version = form.cleaned_data["version"]
        try:
            give(self.object, membre, form.values(), actor=self.actor, expected_version=version)
        except EditConflict as error:
            again, conflict = conflict_form(form, error)
            return self._show(again, conflict=conflict, status=409)
        except InvalidInput as error:
            form.add_error(None, error.sentence)
            return self._show(form, status=422)
        except StaleState as error:
            # Decided between the page and the click: the same page as on opening, what was typed is given back.
            raise LinkClosed(error.message) from error
        messages.success(request, "Votre avis est enregistré. Vous pouvez le changer jusqu’à la décision.")
        return self.back()


class Piece(_ExamenLink):
    """A file of the resource."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.membre()
        wanted = whole_number(request.GET.get("piece", ""))
        if wanted is None:
            raise Http404
        piece = get_object_or_404(pieces_of(self.object.ressource), pk=wanted)
        return file_response(
            request, key=piece.storage_key, name=piece.original_name, mime=piece.mime, sha256=piece.sha256
        )
