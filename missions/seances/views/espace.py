"""The séances of a mission, for its prestataire: to read them, to say that they were held, who came, what was said."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.lifecycle import ActionState, available_actions
from engagement.rendezvous.enums import Presence
from engagement.rendezvous.views import PresencesMixin
from missions.mission.views.base import EspaceMission, EspaceMissionEdit
from missions.seances import presenters
from missions.seances.forms import CompteRenduForm, PresencesForm
from missions.seances.services.participants import set_presences
from missions.seances.views.base import SALLE, CycleMixin, MinutesMixin, SeanceMixin
from missions.seances.vigilance import a_dire


class TheirMixin(SeanceMixin):
    """A page of one séance, for the prestataire."""

    route = "mission:seance"


class Liste(EspaceMission):
    """The séances of the mission."""

    salle = SALLE

    def get(self, request: HttpRequest, convention: int) -> HttpResponse:
        context = presenters.list_context(
            self.convention, lambda row: self.address("mission:seance", row.pk), watch=a_dire
        )
        return self.page("missions/seances/espace_seances.html", context)


class Detail(TheirMixin, EspaceMission):
    """One séance: what is announced, who comes, the minutes."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show()

    def actions(self) -> list[ActionState]:
        """What the prestataire may do of it: what only the team does is not shown."""
        return [state for state in available_actions(self.seance, self.actor) if not state.refusal]

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        seance, rows = self.seance, self.expected()
        context = {
            **presenters.detail_context(seance, rows),
            "participants": [
                {
                    "source": row.get_source_display(),
                    "organisme": row.organisme,
                    "nom": row.nom,
                    "presence": Presence(row.presence).label,
                }
                for row in rows
            ],
            "presences_url": self.address("mission:seance_presences", seance.pk),
            "minutes_url": self.address("mission:seance_compte_rendu", seance.pk),
            "action_url": self.address("mission:seance_etat", seance.pk),
            "list_url": self.address("mission:seances"),
            "actions": [] if self.closed else self.actions(),
            "tells": not self.closed and not seance.why_frozen,
            "refused": refused,
            "reason": reason,
        }
        return self.page("missions/seances/espace_seance.html", context, status=status)


@method_decorator(require_POST, name="dispatch")
class Cycle(CycleMixin, Detail):
    """It was held, says the prestataire."""


class CompteRendu(MinutesMixin, TheirMixin, EspaceMissionEdit):
    """The minutes, by the prestataire."""

    form_class = CompteRenduForm


class Presences(TheirMixin, PresencesMixin, EspaceMission):
    """Note who came, by the prestataire."""

    writes = True
    form_class = PresencesForm
    template_name = "missions/seances/espace_presences.html"

    def form(self, data: Any = None) -> PresencesForm:
        return PresencesForm(data, rows=self.expected(), seance=self.seance)

    def set_presences(self, form: PresencesForm) -> int:
        return set_presences(self.seance, form.noted(), actor=self.actor, pilote=form.pilote)
