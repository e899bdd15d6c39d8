"""The pages a member of a comité d'appui reaches by her personal link: agenda and opinions, a sheet, the file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from accounts.views.links import LinkView, page_url
from core.documents.frozen import kept_document
from core.errors import EditConflict, InvalidInput
from core.files import file_response
from core.formats import plural
from core.text import whole_number
from core.views.editing import conflict_form
from engagement.comite import summary
from engagement.comite.forms import AvisMembreForm
from engagement.comite.models import MembreComite, PointComite
from engagement.comite.services.avis import avis_of, save_avis_membre
from engagement.comite.services.seances import DOSSIER
from engagement.presentation import fiche


class _MembreLink(LinkView):
    object: MembreComite

    def points(self) -> list[PointComite]:
        return summary.points_of(self.object.seance)

    def point(self, raw: str | None) -> PointComite:
        """The point named by ``raw``, of this very session; else ``Http404``."""
        wanted = whole_number(raw or "")
        found = next((p for p in self.points() if p.pk == wanted), None)
        if found is None:
            raise Http404
        return found


class Avis(_MembreLink):
    """The agenda, with the member's opinion on each ingénierie: saved one by one, changed until the session closes."""

    def _form(self, point: PointComite, given: Any, data: Any = None) -> AvisMembreForm:
        return AvisMembreForm(data, instance=given or avis_of(point, self.object), prefix=f"p{point.pk}")

    def _show(self, *, bound: dict[int, Any] | None = None, conflict: Any = None, status: int = 200) -> HttpResponse:
        seance, bound = self.object.seance, bound or {}
        given, points = summary.opinions(seance), self.points()
        decided = summary.decisions(seance, points)
        rows = []
        for number, point in enumerate(points, 1):
            own = given.get((point.pk, self.object.pk))
            rows.append(
                {
                    "pk": point.pk,
                    "number": number,
                    "titre": point.ingenierie.titre,
                    "accroche": point.ingenierie.accroche,
                    "pilote": str(point.ingenierie.pilote),
                    "fiche_url": f"{page_url(self.link.token, 'fiche')}?point={point.pk}",
                    "before": decided[point.pk] if decided[point.pk].earlier else None,
                    "given": summary.cell(own) if own else None,
                    "form": bound.get(point.pk) or self._form(point, own),
                    "conflict": conflict if point.pk in bound else None,
                }
            )
        return self.page(
            "engagement/comite/lien.html",
            {
                "rows": rows,
                "seance": seance,
                "when": seance.quand,
                "dossier_url": page_url(self.link.token, "dossier") if kept_document(seance, DOSSIER) else "",
                "done": plural(sum(1 for row in rows if row["given"]), "avis donné", "avis donnés"),
            },
            status=status,
        )

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        point = self.point(request.POST.get("point"))
        form = self._form(point, None, request.POST)
        if not form.is_valid():
            return self._show(bound={point.pk: form}, status=422)
        try:
            save_avis_membre(
                point, self.object, form.values(), actor=self.actor, expected_version=form.cleaned_data["version"]
            )
        except EditConflict as error:
            again, conflict = conflict_form(form, error)
            return self._show(bound={point.pk: again}, conflict=conflict, status=409)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self._show(bound={point.pk: form}, status=422)
        messages.success(
            request,
            f"Votre avis sur « {point} » est enregistré. Vous pouvez le changer jusqu’à la clôture de la séance.",
        )
        return self.back()


class FichePoint(_MembreLink):
    """The presentation sheet of one ingénierie of the agenda."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        point = self.point(request.GET.get("point"))
        return self.page(
            "engagement/comite/lien_fiche.html",
            {"fiche": fiche.build(point.ingenierie), "point": point, "back": page_url(self.link.token)},
        )


class Dossier(_MembreLink):
    """The file of the session, as it was last sent."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        document = kept_document(self.object.seance, DOSSIER)
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
