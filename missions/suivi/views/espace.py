"""The pages of the prestataire: its fiche de suivi."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from missions.conventions.enums import EtatConvention
from missions.mission.views.base import EspaceMission, EspaceMissionEdit
from missions.suivi import presenters
from missions.suivi.views import forms


class Suivi(EspaceMission):
    """The fiche, to plan and to return stage by stage."""

    salle = forms.SALLE

    def get(self, request: HttpRequest, convention: int) -> HttpResponse:
        shown = presenters.page(self.convention)
        writes = not self.refusal and self.convention.state == EtatConvention.SIGNEE
        return self.page("missions/suivi/espace_suivi.html", {**shown, "writes": writes})


class Consultant(forms.Consultant, EspaceMissionEdit):
    """Who leads the mission."""


class Besoin(forms.BesoinActuel, EspaceMissionEdit):
    """Is the need still the same?"""


class Prevu(forms.Prevu, EspaceMissionEdit):
    """The planned part of one row."""


class Etat(forms.Etat, EspaceMissionEdit):
    """What was done in a stage."""

    template_name = "missions/suivi/espace_etape.html"


@method_decorator(require_POST, name="dispatch")
class Reprendre(forms.Reprendre, EspaceMission):
    """Open a returned stage again."""


@method_decorator(require_POST, name="dispatch")
class Previsions(forms.Previsions, EspaceMission):
    """Return the planned part."""
