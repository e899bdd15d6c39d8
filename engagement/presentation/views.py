"""The presentation sheet (000, fiche pratique 5), and the action beside the structures that it tells."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from core.documents.docx import docx_response
from core.formats import plural
from engagement.presentation import documents, services
from engagement.presentation.fiche import INTERVENTIONS, build
from engagement.presentation.forms import ActionStructuresForm
from engagement.presentation.models import ActionStructures
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieEdit
from projects.ingenierie.services import draft_of

TAB = "fiche_presentation"


class FichePresentation(IngenierieView):
    """The sheet as the dossier stands now, and what is still to be written, with where."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fiche = build(self.ingenierie)
        missing = fiche.manques
        return self.page(
            "engagement/presentation/fiche.html",
            {
                "fiche": fiche,
                "manques": missing,
                "manques_texte": plural(len(missing), "ligne reste à écrire", "lignes restent à écrire"),
                "document": documents.FICHE,
            },
        )


class FicheDocx(IngenierieView):
    """The sheet as DOCX."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        return docx_response(documents.fiche_docx(self.ingenierie))


class Action(IngenierieEdit):
    """The action beside the structures, as it is envisaged."""

    tab = TAB
    route = "engagement:fiche_presentation"
    form_class = ActionStructuresForm
    page_title = "Action auprès des structures"
    success_message = "L’action auprès des structures est enregistrée."

    def get_object(self) -> ActionStructures:
        self.themes = list(self.ingenierie.themes.values_list("pk", flat=True))
        return draft_of(ActionStructures, self.ingenierie)

    @property
    def help_text(self) -> str:
        told = "Ce que vous envisagez pour engager la démarche, dans les mots de la fiche pratique 5."
        fixed = next(
            (f for p in INTERVENTIONS for f in p([self.ingenierie.pk]).values() if f.jours or f.rythme),
            None,
        )
        if fixed:
            told += (
                " Le projet d’intervention dit désormais les journées, la durée et le rythme : c’est lui qui est lu."
            )
        if not self.themes:
            told += " Choisissez les thèmes sur la carte d’identité pour détailler les contenus."
        return told

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"themes": self.themes}

    def save(self, form: ActionStructuresForm, expected_version: int) -> ActionStructures:
        return services.update_action(
            self.ingenierie,
            form.values(),
            actor=self.actor,
            details=form.many_to_many().get("details"),
            expected_version=expected_version,
        )
