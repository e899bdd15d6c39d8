"""The page a structure opens by its link: what was shared with it, and its answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.views.links import LinkView
from core.errors import InvalidInput
from structures.diagnostics import services
from structures.diagnostics.forms import LectureForm
from structures.diagnostics.models import Diagnostic


class Lecture(LinkView):
    """The diagnostic rubric by rubric, a comment under each, then the answer."""

    object: Diagnostic

    def _show(self, form: LectureForm, *, status: int = 200) -> HttpResponse:
        shared = self.object.versions.get(numero=self.object.numero_partage)
        context = {
            "form": form,
            "structure": str(self.object.structure),
            "contenu": shared.contenu,
            "rubriques": [{**row, "champ": form[f"commentaire_{row['code']}"]} for row in shared.contenu["rubriques"]],
            "champ_besoins": form["commentaire_besoins"],
            "numero": shared.numero,
        }
        return self.page("structures/diagnostics/lien.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._show(LectureForm(initial={"partage": self.object.numero_partage}))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = LectureForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            services.answer_by_link(self.object, form.answer(), actor=self.actor, shared=form.cleaned_data["partage"])
        except InvalidInput as error:
            form.add_error(None, " ".join([error.message, *error.reasons]))
            return self._show(form, status=422)
        return self.back()
