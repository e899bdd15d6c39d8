"""The pages of the team: reading the fiche, sending it, typing for the prestataire."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.views.once import sent_once
from missions.conventions.enums import EtatConvention
from missions.mission.views.base import MissionEdit, MissionView
from missions.suivi import presenters, services
from missions.suivi.views import forms


class Suivi(MissionView):
    """The fiche, with what is late."""

    salle = forms.SALLE

    def get(self, request: HttpRequest, pk: int, convention: int) -> HttpResponse:
        shown = presenters.page(self.convention)
        writes = self.can_write and self.convention.state == EtatConvention.SIGNEE
        return self.page("missions/suivi/suivi.html", {**shown, "writes": writes})


@method_decorator(require_POST, name="dispatch")
class Envoyer(MissionView):
    """Send the fiche to the people of the prestataire."""

    salle = forms.SALLE

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.envoyer(self.convention, actor=self.actor)
        messages.success(request, "La fiche de suivi part au prestataire.")
        return redirect(self.get_success_url())


class Consultant(forms.Consultant, MissionEdit):
    """Who leads the mission."""


class Besoin(forms.BesoinActuel, MissionEdit):
    """Is the need still the same?"""


class Prevu(forms.Prevu, MissionEdit):
    """The planned part of one row."""


class Etat(forms.Etat, MissionEdit):
    """What was done in a stage."""

    template_name = "missions/suivi/etape.html"
    help_text = "Vous saisissez pour le prestataire : votre nom et la date sont gardés."


@method_decorator(require_POST, name="dispatch")
class Reprendre(forms.Reprendre, MissionView):
    """Open a returned stage again."""


@method_decorator(require_POST, name="dispatch")
class Previsions(forms.Previsions, MissionView):
    """Return the planned part."""
