"""The rows of the plan: added, changed, followed, taken out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from capitalisation.transfert import forms
from capitalisation.transfert.connus import names_of
from capitalisation.transfert.enums import Destinataire, EtatPlan
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from capitalisation.transfert.permissions import why_not_follow
from capitalisation.transfert.services import plan as services
from capitalisation.transfert.views.base import (
    CapitalisationCreate,
    CapitalisationEdit,
    CapitalisationView,
    PlanMixin,
)
from core.views.actions import posted_version


class _Lignes(PlanMixin):
    anchor = "lignes"

    def find(self) -> LigneTransfert:
        """The row that the address names, of this very plan; else ``Http404``."""
        found = get_object_or_404(LigneTransfert, plan=self.plan, pk=self.kwargs["ligne"])
        found.plan = self.plan
        return found

    def connus(self) -> list[tuple[str, str]]:
        """Those whom the dossier knows, by kind of recipient."""
        known = names_of(self.ingenierie)
        return [(label, ", ".join(known[code])) for code, label in Destinataire.choices if known[code]]


class Ajouter(_Lignes, CapitalisationCreate):
    """One more row."""

    template_name = "capitalisation/transfert/ligne.html"
    form_class = forms.LigneForm
    page_title = "Ajouter un transfert"
    success_message = "Le transfert est ajouté."

    def get_object(self) -> PlanTransfert:
        return self.plan

    def refusal(self, obj: PlanTransfert) -> str:
        return obj.why_frozen

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "individuelle": self.ingenierie.is_individuelle}

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(connus=self.connus(), **context)

    def save(self, form: forms.LigneForm) -> LigneTransfert:
        return services.add_ligne(self.plan, form.values(), actor=self.actor)


class Modifier(_Lignes, CapitalisationEdit):
    """One row, while the plan is not decided."""

    template_name = "capitalisation/transfert/ligne.html"
    form_class = forms.LigneEditForm
    page_title = "Modifier le transfert"
    success_message = "Le transfert est enregistré."

    def get_object(self) -> LigneTransfert:
        return self.find()

    def refusal(self, obj: LigneTransfert) -> str:
        return self.plan.why_frozen

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "individuelle": self.ingenierie.is_individuelle}

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(connus=self.connus(), **context)

    def save(self, form: forms.LigneEditForm, expected_version: int) -> LigneTransfert:
        return services.update_ligne(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class Suivre(_Lignes, CapitalisationEdit):
    """Where one row stands, once the plan is decided."""

    form_class = forms.SuiviForm
    success_message = "C’est noté."

    def why_not(self) -> str:
        return why_not_follow(self.actor, self.ingenierie)

    def get_object(self) -> LigneTransfert:
        return self.find()

    def refusal(self, obj: LigneTransfert) -> str:
        return "" if self.plan.state == EtatPlan.DECIDE else "Un transfert se note tant que le plan est « décidé »."

    def get_page_title(self) -> str:
        return f"Où en est : {self.object.quoi}"

    def save(self, form: forms.SuiviForm, expected_version: int) -> LigneTransfert:
        return services.follow_ligne(self.object, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class Retirer(_Lignes, CapitalisationView):
    """Take out a row."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.remove_ligne(self.find(), actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "Le transfert est retiré.")
        return redirect(self.get_success_url())
