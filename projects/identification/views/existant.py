"""« Existe-t-il déjà ? »: what is near, and the answer to « complémentaire à l'existant ? »."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from core.formats import format_datetime, plural
from projects.dossier.views.editing import IngenierieCreate
from projects.identification import existant, services
from projects.identification.forms import ExistantForm
from projects.identification.models import ExamenExistant

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


class Existant(IngenierieCreate):
    """The neighbours with why each is near; the answer, recorded with those consulted."""

    tab = "problematique"
    writes = False  # who reads the ingénierie reads them; answering is for who contributes
    route = "projects:existant"
    form_class = ExistantForm
    template_name = "projects/identification/existant.html"
    success_message = "Votre réponse est enregistrée ; elle se lit aussi dans la démarche."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.ingenierie.is_individuelle:
            raise Http404

    @property
    def ticked(self) -> frozenset[str]:
        return frozenset(self.request.POST.getlist("consultes"))

    def save(self, form: ExistantForm) -> ExamenExistant:
        return services.record_existant(self.ingenierie, actor=self.actor, consultes=self.ticked, **form.cleaned_data)

    def get_context(self, **context: Any) -> dict[str, Any]:
        i = self.ingenierie
        found = existant.near(existant.subject_of(i, i.problematique), self.actor)
        return super().get_context(
            near=[{"item": item, "checked": item.key in self.ticked} for item in found],
            found_text=plural(len(found), "réponse proche", "réponses proches") if found else "",
            described=bool(i.theme_ids or i.secteur_ids),
            answers=[answer_row(e) for e in i.examens_existant.all()[:10]],
            **context,
        )
