"""The meetings of an ingénierie: the list, one meeting, what is announced of it, what is written after it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.formats import format_date, format_datetime, plural
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from engagement.rendezvous.documents import told_counts
from engagement.rendezvous.enums import EtatRendezvous, Presence
from engagement.rendezvous.views import RendezvousMixin, ResendMixin, participant_groups, unreached
from engagement.reunions import documents
from engagement.reunions.enums import SourceParticipant
from engagement.reunions.forms import CompteRenduForm, DecisionForm, ReunionEditForm, ReunionForm
from engagement.reunions.genre import REUNION
from engagement.reunions.models import DecisionReunion, ParticipantReunion, Reunion
from engagement.reunions.services.reunions import (
    create_reunion,
    decisions_of,
    local_zone,
    perform_reunion,
    resend,
    update_reunion,
    write_minutes,
)
from projects.dossier.views.base import IngenierieMixin, IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit

TAB = "reunions"
#: Who was there, for the whole or for a part.
_THERE = (Presence.PRESENT, Presence.EN_PARTIE)


class ReunionMixin(RendezvousMixin, IngenierieMixin):
    """For the pages of one meeting: ``self.reunion``. ``anchor`` is the part of its page one goes back to."""

    tab = TAB
    genre = REUNION
    anchor = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.reunion = get_object_or_404(Reunion, ingenierie=self.ingenierie, pk=kwargs["reunion"])
        self.reunion.ingenierie = self.ingenierie
        self.rendezvous = self.reunion

    def get_success_url(self) -> str:
        url = reverse("engagement:reunion", args=[self.ingenierie.pk, self.reunion.pk])
        return f"{url}#{self.anchor}" if self.anchor else url

    def participant_url(self, what: str, row: ParticipantReunion) -> str:
        return reverse(f"engagement:{what}", args=[self.ingenierie.pk, self.reunion.pk, row.pk])

    def home(self) -> HttpResponse:
        return redirect(self.get_success_url())


class ReunionView(ReunionMixin, View):
    """A page of one meeting."""


class ReunionEdit(ReunionMixin, IngenierieEdit):
    """Editing a part of one meeting."""

    def get_object(self) -> Any:
        return self.reunion

    def refusal(self, obj: Any) -> str:
        return self.reunion.why_frozen


def row_of(reunion: Reunion) -> dict[str, Any]:
    """A line of the list."""
    expected, present = reunion.attendus, reunion.presents
    if reunion.state == EtatRendezvous.TENUE and present:
        who = f"{plural(present, 'présent')} sur {plural(expected, 'attendu')}"
    else:
        who = plural(expected, "participant attendu", "participants attendus")
    written = "compte rendu écrit" if reunion.compte_rendu else ""
    decided = plural(reunion.decidees, "décision") if reunion.decidees else ""
    if decided and reunion.restantes:
        decided += f", {reunion.restantes} à faire"
    place = reunion.ou or "Lieu à préciser"
    return {
        "url": reverse("engagement:reunion", args=[reunion.ingenierie_id, reunion.pk]),
        "nature": reunion.get_nature_display(),
        "objet": reunion.objet,
        "quand": reunion.quand,
        "lieu": place,
        "etat": reunion.get_state_display(),
        "tag": reunion.state_tag,
        "facts": " · ".join(filter(None, (who, written, decided))),
    }


class Liste(IngenierieView):
    """Meetings to come, then those past, newest first."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        expected = Q(participants__retire_le__isnull=True)
        reunions = (
            Reunion.objects.filter(ingenierie=self.ingenierie)
            .annotate(
                attendus=Count("participants", filter=expected, distinct=True),
                presents=Count("participants", filter=expected & Q(participants__presence__in=_THERE), distinct=True),
                decidees=Count("decisions", distinct=True),
                restantes=Count("decisions", filter=Q(decisions__faite_le__isnull=True), distinct=True),
            )
            .order_by("debut", "pk")
        )
        to_come = [row_of(r) for r in reunions if r.is_to_come]
        done = [row_of(r) for r in reunions if not r.is_to_come][::-1]
        return self.page(
            "engagement/reunions/reunions.html",
            {"groups": [("a-venir", "À tenir", to_come), ("passees", "Passées ou annulées", done)],
             "total": len(to_come) + len(done)},
        )  # fmt: skip


