"""The grid in the space of the prestataire: read once closed and handed to it, commented row by row, given back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.documents.docx import docx_response
from core.errors import InvalidInput, NotAllowed
from core.formats import format_date, format_datetime
from core.views import kept
from core.views.once import sent_once
from evaluation.grilles.documents import GRILLE_PRESTATAIRE, grille_docx
from evaluation.grilles.enums import Destinataire
from evaluation.grilles.forms import CommentairesForm
from evaluation.grilles.models import Transmission
from evaluation.grilles.permissions import pour_prestataire, suivi_of, why_not_comment
from evaluation.grilles.reading import read_grille
from evaluation.grilles.services import remise
from evaluation.questionnaires.models import Questionnaire
from missions.mission.views.base import EspaceMission

SALLE = "evaluation"
HERE = "mission_evaluee:grille"


class _Grille(EspaceMission):
    """``self.questionnaire``: of this mission, closed and handed; 404 else."""

    salle = SALLE

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.questionnaire: Questionnaire = get_object_or_404(
            pour_prestataire(self.actor), pk=kwargs["questionnaire"], convention=self.convention
        )
        self.questionnaire.ingenierie = self.convention.ingenierie
        self.questionnaire.convention = self.convention

    def get_success_url(self) -> str:
        return self.address(HERE, self.questionnaire.pk)


class Grille(_Grille):
    """Read, and commented: one field a row, saved together; « Rendre » saves, then gives the grid back."""

    def form(self, grille, **kwargs: Any) -> CommentairesForm:
        return CommentairesForm(grille=grille, versions=self.versions(), **kwargs)

    def versions(self) -> dict[str, int]:
        return {code: row.version for code, row in remise.comments_of(self.questionnaire).items()}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        grille = read_grille(self.questionnaire, pour_equipe=False)
        form = self.form(grille)
        kept.put_back(request, form)
        return self.show(grille, form)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if refusal := why_not_comment(self.questionnaire, self.actor):
            raise NotAllowed(refusal)
        grille = read_grille(self.questionnaire, pour_equipe=False)
        form = self.form(grille, data=request.POST)
        if not form.is_valid():
            return self.show(grille, form, status=422)
        try:
            remise.comment(self.questionnaire, form.textes(), actor=self.actor)
        except remise.CommentesEntreTemps as error:
            form.shown_again(self.versions())
            return self.show(grille, form, status=409, refused=error, others=error.codes)
        except InvalidInput as error:
            return self.show(grille, form, status=422, refused=error)
        if "rendre" in request.POST:
            remise.give_back(self.questionnaire, actor=self.actor)
            messages.success(request, "La grille est rendue au chargé de mission, avec vos commentaires.")
        else:
            messages.success(request, "Vos commentaires sont enregistrés. Rendez la grille quand vous avez terminé.")
        return redirect(self.get_success_url())

    def show(self, grille, form, *, status: int = 200, refused=None, others=None) -> HttpResponse:
        questionnaire = self.questionnaire
        suivi = suivi_of(questionnaire)
        why_not = why_not_comment(questionnaire, self.actor)
        others = others or {}
        parts = [
            {
                "part": part,
                "rows": [
                    {
                        "row": row,
                        "field": form.cell(row.code)[0],
                        "seen": form.cell(row.code)[1],
                        "other": _other(others.get(row.code)) if row.code in others else "",
                    }
                    for row in part.lignes
                ],
            }
            for part in grille.parties
        ]
        told = Transmission.objects.filter(questionnaire=questionnaire, destinataire=Destinataire.PRESTATAIRE)
        return self.page(
            "evaluation/grilles/espace_grille.html",
            {
                "questionnaire": questionnaire,
                "suivi": suivi,
                "grille": grille,
                "form": form,
                "parts": parts,
                "why_not": why_not,
                "attendue": format_date(suivi.attendue_le) if suivi.attendue_le else "",
                "collective": not self.convention.ingenierie.is_individuelle,
                "restitutions": list(told),
                "refused": refused,
                "document": GRILLE_PRESTATAIRE,
            },
            status=status,
        )


def _other(row) -> str:
    """What somebody else wrote meanwhile."""
    if row is None:
        return "commentaire retiré"
    return f"{row.par}, {format_datetime(row.at)} : {row.texte}"


@method_decorator([require_POST, sent_once], name="dispatch")
class Rendre(_Grille):
    """Give the grid back as it stands."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        remise.give_back(self.questionnaire, actor=self.actor)
        messages.success(request, "La grille est rendue au chargé de mission.")
        return redirect(self.get_success_url())


class Docx(_Grille):
    """The grid as DOCX, with the names that the prestataire may read."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return docx_response(grille_docx(self.questionnaire, pour_equipe=False))
