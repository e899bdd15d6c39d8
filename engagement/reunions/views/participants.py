"""Who is expected at a meeting, who came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.views.actions import posted_version
from engagement.rendezvous.candidates import Candidate
from engagement.rendezvous.views import ChooseMixin, PresencesMixin
from engagement.reunions.enums import SourceParticipant
from engagement.reunions.forms import ParticipantEditForm, ParticipantForm, PresencesForm
from engagement.reunions.models import ParticipantReunion
from engagement.reunions.services.participants import (
    add_other,
    add_participants,
    candidates,
    key_of,
    remove_participant,
    set_presences,
    update_participant,
)
from engagement.reunions.views.reunions import ReunionEdit, ReunionMixin, ReunionView
from projects.dossier.views.editing import IngenierieCreate

_SOURCES = (SourceParticipant.PARTENAIRE, SourceParticipant.STRUCTURE, SourceParticipant.MEMBRE)


class Participants(ReunionMixin, ChooseMixin, IngenierieCreate):
    """Choose among partners, structures and members; or name somebody else (the form)."""

    template_name = "engagement/reunions/participants.html"
    form_class = ParticipantForm
    anchor = "participants"
    labels = tuple(source.label for source in _SOURCES)
    key_of = staticmethod(key_of)

    def refusal(self, obj: Any) -> str:
        return self.reunion.why_frozen

    def candidates(self) -> Iterable[Candidate]:
        return candidates(self.ingenierie)

    def add(self, keys: list[str]) -> list[ParticipantReunion]:
        return add_participants(self.reunion, keys, actor=self.actor)

    def save(self, form: ParticipantForm) -> ParticipantReunion:
        return add_other(self.reunion, form.values(), actor=self.actor)


class Modifier(ReunionEdit):
    """Correct who comes."""

    form_class = ParticipantEditForm
    success_message = "Le participant est à jour."
    anchor = "participants"
    help_text = (
        "Pour corriger ou compléter. Si quelqu’un d’autre vient à sa place, retirez cette personne et ajoutez l’autre "
        ": chacune en sera prévenue."
    )

    def get_object(self) -> ParticipantReunion:
        return self.participant(self.kwargs["participant"])

    def get_page_title(self) -> str:
        return f"Participant : {self.object.organisme}"

    def save(self, form: ParticipantEditForm, expected_version: int) -> ParticipantReunion:
        return update_participant(self.object, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class Retirer(ReunionView):
    """Expect somebody no more."""

    anchor = "participants"

    def post(self, request: HttpRequest, pk: int, reunion: int, participant: int) -> HttpResponse:
        row = self.participant(participant)
        remove_participant(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {row} » n’est plus attendu à la réunion.")
        return self.home()


class Presences(PresencesMixin, ReunionView):
    """Note who came, all on one page; two people may share it."""

    writes = True
    anchor = "participants"
    form_class = PresencesForm
    template_name = "engagement/reunions/presences.html"

    def set_presences(self, form: PresencesForm) -> int:
        return set_presences(self.reunion, form.noted(), actor=self.actor)

    def nobody(self) -> str:
        return reverse("engagement:reunion_participants", args=[self.ingenierie.pk, self.reunion.pk])