class Nouvelle(IngenierieCreate):
    """Plan a meeting."""

    tab = TAB
    route = "engagement:reunions"
    form_class = ReunionForm
    page_title = "Prévoir une réunion"
    help_text = "Rien ne part encore : vous choisirez les participants, puis vous convoquerez."
    submit_label = "Prévoir la réunion"
    success_message = "La réunion est prévue. Choisissez qui y est attendu."

    def get_initial(self) -> dict[str, Any]:
        return {"fuseau": local_zone(self.ingenierie)}

    def get_proposals(self) -> dict[str, Any]:
        """One often meets where one met."""
        last = Reunion.objects.filter(ingenierie=self.ingenierie).order_by("-debut", "-pk").first()
        return {"lieu": last.lieu, "visio": last.visio} if last else {}

    def save(self, form: ReunionForm) -> Reunion:
        return create_reunion(self.ingenierie, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        if self.created is None:
            return super().get_success_url()
        return reverse("engagement:reunion_participants", args=[self.ingenierie.pk, self.created.pk])


def decision_row(row: DecisionReunion, pk: int) -> dict[str, Any]:
    """A decision as the page shows it."""
    urls = {
        name: reverse(f"engagement:{route}", args=[pk, row.reunion_id, row.pk])
        for name, route in (("url", "decision"), ("done_url", "decision_faite"), ("remove_url", "decision_retirer"))
    }
    return {
        "pk": row.pk,
        "version": row.version,
        "texte": row.texte,
        "qui": row.qui,
        "echeance": format_date(row.echeance),
        "faite": format_date(row.faite_le),
        "done": row.faite_le is not None,
        **urls,
    }


class Detail(ReunionView):
    """One meeting: what is announced, who comes, the minutes, the decisions, what can be done now."""

    def get(self, request: HttpRequest, pk: int, reunion: int) -> HttpResponse:
        return self.show()

    def show(
        self,
        form: DecisionForm | None = None,
        *,
        status: int = 200,
        refused: DomainError | None = None,
        reason: str = "",
    ) -> HttpResponse:
        r, pk = self.reunion, self.ingenierie.pk
        header = self.header()
        participants = list(r.participants.expected())
        writes = header["can_contribute"] and not r.why_frozen
        return self.page(
            "engagement/reunions/reunion.html",
            {
                "reunion": r,
                "page_title": f"{r.get_nature_display()} du {format_date(r.date)}",
                "etat": r.get_state_display(),
                "tag": r.state_tag,
                "hint": r.state_hint,
                "nature": r.get_nature_display(),
                "quand": r.quand,
                "convoquee": format_datetime(r.convoquee_le),
                "groups": participant_groups(REUNION, participants, SourceParticipant.labels, self.participant_url),
                "count": len(participants),
                "counts": told_counts(participants) if r.state == EtatRendezvous.TENUE else "",
                "unreached": unreached(r, participants),
                "action_url": reverse("engagement:reunion_etat", args=[pk, r.pk]),
                "resend_url": reverse("engagement:reunion_renvoyer", args=[pk, r.pk]),
                "choose_url": reverse("engagement:reunion_participants", args=[pk, r.pk]),
                "presences_url": reverse("engagement:presences", args=[pk, r.pk]),
                "decisions": [decision_row(d, pk) for d in decisions_of(r)],
                "actions": available_actions(r, self.actor) if header["can_contribute"] else [],
                "writes": writes,
                "held": r.state == EtatRendezvous.TENUE,
                "resends": writes and r.state == EtatRendezvous.CONVOQUEE,
                "decision_form": form or DecisionForm(prefix="decision"),
                "decision_open": form is not None,
                "emargement": documents.EMARGEMENT,
                "compte_rendu": documents.COMPTE_RENDU,
                "refused": refused,
                "reason": reason,
            },
            status=status,
        )


@method_decorator(require_POST, name="dispatch")
class Cycle(ActionMixin, Detail):
    """One action of the lifecycle; the service says who may and what is missing."""

    def perform(self, action: str, **shown: Any) -> Reunion:
        return perform_reunion(self.reunion, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Reunion) -> str:
        if action == "tenir":
            return reverse("engagement:presences", args=[self.ingenierie.pk, obj.pk])
        return self.get_success_url()


@method_decorator(require_POST, name="dispatch")
class Renvoyer(ResendMixin, Detail):
    """Send the convocation again: to all, or to one whose mail did not leave."""

    anchor = "participants"

    def resend(self, **shown: Any) -> int:
        return resend(self.reunion, actor=self.actor, **shown)


class Modifier(ReunionEdit):
    """What is announced of the meeting."""

    form_class = ReunionEditForm

    def get_page_title(self) -> str:
        return f"Modifier : {self.reunion}"

    @property
    def help_text(self) -> str:
        if self.reunion.state != EtatRendezvous.CONVOQUEE:
            return ""
        return (
            "La réunion est convoquée : si vous changez la date, les heures, le lieu, l’objet ou le type, chaque "
            "personne convoquée en reçoit l’annonce et son agenda est corrigé. Un nouvel ordre du jour ne part que si "
            "vous renvoyez la convocation."
        )

    def save(self, form: ReunionEditForm, expected_version: int) -> Reunion:
        fresh, self.owed = update_reunion(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )
        return fresh

    def get_success_message(self) -> str:
        told = f" {plural(self.owed, 'personne prévenue', 'personnes prévenues')} du changement." if self.owed else ""
        return f"La réunion est enregistrée.{told}"


class CompteRendu(ReunionEdit):
    """The minutes, as a text."""

    form_class = CompteRenduForm
    success_message = "Le compte rendu est enregistré."

    def get_page_title(self) -> str:
        return f"Compte rendu : {self.reunion}"

    def save(self, form: CompteRenduForm, expected_version: int) -> Reunion:
        return write_minutes(
            self.object, form.cleaned_data["compte_rendu"], actor=self.actor, expected_version=expected_version
        )
