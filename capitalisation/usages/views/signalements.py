"""A problem is reported; what came of it is said. A resource is verified again."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services.depot import again_on
from capitalisation.usages import forms
from capitalisation.usages.enums import EtatSignalement
from capitalisation.usages.models import Signalement
from capitalisation.usages.permissions import why_not_ask, why_not_handle, why_not_verify
from capitalisation.usages.services import signalements as services
from capitalisation.usages.services import verification
from capitalisation.usages.views.base import AboutMixin
from core import clock
from core.errors import StaleState
from core.views.editing import CreateView, VersionedUpdateView


class Signaler(AboutMixin, CreateView):
    """Any signed-in reader."""

    form_class = forms.SignalerForm
    page_title = "Signaler un problème"
    submit_label = "Signaler"
    success_message = "C’est signalé. Vous serez prévenu de la suite."

    def get_object(self) -> Any:
        return self.ressource

    def refusal(self, obj: Any) -> str:
        return why_not_ask(self.actor, self.ressource)

    def save(self, form: forms.SignalerForm) -> Signalement:
        return services.report(self.ressource, form.values(), actor=self.actor)


class Traiter(AboutMixin, VersionedUpdateView):
    """The author, the C2RA of the région or the Avise."""

    form_class = forms.SuiteForm
    template_name = "capitalisation/usages/traiter.html"
    page_title = "Traiter un signalement"
    submit_label = "Dire la suite"
    success_message = "La suite est dite à qui l’a signalé."
    anchor = "signalements"

    def get_object(self) -> Signalement:
        rows = Signalement.objects.filter(ressource=self.ressource).select_related("user")
        if why_not_handle(self.actor, self.ressource):
            rows = rows.none()
        found = get_object_or_404(rows, pk=self.kwargs["signalement"])
        found.ressource = self.ressource
        return found

    def refusal(self, obj: Signalement) -> str:
        if obj.etat != EtatSignalement.OUVERT:
            raise StaleState(services.ALREADY)
        return ""

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{"signalements": services.together(self.object), **context})

    def save(self, form: forms.SuiteForm, expected_version: int) -> Signalement:
        return services.settle(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class Verifiee(AboutMixin, VersionedUpdateView):
    """« Je l’ai vérifiée »."""

    form_class = forms.VerifieeForm
    page_title = "Je l’ai vérifiée"
    success_message = "C’est enregistré."
    help_text = "Relisez-la avec un professionnel, corrigez d’abord ce qui a changé, puis dites-le ici."

    def get_object(self) -> Ressource:
        return self.ressource

    def refusal(self, obj: Ressource) -> str:
        return why_not_verify(self.actor, obj)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "prochaine": again_on(self.ressource.sorte, clock.today())}

    def save(self, form: forms.VerifieeForm, expected_version: int) -> Ressource:
        return verification.verify(self.object, form.values(), actor=self.actor, expected_version=expected_version)
