"""What is asked again some months after the end: planned, changed, opened; needs found in answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator

from core.views.once import sent_once
from evaluation.questionnaires.enums import EtatRepondant
from evaluation.questionnaires.models import Reponse
from evaluation.questionnaires.views.base import EvaluationCreate, EvaluationEdit, EvaluationView, QuestionnaireCreate
from evaluation.resultats.enums import Mois
from evaluation.resultats.forms import ReleveForm, SuiviEditForm, SuiviForm
from evaluation.resultats.models import SuiviPrevu
from evaluation.resultats.permissions import why_not_read_results
from evaluation.resultats.services import besoins, suivi
from evaluation.resultats.views.pages import SALLE


class _FollowUp:
    """Written from « Finaliser » on, the ingénierie closed or not."""

    salle = SALLE
    anchor = "suivi"

    def why_not(self) -> str:
        return suivi.why_not_follow_up(self.actor, self.ingenierie)


class Prevoir(_FollowUp, EvaluationCreate):
    """Plans one."""

    form_class = SuiviForm
    page_title = "Interroger de nouveau les structures"
    submit_label = "Prévoir"
    success_message = "C’est prévu : l’échéancier le rappelle."
    help_text = (
        "Quelques mois après la fin, les structures disent où elles en sont : emplois, budget, partenaires, stratégie. "
        "Ce qui est connu d’elles aujourd’hui est gardé pour être comparé."
    )

    def get_form_kwargs(self):
        taken = set(SuiviPrevu.objects.filter(ingenierie=self.ingenierie).values_list("mois", flat=True))
        dates = {mois: day for mois, day in suivi.proposees(self.ingenierie).items() if mois not in taken}
        return {**super().get_form_kwargs(), "dates": dates}

    def save(self, form):
        return suivi.prevoir(self.ingenierie, form.values(), actor=self.actor)


class _One(_FollowUp):
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.suivi: SuiviPrevu = get_object_or_404(SuiviPrevu, pk=kwargs["suivi"], ingenierie=self.ingenierie)
        self.suivi.ingenierie = self.ingenierie


class Modifier(_One, EvaluationEdit):
    """Changes its day, or whether it leaves by itself."""

    form_class = SuiviEditForm
    page_title = "Modifier ce suivi"
    success_message = "Le suivi est modifié."

    def get_object(self):
        return self.suivi

    def get_page_title(self):
        return f"Modifier le suivi à {Mois(self.suivi.mois).value} mois"

    def save(self, form, expected_version):
        return suivi.modifier(self.suivi, form.values(), actor=self.actor, expected_version=expected_version)


class Retirer(_One, EvaluationView):
    """Takes away one that is not opened."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        suivi.retirer(self.suivi, actor=self.actor)
        messages.success(request, "Le suivi prévu est retiré.")
        return redirect(self.get_success_url())


class Ouvrir(_One, EvaluationView):
    """Opens it now and sends the links."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        made = suivi.ouvrir(self.suivi, actor=self.actor)
        messages.success(request, "Le suivi est ouvert ; chaque structure qui a une adresse reçoit son lien.")
        return redirect(self.address("evaluation:questionnaire", made.pk))


class Relever(QuestionnaireCreate):
    """A need inscribed from an answer, in the diagnostic of a structure."""

    salle = SALLE
    form_class = ReleveForm
    page_title = "Relever un besoin"
    submit_label = "Inscrire ce besoin"
    success_message = "Le besoin est inscrit au diagnostic de la structure : le radar le compte dès qu’il est partagé."
    help_text = (
        "Il rejoint le diagnostic en cours de la structure, ou en commence un. Seules les structures dont votre "
        "organisation tient l’accompagnement sont proposées."
    )

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.reponse: Reponse = get_object_or_404(
            Reponse.objects.select_related("repondant__structure__structure"),
            pk=kwargs["reponse"],
            repondant__questionnaire=self.questionnaire,
            repondant__state=EtatRepondant.REPONDU,
        )
        if not besoins.dit_un_besoin(self.reponse, self.questionnaire):
            raise Http404
        if why_not_read_results(self.actor, self.questionnaire):
            raise Http404
        self.reponse.repondant.questionnaire = self.questionnaire

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "ciblees": besoins.possibles(self.questionnaire, self.actor)}

    def get_initial(self):
        said_by = self.reponse.repondant.structure
        return {
            "texte": self.reponse.texte[:2000],
            "ciblee": said_by,
            "exprime": said_by is not None,
            "identifie": said_by is None,
        }

    def save(self, form):
        values = form.values()
        return besoins.relever(self.reponse, form.cleaned_data["ciblee"], values, actor=self.actor)

    def get_success_url(self):
        return f"{self.here('evaluation:resultats_de')}#besoins"
