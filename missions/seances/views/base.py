"""What the pages of one séance share, for the team and for the prestataire."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from core.errors import DomainError
from core.views.actions import ActionMixin
from engagement.rendezvous.views import RendezvousMixin
from missions.conventions.models import Convention
from missions.seances.genre import SEANCE
from missions.seances.models import ParticipantSeance, Seance
from missions.seances.services.seances import perform_seance, write_minutes

SALLE = "seances"


def find(convention: Convention, pk: int) -> Seance:
    """One séance of this mission; or ``Http404``."""
    rows = Seance.objects.select_related("groupe", "structure__structure", "etape__fiche")
    found = get_object_or_404(rows, convention=convention, pk=pk)
    found.convention = convention
    return found


class SeanceMixin(RendezvousMixin):
    """Put before the base of a page of the mission: ``self.seance``. ``route`` is the page of the séance, ``anchor``
    the part of it one goes back to."""

    genre = SEANCE
    salle = SALLE
    anchor = ""
    route = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.seance = self.rendezvous = find(self.convention, kwargs["seance"])

    def get_success_url(self) -> str:
        url = self.address(self.route, self.seance.pk)
        return f"{url}#{self.anchor}" if self.anchor else url

    def home(self) -> HttpResponse:
        return redirect(self.get_success_url())

    def expected(self) -> list[ParticipantSeance]:
        rows = list(self.seance.participants.expected())
        for row in rows:
            row.seance = self.seance
        return rows


class CycleMixin(ActionMixin, SeanceMixin):
    """Put before the page of a séance: one action of its lifecycle; the service says who may and what is missing."""

    def perform(self, action: str, **shown: Any) -> Seance:
        return perform_seance(self.seance, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Seance) -> str:
        return self.address(f"{self.route}_presences", obj.pk) if action == "tenir" else self.get_success_url()


class MinutesMixin(SeanceMixin):
    """The minutes of a séance, as a text."""

    success_message = "Le compte rendu est enregistré."
    anchor = "compte-rendu"

    def get_object(self) -> Seance:
        return self.seance

    def refusal(self, obj: Any) -> str:
        return self.seance.why_frozen

    def get_page_title(self) -> str:
        return f"Compte rendu : {self.seance}"

    def save(self, form: Any, expected_version: int) -> Seance:
        text = form.cleaned_data["compte_rendu"]
        return write_minutes(self.seance, text, actor=self.actor, expected_version=expected_version)
