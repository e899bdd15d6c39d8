"""The productions of a mission, for the team and for the prestataire: handed over, changed, taken out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.views.actions import posted_version
from missions.mission.views.base import (
    EspaceMission,
    EspaceMissionCreate,
    EspaceMissionEdit,
    MissionCreate,
    MissionEdit,
    MissionView,
)
from missions.productions import forms, presenters, services
from missions.productions.models import Production
from missions.productions.permissions import why_not_change
from missions.productions.views.base import UnderMission

SALLE = "productions"


def _url(piece: Any) -> str:
    return reverse("core:piece", args=[piece.pk])


class Liste(MissionView):
    """What was handed over, which structure received what, the notes sent to partners."""

    salle = SALLE

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(
            "missions/productions/liste.html",
            {
                "productions": presenters.productions_of(self.convention, _url),
                "structures": presenters.structures_of(self.convention),
                "notes": presenters.notes_of(self.convention),
            },
        )


class EspaceListe(EspaceMission):
    """The same for the prestataire: what it handed over, and who received it."""

    salle = SALLE

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = presenters.productions_of(self.convention, _url)
        return self.page("missions/productions/espace_liste.html", {"productions": rows})


class _Ajouter:
    """Hand over a production."""

    salle = SALLE
    form_class = forms.ProductionForm
    page_title = "Remettre une production"
    submit_label = "Remettre"
    success_message = "La production est remise."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "convention": self.convention}

    def save(self, form: forms.ProductionForm) -> Production:
        values = form.values()
        fichier = values.pop("fichier", None)
        return services.hand_over(self.convention, values, actor=self.actor, fichiers=[fichier] if fichier else [])


class Ajouter(_Ajouter, MissionCreate):
    """By the team."""


class EspaceAjouter(_Ajouter, EspaceMissionCreate):
    """By the prestataire."""


class _OfProduction:
    salle = SALLE

    def find(self) -> Production:
        """The production that the address names, of this very mission; or ``Http404``."""
        found = get_object_or_404(Production, convention=self.convention, pk=self.kwargs["production"])
        found.convention = self.convention
        return found


class _Modifier(_OfProduction):
    """Change what is said of a production, and its files."""

    form_class = forms.ProductionEditForm
    success_message = "La production est enregistrée."

    def get_object(self) -> Production:
        return self.find()

    def refusal(self, obj: Production) -> str:
        return why_not_change(obj)

    def get_page_title(self) -> str:
        return str(self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "convention": self.convention}

    def save(self, form: Any, expected_version: int) -> Production:
        return services.update_production(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )


class Modifier(_Modifier, UnderMission, MissionEdit):
    """By the team."""

    template_name = "missions/productions/production.html"


class EspaceModifier(_Modifier, EspaceMissionEdit):
    """By the prestataire."""

    template_name = "missions/productions/espace_production.html"


class _Retirer(_OfProduction):
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self.find()
        services.remove_production(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {row} » est retirée.")
        return redirect(self.get_success_url())


@method_decorator(require_POST, name="dispatch")
class Retirer(_Retirer, MissionView):
    """Take a production out, by the team."""


@method_decorator(require_POST, name="dispatch")
class EspaceRetirer(_Retirer, EspaceMission):
    """Take a production out, by the prestataire."""
