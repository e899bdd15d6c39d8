"""« Existe-t-il déjà ? »: what is near, and the answer to « complémentaire à l'existant ? »."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.errors import InvalidInput
from core.formats import format_datetime, plural
from projects import existant, services
from projects.forms import ExistantForm
from projects.models import ExamenExistant
from projects.views.base import IngenierieView

TONES = {"complementaire": "ok", "a_rapprocher": "warn", "doublon": "bad"}


def answer_row(examen: ExamenExistant) -> dict[str, Any]:
    """An answer as the pages show it."""
    return {
        "reponse": examen.get_reponse_display(),
        "tone": TONES[examen.reponse],
        "commentaire": examen.commentaire,
        "qui": f"{examen.by_label}, {format_datetime(examen.at)}",
        "consultes": examen.consultes,
        "consultes_text": plural(len(examen.consultes), "élément consulté", "éléments consultés"),
    }


class Existant(IngenierieView):
    """The neighbours with why each is near; the answer, recorded with those consulted."""

    tab = "presentation"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.ingenierie.is_individuelle:
            raise Http404

    def show(self, form: ExistantForm, *, status: int = 200, ticked: frozenset[str] = frozenset()) -> HttpResponse:
        i = self.ingenierie
        found = existant.near(existant.subject_of(i, i.problematique), self.actor)
        given = [answer_row(e) for e in i.examens_existant.all()[:10]]
        return self.page(
            "projects/existant.html",
            {
                "form": form,
                "near": [{"item": item, "checked": item.key in ticked} for item in found],
                "found_text": plural(len(found), "ingénierie proche", "ingénieries proches") if found else "",
                "described": bool(i.theme_ids or i.secteur_ids),
                "answers": given,
                "conflict": None,
            },
            status=status,
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(ExistantForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ExistantForm(request.POST)
        ticked = frozenset(request.POST.getlist("consultes"))
        if form.is_valid():
            try:
                services.record_existant(self.ingenierie, actor=self.actor, consultes=ticked, **form.cleaned_data)
            except InvalidInput as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "Votre réponse est enregistrée ; elle se lit aussi dans la démarche.")
                return redirect("projects:existant", pk)
        return self.show(form, status=422, ticked=ticked)
