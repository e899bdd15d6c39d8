"""The séances of a mission, for the team."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.formats import plural
from core.lifecycle import available_actions
from core.views.actions import posted_version
from engagement.rendezvous.candidates import Candidate
from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.views import ChooseMixin, PresencesMixin, ResendMixin, participant_groups, unreached
from engagement.reunions.services.reunions import local_zone
from missions.mission.views.base import MissionCreate, MissionEdit, MissionView
from missions.seances import presenters
from missions.seances.enums import NatureSeance, SourceSeance
from missions.seances.forms import (
    CompteRenduForm,
    ParticipantEditForm,
    ParticipantForm,
    PresencesForm,
    SeanceEditForm,
    SeanceForm,
)
from missions.seances.genre import SEANCE
from missions.seances.models import ParticipantSeance, Seance
from missions.seances.services import participants as services
from missions.seances.services.seances import (
    create_seance,
    intervenants_of,
    resend,
    update_seance,
)
from missions.seances.views.base import SALLE, CycleMixin, MinutesMixin, SeanceMixin


class EquipeMixin(SeanceMixin):
    """A page of one séance, for the team."""

    route = "missions:seance"


class Liste(MissionView):
    """The séances of the mission: to come, past; what deserves attention; the days given to each structure."""

    salle = SALLE

    def get(self, request: HttpRequest, pk: int, convention: int) -> HttpResponse:
        context = presenters.list_context(self.convention, lambda row: self.address("missions:seance", row.pk))
        return self.page("missions/seances/seances.html", context)


class Nouvelle(MissionCreate):
    """Plan a séance."""

    salle = SALLE
    form_class = SeanceForm
    page_title = "Prévoir une séance"
    help_text = "Rien ne part encore : vous choisirez qui est attendu, puis vous convoquerez."
    submit_label = "Prévoir la séance"
    success_message = "La séance est prévue. Choisissez qui y est attendu."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "convention": self.convention}

    def get_initial(self) -> dict[str, Any]:
        return {"fuseau": local_zone(self.ingenierie)}

    def get_proposals(self) -> dict[str, Any]:
        """A mission opens by its launch; one often meets where one met, with the same intervenants."""
        last = self.convention.seances.order_by("-debut", "-pk").first()
        if last is None:
            return {
                "nature": NatureSeance.LANCEMENT,
                "titre": "Se rencontrer et lancer la mission",
                "intervenants": intervenants_of(self.convention),
            }
        return {"lieu": last.lieu, "visio": last.visio, "intervenants": last.intervenants}

    def save(self, form: SeanceForm) -> Seance:
        return create_seance(self.convention, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        if self.created is None:
            return super().get_success_url()
        return self.address("missions:seance_participants", self.created.pk)


class Detail(EquipeMixin, MissionView):
    """One séance: what is announced, who comes, the minutes, what can be done now."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show()

    def participant_url(self, what: str, row: ParticipantSeance) -> str:
        return self.address(f"missions:seance_{what}", self.seance.pk, row.pk)

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        seance, rows, can_write = self.seance, self.expected(), self.can_write
        writes = can_write and not seance.why_frozen
        context = {
            **presenters.detail_context(seance, rows),
            "groups": participant_groups(SEANCE, rows, SourceSeance.labels, self.participant_url),
            "unreached": unreached(seance, rows),
            "choose_url": self.address("missions:seance_participants", seance.pk),
            "presences_url": self.address("missions:seance_presences", seance.pk),
            "minutes_url": self.address("missions:seance_compte_rendu", seance.pk),
            "edit_url": self.address("missions:seance_modifier", seance.pk),
            "action_url": self.address("missions:seance_etat", seance.pk),
            "resend_url": self.address("missions:seance_renvoyer", seance.pk),
            "list_url": self.address("missions:seances"),
            "actions": available_actions(seance, self.actor) if can_write else [],
            "writes": writes,
            "tells": writes,
            "resends": writes and seance.state == EtatRendezvous.CONVOQUEE,
            "refused": refused,
            "reason": reason,
        }
        return self.page("missions/seances/seance.html", context, status=status)


@method_decorator(require_POST, name="dispatch")
class Cycle(CycleMixin, Detail):
    """One action of the lifecycle, by the team."""


