"""Who is expected at a meeting, who came."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import InvalidInput
from core.formats import plural
from core.views.actions import posted_version
from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.services.participants import PresencesConflict
from engagement.reunions.enums import SourceParticipant
from engagement.reunions.forms import ParticipantEditForm, ParticipantForm, PresencesForm
from engagement.reunions.models import ParticipantReunion, Reunion
from engagement.reunions.services.participants import (
    add_other,
    add_participants,
    candidates,
    key_of,
    remove_participant,
    set_presences,
    update_participant,
)
from engagement.reunions.services.reunions import resend
from engagement.reunions.views.reunions import Detail, ReunionEdit, ReunionMixin, ReunionView
from projects.dossier.views.editing import IngenierieCreate

_SOURCES = (SourceParticipant.PARTENAIRE, SourceParticipant.STRUCTURE, SourceParticipant.MEMBRE)


class Participants(ReunionMixin, IngenierieCreate):
    """Choose among partners, structures and members; or name somebody else (the form)."""

    template_name = "engagement/reunions/participants.html"
    form_class = ParticipantForm
    anchor = "participants"

    def refusal(self, obj: Any) -> str:
        return self.reunion.why_frozen

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "prefix": "autre"}

    def get_context(self, **context: Any) -> dict[str, Any]:
        present = {key_of(row) for row in self.reunion.participants.expected()}
        groups: dict[str, list[dict[str, Any]]] = {source.label: [] for source in _SOURCES}
        for c in candidates(self.ingenierie):
            groups[c.source.label].append(
                {
                    "key": c.key,
                    "organisme": c.organisme,
                    "nom": ", ".join(filter(None, (c.personne, c.fonction))),
                    "email": c.email,
                    "note": c.note,
                    "present": c.key in present,
                }
            )
        return super().get_context(
            reunion=self.reunion,
            groups=list(groups.items()),
            other_open=context["form"].is_bound,
            convened=self.reunion.state == EtatRendezvous.CONVOQUEE,
            **context,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "autre" in request.POST:
            return super().post(request, *args, **kwargs)
        added = add_participants(self.reunion, request.POST.getlist("qui")[:300], actor=self.actor)
        if added:
            messages.success(request, f"{plural(len(added), 'participant ajouté', 'participants ajoutés')}.")
        else:
            messages.info(request, "Personne de plus n’est attendu : cochez les personnes à ajouter.")
        return self.home()

    def save(self, form: ParticipantForm) -> ParticipantReunion:
        return add_other(self.reunion, form.values(), actor=self.actor)

    def get_success_message(self) -> str:
        return f"« {self.created} » est attendu à la réunion."


def _participant(reunion: Reunion, pk: int) -> ParticipantReunion:
    found = get_object_or_404(reunion.participants.expected(), pk=pk)
    found.reunion = reunion
    return found


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
        return _participant(self.reunion, self.kwargs["participant"])

    def get_page_title(self) -> str:
        return f"Participant : {self.object.organisme}"

    def save(self, form: ParticipantEditForm, expected_version: int) -> ParticipantReunion:
        return update_participant(self.object, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class Retirer(ReunionView):
    """Expect somebody no more."""

    anchor = "participants"

    def post(self, request: HttpRequest, pk: int, reunion: int, participant: int) -> HttpResponse:
        row = _participant(self.reunion, participant)
        remove_participant(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {row} » n’est plus attendu à la réunion.")
        return self.home()


@method_decorator(require_POST, name="dispatch")
class Renvoyer(Detail):
    """Send the convocation of one person again: her mail did not leave."""

    anchor = "participants"

    def post(self, request: HttpRequest, pk: int, reunion: int, participant: int) -> HttpResponse:
        row = _participant(self.reunion, participant)
        try:
            owed = resend(self.reunion, actor=self.actor, expected_version=posted_version(request), only=row)
        except InvalidInput as error:
            return self.show(status=error.status, refused=error)
        if owed:
            messages.success(request, f"La convocation de « {row} » repart.")
        else:
            messages.info(request, f"« {row} » n’a pas d’adresse électronique : complétez sa ligne.")
        return self.home()


class Presences(ReunionView):
    """Note who came, all on one page; two people may share it."""

    writes = True
    anchor = "participants"

    def show(self, form: PresencesForm, status: int = 200, conflict: PresencesConflict | None = None) -> HttpResponse:
        context = {"reunion": self.reunion, "form": form, "lines": form.lines(), "conflict": conflict}
        return self.page("engagement/reunions/presences.html", context, status=status)

    def form(self, data: Any = None) -> PresencesForm:
        return PresencesForm(data, rows=self.reunion.participants.expected())

    def get(self, request: HttpRequest, pk: int, reunion: int) -> HttpResponse:
        if not self.reunion.participants.expected().exists():
            return redirect("engagement:reunion_participants", pk, reunion)
        return self.show(self.form())

    def post(self, request: HttpRequest, pk: int, reunion: int) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            count = set_presences(self.reunion, form.noted(), actor=self.actor)
        except PresencesConflict as conflict:
            return self.show(form.again(conflict.rows), conflict.status, conflict)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(form, 422)
        messages.success(request, f"Présences enregistrées ({plural(count, 'changement')}).")
        return self.home()
