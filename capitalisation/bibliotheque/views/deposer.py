"""Depositing a resource: what it is made of first, then its notice; writing the notice again; deleting a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from capitalisation.bibliotheque import forms, sources
from capitalisation.bibliotheque.enums import AVEC_FICHIERS, Support
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import why_not_author, why_not_deposit
from capitalisation.bibliotheque.services import depot
from capitalisation.bibliotheque.services.fichiers import copies
from capitalisation.bibliotheque.views.base import RessourceMixin, RessourceView
from consultations.cadre.models import GuidePrestataires
from core.views.actions import posted_version
from core.views.editing import CreateView, VersionedUpdateView
from evaluation.questionnaires.models import ModeleQuestionnaire


class Deposer(CreateView):
    """The choice of what it is made of; then the notice, where what is known is proposed."""

    page_title = "Déposer une ressource"
    submit_label = "Déposer"
    success_message = "La ressource est déposée : c’est un brouillon, que seule votre organisation lit."
    template_name = "capitalisation/bibliotheque/deposer.html"
    form_class = forms.DepotForm

    def get_object(self) -> sources.Depart | None:
        if why_not_deposit(self.actor):
            return None
        return sources.read(self.request.GET, self.actor)

    def refusal(self, obj: sources.Depart | None) -> str:
        return why_not_deposit(self.actor) or (obj.refusal if obj is not None else "")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.choose() if self.object is None else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("bibliotheque:deposer") if self.object is None else super().post(request, *args, **kwargs)

    def choose(self) -> HttpResponse:
        organisation = self.actor.organisation_id
        guides = GuidePrestataires.objects.filter(region=self.actor.region_id).order_by("-depuis", "-numero")[:1]
        context = {
            "supports": [(Support(code), _SAID[code]) for code in sources.SEULS if code != Support.DOCUMENT_REGION],
            "recits": sources.recits_to_deposit(self.actor),
            "modeles": list(ModeleQuestionnaire.objects.filter(organisation=organisation).defer("contenu")[:30]),
            "guides": list(guides) if self.actor.region_id else [],
            "of_region": self.actor.region_id is not None,
        }
        return render(self.request, "capitalisation/bibliotheque/choisir.html", context)

    def get_form_kwargs(self) -> dict[str, Any]:
        start = self.object
        return {**super().get_form_kwargs(), "actor": self.actor, "support": start.support, "pieces": start.pieces}

    def get_proposals(self) -> dict[str, Any]:
        return dict(self.object.proposals)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(
            **{"d_apres": self.object.d_apres, "support": Support(self.object.support).label, **context}
        )

    def save(self, form: forms.DepotForm) -> Ressource:
        start = self.object
        given = [form.cleaned_data["fichier"]] if form.cleaned_data.get("fichier") else []
        return depot.deposit(
            {**form.values(), "support": start.support},
            actor=self.actor,
            recit=start.recit,
            ingenierie=start.ingenierie,
            questionnaire=start.questionnaire,
            fichiers=[*given, *copies(form.cleaned_data.get("reprises") or ())],
        )

    def get_success_url(self) -> str:
        return reverse("bibliotheque:ressource", args=[self.created.pk])

    def get_cancel_url(self) -> str:
        return reverse("bibliotheque:deposer")


_SAID = {
    Support.FICHIER: "Un document, un tableur, une présentation que vous avez.",
    Support.LIEN: "Une page d’un autre site : étude, outil, actualité.",
}


class Modifier(RessourceMixin, VersionedUpdateView):
    """The notice, written again by who deposited it; its files."""

    form_class = forms.NoticeForm
    template_name = "capitalisation/bibliotheque/modifier.html"
    success_message = "La notice est enregistrée."

    def get_object(self) -> Ressource:
        return self.ressource

    def refusal(self, obj: Ressource) -> str:
        return why_not_author(self.actor, obj) or obj.why_frozen

    def get_page_title(self) -> str:
        return f"Modifier « {self.object} »"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor, "support": self.ressource.support}

    def get_context(self, **context: Any) -> dict[str, Any]:
        own = {"with_files": self.ressource.support in AVEC_FICHIERS, "publiee": self.ressource.est_publiee}
        return super().get_context(**{**own, **context})

    def save(self, form: forms.NoticeForm, expected_version: int) -> Ressource:
        return depot.update(self.ressource, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class Effacer(RessourceView):
    """Delete a draft that was never published and that nobody uses."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        depot.delete(self.ressource, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {self.ressource} » est effacée.")
        return redirect("bibliotheque:mes_ressources")
