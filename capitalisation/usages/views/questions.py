"""Questions and remarks to the author: asked, answered, taken out."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from capitalisation.bibliotheque.permissions import why_not_author
from capitalisation.usages import forms
from capitalisation.usages.models import QuestionRessource
from capitalisation.usages.permissions import why_not_ask, why_not_handle
from capitalisation.usages.services import questions as services
from capitalisation.usages.views.base import AboutMixin
from core.views.editing import CreateView, VersionedUpdateView


class Poser(AboutMixin, CreateView):
    """Any signed-in reader, prestataires too."""

    form_class = forms.QuestionForm
    page_title = "Écrire à l’auteur"
    submit_label = "Envoyer"
    success_message = "C’est envoyé à l’auteur. Sa réponse paraîtra ici, et vous serez prévenu."
    anchor = "questions"

    def get_object(self) -> Any:
        return self.ressource

    def refusal(self, obj: Any) -> str:
        return why_not_ask(self.actor, self.ressource)

    def save(self, form: forms.QuestionForm) -> QuestionRessource:
        return services.ask(self.ressource, form.values(), actor=self.actor)


class _OfQuestion(AboutMixin, VersionedUpdateView):
    anchor = "questions"

    def get_object(self) -> QuestionRessource:
        rows = QuestionRessource.objects.filter(ressource=self.ressource).select_related("user")
        found = get_object_or_404(rows, pk=self.kwargs["question"])
        found.ressource = self.ressource
        return found

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{"question": self.object, **context})


class Repondre(_OfQuestion):
    """The members of the organisation that deposited the resource."""

    form_class = forms.ReponseForm
    page_title = "Répondre"
    submit_label = "Publier la réponse"
    success_message = "La réponse est publiée."

    def refusal(self, obj: QuestionRessource) -> str:
        return why_not_author(self.actor, self.ressource)

    def save(self, form: forms.ReponseForm, expected_version: int) -> QuestionRessource:
        return services.answer(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class RetirerQuestion(_OfQuestion):
    """An improper one goes, with its reason."""

    form_class = forms.RetirerForm
    page_title = "Retirer une question ou une remarque"
    submit_label = "Retirer"
    success_message = "Elle est retirée ; qui l’a écrite est prévenu."
    help_text = "À retirer si elle nomme quelqu’un, injurie, fait de la publicité ou n’a pas sa place ici."

    def refusal(self, obj: QuestionRessource) -> str:
        return why_not_handle(self.actor, self.ressource)

    def save(self, form: forms.RetirerForm, expected_version: int) -> QuestionRessource:
        reason = form.cleaned_data["motif"]
        services.take_out(self.object, reason, actor=self.actor, expected_version=expected_version)
        return self.object
