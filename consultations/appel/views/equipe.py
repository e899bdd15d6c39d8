"""The team's page of a call, under « Mise en concurrence »: where it stands, who is invited, what was asked."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from consultations.appel import conditions, notices, presenters
from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.forms import AppelForm
from consultations.appel.lifecycle import BY_SERVICES
from consultations.appel.models import Appel, Invitation, RemiseVersion
from consultations.appel.permissions import why_not_call, why_not_invite
from consultations.appel.registry import SUITES_EQUIPE, received
from consultations.appel.services import cycle, preparation
from consultations.appel.services.base import latest_version
from consultations.appel.services.simplifiee import why_not_preselect
from consultations.consultes.presenters import TAB
from core.errors import DomainError, InvalidInput
from core.formats import format_date, format_datetime, plural
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from mobilisation.prestataires.services import savoirs_of
from partners.recherche.presenters import asked_words
from partners.recherche.registry import sollicitations
from projects.dossier.views.base import IngenierieMixin, IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit


class AppelMixin(IngenierieMixin):
    """``self.appel``: a call of the ingénierie (404 otherwise)."""

    tab = TAB
    related = ("pilote__region",)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.appel = get_object_or_404(
            Appel.objects.select_related("version_diffusee"), pk=kwargs["appel_pk"], ingenierie=self.ingenierie
        )
        self.appel.ingenierie = self.ingenierie

    def appel_url(self) -> str:
        return reverse("consultations:appel", args=[self.ingenierie.pk, self.appel.pk])


class AppelEdit(AppelMixin):
    """Put before an edit or create page of a call: who runs it, and back to its page (``anchor``)."""

    anchor = ""
    template_name = "consultations/appel/edit.html"

    def refusal(self, obj: Any) -> str:
        return why_not_call(self.ingenierie, self.actor)

    def get_success_url(self) -> str:
        return self.appel_url() + (f"#{self.anchor}" if self.anchor else "")

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(appel=self.appel, **context)


def invitation_rows(appel: Appel, actor: Any) -> list[dict[str, Any]]:
    """Those invited, with where each stands and what it was given: five queries, for any number of them."""
    remises = RemiseVersion.objects.select_related("version").order_by("at", "pk")
    rows = list(appel.invitations.select_related("prestataire").prefetch_related(Prefetch("remises", queryset=remises)))
    asked = sollicitations([row.prestataire_id for row in rows])
    failed = notices.not_sent(rows)
    may_run = not why_not_call(appel.ingenierie, actor)
    told = []
    for row in rows:
        row.appel = appel
        words, tag = presenters.standing(row)
        told.append(
            {
                "pk": row.pk,
                "version": row.version,
                "name": str(row.prestataire),
                "standing": words,
                "tag": tag,
                "sent": format_datetime(row.envoyee_at),
                "times": row.envois,
                "read": format_datetime(row.lue_at),
                "not_sent": row.pk in failed,
                "asked": asked_words(asked.get(row.prestataire_id)),
                "declined": presenters.declined_words(row),
                "declined_at": format_date(row.decline_at),
                "mot": row.mot,
                "remises": [f"version {r.version.numero}, le {format_datetime(r.at)}" for r in row.remises.all()],
                "answers": presenters.answers(row),
                "answered_at": format_datetime(row.repondu_at),
                "preselected": format_datetime(row.pre_retenu_at),
                "can_remove": may_run and row.envoyee_at is None,
                "can_resend": may_run and row.envoyee_at is not None and appel.state == EtatAppel.OUVERT,
                "can_preselect": appel.is_simplifie
                and appel.state == EtatAppel.OUVERT
                and bool(row.positionne)
                and not why_not_preselect(row, actor),
            }
        )
    return told


class AppelPage(AppelMixin, IngenierieView):
    """One call, whole."""

    def get(self, request: HttpRequest, pk: int, appel_pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        appel, actor = self.appel, self.actor
        why_not = why_not_call(self.ingenierie, actor)
        invited = invitation_rows(appel, actor)
        count = received([appel.pk]).get(appel.pk, 0)
        running = appel.state in (EtatAppel.OUVERT, EtatAppel.PRERETENU)
        rectified = cycle.rectified_version(appel)
        return self.page(
            "consultations/appel/appel.html",
            {
                "appel": appel,
                "etat": appel.get_state_display(),
                "mode": appel.get_mode_display(),
                "deadline": appel.date_limite_texte,
                "countdown": presenters.countdown(appel),
                "closed": appel.is_closed and appel.state == EtatAppel.OUVERT,
                "numero": appel.version_diffusee.numero if appel.version_diffusee else None,
                "sheet": presenters.sheet(appel),
                "can_run": not why_not,
                "why_not": why_not,
                "actions": [] if why_not else self._actions(),
                "invited": invited,
                "counts": _counts(invited, count, appel),
                "regle": conditions.rule(appel),
                "out_of_rule": conditions.out_of_rule(appel, len(invited)),
                "why_not_invite": why_not_invite(appel, actor),
                "rectified": rectified,
                "questions": presenters.questions(appel, answered=False),
                "answers_open": running and not why_not,
                "rencontre": getattr(appel, "rencontre", None),
                "extensions": list(appel.prolongations.all()),
                "can_extend": not why_not and appel.state == EtatAppel.OUVERT and not (appel.is_closed and count),
                "can_reopen": not why_not and appel.state == EtatAppel.SANS_SUITE and not count,
                "can_go_complete": not why_not and appel.state == EtatAppel.OUVERT and appel.is_simplifie,
                "can_meet": not why_not
                and not appel.is_simplifie
                and appel.state in (EtatAppel.PREPARATION, EtatAppel.OUVERT),
                "untold": not why_not
                and not appel.ce_que_sait
                and appel.state in (EtatAppel.PREPARATION, EtatAppel.OUVERT)
                and savoirs_of(self.ingenierie).answered().exists(),
                "empty_handed": appel.state == EtatAppel.OUVERT and appel.is_closed and not count,
                "no_version": appel.is_simplifie and running and latest_version(self.ingenierie) is None,
                "suites": [suite for read in SUITES_EQUIPE for suite in read(appel, actor)],
                "refused": refused,
                "reason": reason,
            },
            status=status,
        )

    def _actions(self) -> list[Any]:
        return [a for a in available_actions(self.appel, self.actor) if a.action.name not in BY_SERVICES]


def _counts(invited: list[dict[str, Any]], count: int, appel: Appel) -> str:
    """« 3 invités, 1 compte répondre, 1 ne se positionne pas, 2 propositions reçues »: never whose."""
    told = [plural(len(invited), "prestataire invité", "prestataires invités")]
    for words, one, many in (
        ("compte répondre", "compte répondre", "comptent répondre"),
        ("positionné", "positionné", "positionnés"),
        ("ne se positionne pas", "ne se positionne pas", "ne se positionnent pas"),
    ):
        if n := sum(1 for row in invited if row["standing"] == words):
            told.append(plural(n, one, many))
    if count:
        told.append(plural(count, "proposition reçue", "propositions reçues"))
    return ", ".join(told)


@method_decorator(require_POST, name="dispatch")
class AppelCycle(ActionMixin, AppelPage):
    """One action of the lifecycle that a plain button does; the service says who may and what is missing."""

    def perform(self, action: str, **shown: Any) -> Appel:
        if action == "ouvrir":
            return cycle.open_call(
                self.appel, actor=self.actor, expected_state=shown["expected_state"], version=shown["version"]
            )
        acts = {"annuler": cycle.cancel, "sans_suite": cycle.close_without}
        if action not in acts:
            raise InvalidInput("Cette action n’existe pas : rechargez la page.")
        return acts[action](self.appel, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Appel) -> str:
        return self.appel_url()


#: What each mode is, said where one chooses.
MODES = {
    ModeAppel.COMPLETE: "Chaque prestataire reçoit le cahier des charges diffusé et envoie une proposition.",
    ModeAppel.SIMPLIFIEE: "Chaque prestataire répond d’abord à quatre questions, sans savoir de quelle structure il "
    "s’agit ; un seul, pré-retenu, reçoit ensuite le cahier des charges.",
    ModeAppel.SANS_CONCURRENCE: "Un seul prestataire reçoit le cahier des charges diffusé ; vous dites pourquoi.",
}


class ByMode:
    """The mode of the call is a link of the page (``?mode=``): the form asks what that mode needs, and nothing else."""

    request: HttpRequest

    def mode(self) -> str:
        """The mode asked for, or the one of what is typed; ``""`` when none is chosen yet."""
        asked = self.request.POST.get("mode") or self.request.GET.get("mode", "")
        return asked if asked in ModeAppel.values else ""

    def modes(self, appel: Appel, chosen: str) -> list[dict[str, Any]]:
        """Those that this call may have, each with its address; none where there is no choice."""
        sent = appel.version_diffusee_id is not None or latest_version(appel.ingenierie) is not None
        offered = [
            mode
            for mode in ModeAppel
            if (sent or mode == ModeAppel.SIMPLIFIEE) and not (appel.retour_complet_at and mode == ModeAppel.SIMPLIFIEE)
        ]
        return [
            {"label": mode.label, "told": MODES[mode], "url": f"?mode={mode}", "on": mode == chosen} for mode in offered
        ]


class Preparer(ByMode, IngenierieCreate):
    """Begin a call: its mode first; then the deadline of the diffused version is proposed, and what the dossier knows
    of the structure."""

    tab = TAB
    route = "consultations:prestataire"
    template_name = "consultations/appel/edit.html"
    page_title = "Préparer un appel aux prestataires"
    submit_label = "Préparer l’appel"
    success_message = "L’appel est préparé : choisissez maintenant qui est invité. Rien n’est encore envoyé."
    form_class = AppelForm

    def refusal(self, obj: Any) -> str:
        return why_not_call(self.ingenierie, self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        self.latest = latest_version(self.ingenierie)
        blank = Appel(ingenierie=self.ingenierie)
        if self.latest is not None:
            blank.date_limite, blank.fuseau = self.latest.date_limite, self.latest.cahier.fuseau
        kwargs = super().get_form_kwargs()
        kwargs.pop("initial", None)
        regle = conditions.rule(blank).nombre
        self.blank = blank
        return {**kwargs, "instance": blank, "regle": regle, "mode": self.mode()}

    def get_proposals(self) -> dict[str, Any]:
        return presenters.known(self.ingenierie)

    def save(self, form: AppelForm) -> Appel:
        return preparation.prepare(self.ingenierie, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        if self.created is not None:
            return reverse("consultations:appel", args=[self.ingenierie.pk, self.created.pk])
        return super().get_success_url()

    def get_context(self, **context: Any) -> dict[str, Any]:
        help_text = (
            f"Sera envoyée la version {self.latest.numero} du cahier des charges."
            if self.latest is not None
            else "Le cahier des charges n’est pas diffusé : seul l’appel simplifié peut être préparé ; le cahier sera "
            "remis au prestataire pré-retenu."
        )
        chosen = self.mode()
        modes = self.modes(self.blank, chosen)
        return super().get_context(**{**context, "help_text": help_text, "modes": modes, "choose": not chosen})

    def mode(self) -> str:
        """Without a diffused version there is one mode only."""
        return super().mode() or ("" if self.latest is not None else ModeAppel.SIMPLIFIEE)


class Modifier(ByMode, AppelEdit, IngenierieEdit):
    """Change a call that is still being prepared, its mode too."""

    page_title = "Modifier l’appel"
    form_class = AppelForm

    def get_object(self) -> Appel:
        return self.appel

    def refusal(self, obj: Appel) -> str:
        refusal = super().refusal(obj)
        if not refusal and obj.state != EtatAppel.PREPARATION:
            refusal = "L’appel est parti : prolongez-le, ou publiez une précision à tous."
        return refusal

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "regle": conditions.rule(self.appel).nombre, "mode": self.mode()}

    def get_context(self, **context: Any) -> dict[str, Any]:
        modes = self.modes(self.appel, self.mode() or self.appel.mode)
        return super().get_context(**{**context, "modes": modes if len(modes) > 1 else []})

    def save(self, form: AppelForm, expected_version: int) -> Appel:
        return preparation.update(self.appel, form.values(), actor=self.actor, expected_version=expected_version)


def invitation_of(appel: Appel, pk: int) -> Invitation:
    """An invitation of this call; else ``Http404``."""
    found = get_object_or_404(Invitation.objects.select_related("prestataire"), pk=pk, appel=appel)
    found.appel = appel
    return found