@method_decorator(require_POST, name="dispatch")
class Renvoyer(ResendMixin, Detail):
    """Send the convocation again: to all, or to one whose mail did not leave."""

    anchor = "participants"

    def resend(self, **shown: Any) -> int:
        return resend(self.seance, actor=self.actor, **shown)


class _Edit(EquipeMixin, MissionEdit):
    def get_object(self) -> Any:
        return self.seance

    def refusal(self, obj: Any) -> str:
        return self.seance.why_frozen

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "convention": self.convention}


class Modifier(_Edit):
    """What is announced of the séance."""

    form_class = SeanceEditForm

    def get_page_title(self) -> str:
        return f"Modifier : {self.seance}"

    @property
    def help_text(self) -> str:
        if self.seance.state != EtatRendezvous.CONVOQUEE:
            return ""
        return (
            "La séance est convoquée : si vous changez la date, les heures, le lieu, le titre ou le type, chaque "
            "personne convoquée en reçoit l’annonce et son agenda est corrigé. Un nouveau programme ne part que si "
            "vous renvoyez la convocation."
        )

    def save(self, form: SeanceEditForm, expected_version: int) -> Seance:
        fresh, self.owed = update_seance(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )
        return fresh

    def get_success_message(self) -> str:
        told = f" {plural(self.owed, 'personne prévenue', 'personnes prévenues')} du changement." if self.owed else ""
        return f"La séance est enregistrée.{told}"


class CompteRendu(MinutesMixin, EquipeMixin, MissionEdit):
    """The minutes, by the team."""

    form_class = CompteRenduForm


class Participants(EquipeMixin, ChooseMixin, MissionCreate):
    """Choose among the structures, the DLA, the prestataire, the partners; or name somebody else (the form)."""

    template_name = "missions/seances/participants.html"
    form_class = ParticipantForm
    anchor = "participants"
    labels = tuple(SourceSeance.labels)
    key_of = staticmethod(services.key_of)

    def refusal(self, obj: Any) -> str:
        return self.seance.why_frozen

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "convention": self.convention}

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(convention=self.convention, salles=self.salles(), **context)

    def candidates(self) -> Iterable[Candidate]:
        return services.candidates(self.seance)

    def proposed_keys(self, known: list[Candidate]) -> set[str]:
        return services.proposed(self.seance, known)

    def add(self, keys: list[str]) -> list[ParticipantSeance]:
        return services.add_participants(self.seance, keys, actor=self.actor)

    def save(self, form: ParticipantForm) -> ParticipantSeance:
        return services.add_other(self.seance, form.values(), actor=self.actor)


class Participant(_Edit):
    """Correct who comes."""

    form_class = ParticipantEditForm
    success_message = "Le participant est à jour."
    anchor = "participants"
    help_text = (
        "Pour corriger ou compléter. Si quelqu’un d’autre vient à sa place, retirez cette personne et ajoutez l’autre "
        ": chacune en sera prévenue."
    )

    def get_object(self) -> ParticipantSeance:
        return self.participant(self.kwargs["participant"])

    def get_page_title(self) -> str:
        return f"Participant : {self.object.organisme}"

    def save(self, form: ParticipantEditForm, expected_version: int) -> ParticipantSeance:
        return services.update_participant(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )


@method_decorator(require_POST, name="dispatch")
class Retirer(EquipeMixin, MissionView):
    """Expect somebody no more."""

    anchor = "participants"

    def post(self, request: HttpRequest, *args: Any, participant: int, **kwargs: Any) -> HttpResponse:
        row = self.participant(participant)
        services.remove_participant(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {row} » n’est plus attendu à la séance.")
        return self.home()


class Presences(EquipeMixin, PresencesMixin, MissionView):
    """Note who came, by the team."""

    writes = True
    anchor = "participants"
    form_class = PresencesForm
    template_name = "missions/seances/presences.html"

    def form(self, data: Any = None) -> PresencesForm:
        return PresencesForm(data, rows=self.expected(), seance=self.seance)

    def set_presences(self, form: PresencesForm) -> int:
        return services.set_presences(self.seance, form.noted(), actor=self.actor, pilote=form.pilote)

    def nobody(self) -> str:
        return self.address("missions:seance_participants", self.seance.pk)
