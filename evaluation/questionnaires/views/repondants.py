"""Who is asked, one by one; what each answered; an answer typed after a visit, a call or on paper; the team's part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import NotAllowed
from core.formats import format_date
from core.views.actions import posted_version
from evaluation.questionnaires import services
from evaluation.questionnaires.contenu import PartieLue, definition_of, questions_for
from evaluation.questionnaires.enums import SAISIES, EtatRepondant, SorteRepondant, Voie
from evaluation.questionnaires.forms import AjouterRepondantForm, RepondantForm, ReponseForm, SaisieForm
from evaluation.questionnaires.models import Repondant
from evaluation.questionnaires.permissions import why_not_read_yet
from evaluation.questionnaires.personal import forget
from evaluation.questionnaires.views.base import (
    QuestionnaireCreate,
    QuestionnaireEdit,
    QuestionnaireMixin,
    QuestionnaireView,
)
from evaluation.questionnaires.views.repondre import RepondreMixin


def answered(parties: list[PartieLue], valeurs: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """The questions asked with what was answered."""
    return [
        {
            "titre": partie.titre,
            "lignes": [
                {
                    "texte": ligne.texte,
                    "reponse": ligne.read(valeurs.get(ligne.code, ("", ""))[0]),
                    "commentaire": valeurs.get(ligne.code, ("", ""))[1],
                }
                for ligne in partie.lignes
            ],
        }
        for partie in parties
    ]


class RepondantMixin(QuestionnaireMixin):
    """``self.repondant``, of this questionnaire."""

    team_only = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.repondant: Repondant = get_object_or_404(
            self.questionnaire.repondants.select_related("structure__structure"), pk=kwargs["repondant"]
        )
        self.repondant.questionnaire = self.questionnaire

    @property
    def voies(self) -> tuple[str, ...]:
        """The ways by which this one answers."""
        prevu = definition_of(self.questionnaire).repondant(self.repondant.sorte)
        return prevu.voies if prevu else ()


class Detail(RepondantMixin, QuestionnaireView):
    """One who is asked: its link, its answer."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row, here = self.repondant, self.questionnaire.is_open and self.can_write
        typed = here and bool(set(self.voies) & {*SAISIES, Voie.EQUIPE})
        own = row.has_answered and row.voie not in (*SAISIES, Voie.EQUIPE)
        not_yet = "" if row.voie in (*SAISIES, Voie.EQUIPE) else why_not_read_yet(self.questionnaire)
        return self.page(
            "evaluation/questionnaires/repondant.html",
            {
                "repondant": row,
                "sorte": SorteRepondant(row.sorte).label,
                "etat": row.get_state_display(),
                "recue": f"le {format_date(row.le)}, {row.get_voie_display()}" if row.has_answered else "",
                "by_link": Voie.LIEN in self.voies,
                "may_type": typed and not own and not (not_yet and row.state == EtatRepondant.BROUILLON),
                "may_edit": self.can_write and not row.has_answered,
                "named": self.can_write and bool(row.nom or row.fonction or row.email),
                "may_remove": self.can_write and row.state == "attendu",
                "parties": answered(questions_for(self.questionnaire, row.sorte), services.valeurs_of(row))
                if row.state != "attendu" and not not_yet
                else [],
                "not_yet": not_yet if row.state != "attendu" else "",
            },
        )


class Ajouter(QuestionnaireCreate):
    """Somebody more to ask."""

    team_only = True
    form_class = AjouterRepondantForm
    page_title = "Ajouter quelqu’un qui répond"
    success_message = "C’est ajouté."
    anchor = "qui"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "questionnaire": self.questionnaire}

    def get_initial(self) -> dict[str, Any]:
        return {"sorte": self.request.GET.get("sorte", "")}

    def save(self, form: AjouterRepondantForm) -> Repondant:
        return services.add_repondant(self.questionnaire, form.values(), self.actor)


class Modifier(RepondantMixin, QuestionnaireEdit):
    """Who it is, at which address."""

    form_class = RepondantForm
    page_title = "Modifier qui répond"

    def get_object(self) -> Repondant:
        return self.repondant

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "questionnaire": self.questionnaire}

    def save(self, form: RepondantForm, expected_version: int) -> Repondant:
        return services.update_repondant(self.repondant, form.values(), self.actor, expected_version)

    def get_success_url(self) -> str:
        return self.here("evaluation:repondant", self.repondant.pk)


@method_decorator(require_POST, name="dispatch")
class Retirer(RepondantMixin, QuestionnaireView):
    """Not asked any more."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.remove_repondant(self.repondant, self.actor, posted_version(request))
        messages.success(request, "C’est retiré.")
        return redirect(self.here() + "#qui")


@method_decorator(require_POST, name="dispatch")
class Oublier(RepondantMixin, QuestionnaireView):
    """Erase who answered; what was answered stays."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        forget(self.repondant, self.actor, posted_version(request))
        messages.success(request, "Le nom est effacé ; la réponse reste.")
        return redirect(self.here("evaluation:repondant", self.repondant.pk))


class Saisir(RepondantMixin, RepondreMixin, QuestionnaireEdit):
    """An answer that reached the team otherwise than by link, or the team's own part."""

    template_name = "evaluation/questionnaires/repondre.html"

    def refusal(self, obj: Repondant) -> str:
        if not set(self.voies) & {*SAISIES, Voie.EQUIPE}:
            return "Cette sorte de répondants répond elle-même."
        if obj.has_answered and obj.voie not in (*SAISIES, Voie.EQUIPE):
            return "Cette réponse a été donnée par la personne elle-même : elle ne se modifie pas ici."
        begun = obj.state == EtatRepondant.BROUILLON and obj.voie not in (*SAISIES, Voie.EQUIPE)
        if begun and why_not_read_yet(self.questionnaire):
            return (
                "Cette personne a commencé à répondre par son lien : ce qu’elle a écrit ne se lit pas encore. "
                "Pour saisir ce qu’elle vous dit, ajoutez-la de nouveau."
            )
        return ""

    @property
    def ours(self) -> bool:
        return Voie.EQUIPE in self.voies

    def get_object(self) -> Repondant:
        if not self.questionnaire.is_open:
            raise NotAllowed("Ce questionnaire ne reçoit pas de réponse en ce moment.")
        return self.repondant

    @property
    def form_class(self) -> type[ReponseForm]:
        return ReponseForm if self.ours else SaisieForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if self.ours:
            return {**kwargs, "nom_au_choix": False}
        return {**kwargs, "voies": [voie for voie in self.voies if voie in SAISIES]}

    def get_voie(self, form: ReponseForm) -> str:
        return Voie.EQUIPE if self.ours else form.cleaned_data["voie"]

    def get_page_title(self) -> str:
        return "Remplir la part du DLA" if self.ours else f"Saisir la réponse de {self.repondant.qui}"

    def get_context(self, **context: Any) -> dict[str, Any]:
        labels = {"submit_label": "Noter cette réponse", "questionnaire_url": self.here()}
        return super().get_context(**{**labels, **context})

    def get_success_message(self) -> str:
        return "La réponse est notée." if self.sending else "C’est enregistré, pas encore noté comme répondu."

    def get_success_url(self) -> str:
        return self.here() + "#qui" if self.sending else self.request.path
