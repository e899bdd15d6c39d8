"""Passing a gate: conditions, overrides, attestations, opinion of the C2RA."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import DomainError, NotAllowed
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from projects.cycle import demandes, gates, services
from projects.cycle.models import Attestation, AvisC2RA
from projects.dossier.forms import AttestationForm, AvisC2RAForm
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieCreate
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.methodologie import methodology


class Etape(ActionMixin, IngenierieView):
    """Where the ingénierie stands, what the gate asks, who decides, what was passed over."""

    tab = "etape"

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        actions = available_actions(self.ingenierie, self.actor)
        forward = [a for a in actions if a.action.name in ("engager", "confirmer", "finaliser", "cloturer")]
        context = {
            "error": None,
            "typed": {"reason": ""},
            "forward": forward[0] if forward else None,
            "others": [a for a in actions if a not in forward],
            "levees": list(self.ingenierie.conditions_levees.all()[:50]),
            "avis": self._given(),
            **self._asking(),
            "can_give_avis": self.ingenierie.is_open and permissions.can_give_avis(self.actor, self.ingenierie),
            **context,
        }
        return self.page("projects/dossier/etape.html", context, status=status)

    def _given(self) -> list[AvisC2RA]:
        """The opinions given; ``again``: the C2RA that gave it may have its mail, which failed, sent again."""
        rows = list(self.ingenierie.avis_c2ra.select_related("organisation")[:20])
        failed = demandes.given_not_told(rows)
        for row in rows:
            row.ingenierie = self.ingenierie
            row.not_sent = row.pk in failed
            row.again = row.not_sent and demandes.why_not_tell_again(row, self.actor) is None
        return rows

    def _asking(self) -> dict[str, Any]:
        """Whether the C2RA was asked at this step, and may be."""
        i = self.ingenierie
        if i.is_individuelle or not i.is_open:
            return {"demande": None, "can_ask": False, "not_sent": False}
        found = i.demandes_avis_c2ra.filter(step=i.state).first()
        not_sent = found is not None and demandes.not_told(found)
        may = (not_sent or found is None) and demandes.why_not_ask(self.actor, i) is None and bool(demandes.c2ra_of(i))
        return {"demande": found, "can_ask": may, "not_sent": not_sent}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def check_writes(self) -> None:
        # The lifecycle itself says who may do what; a closed ingénierie may be reopened.
        return None

    def overrides(self) -> dict[str, str]:
        """The reason written for each condition passed over, by its code."""
        return {
            name.removeprefix("motif-"): text for name, text in self.request.POST.items() if name.startswith("motif-")
        }

    def perform(self, action: str, **shown: Any) -> Ingenierie:
        return services.perform_action(self.ingenierie, action, actor=self.actor, overrides=self.overrides(), **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, error=error, typed={"reason": reason, **self.overrides()})

    def get_action_message(self, action: str, obj: Ingenierie) -> str:
        return f"L’ingénierie est maintenant à l’étape « {obj.get_state_display()} »."

    def get_action_url(self, action: str, obj: Ingenierie) -> str:
        return reverse("projects:etape", args=[obj.pk])


@method_decorator(require_POST, name="dispatch")
class DemanderAvis(IngenierieView):
    """Ask the C2RA for its opinion at the present step."""

    tab = "etape"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        demandes.ask_avis_c2ra(self.ingenierie, actor=self.actor)
        messages.success(request, "L’avis est demandé : le C2RA reçoit un courrier et le trouve sur son accueil.")
        return self.back("projects:etape")


@method_decorator(require_POST, name="dispatch")
class RenvoyerAvis(IngenierieView):
    """Send again the mail that tells the pilot of an opinion, when it did not leave."""

    tab = "etape"

    def check_writes(self) -> None:
        # The C2RA that gave it does not contribute: the service says who may.
        return None

    def post(self, request: HttpRequest, pk: int, avis_pk: int) -> HttpResponse:
        avis = get_object_or_404(self.ingenierie.avis_c2ra, pk=avis_pk)
        avis.ingenierie = self.ingenierie
        if demandes.tell_given_again(avis, actor=self.actor):
            messages.success(request, "Le courrier repart.")
        else:
            messages.info(request, "Ce courrier est déjà parti, ou personne n’était à prévenir.")
        return self.back("projects:etape")


class Attester(IngenierieCreate):
    """The pilot's written word for a condition the application does not hold."""

    tab = "etape"
    route = "projects:etape"
    form_class = AttestationForm
    template_name = "projects/dossier/attester.html"
    success_message = "L’attestation est enregistrée."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        conditions = methodology.get(self.ingenierie.methodologie_id).gates.get(self.ingenierie.state, ())
        self.condition = next((c for c in conditions if c.code == kwargs["condition"]), None)
        if self.condition is None or self.condition.code in gates.CONDITIONS:
            raise Http404

    def refusal(self, obj: Ingenierie) -> str:
        return permissions.why_not_pilot(self.actor, obj) or ""

    def get_initial(self) -> dict[str, Any]:
        given = Attestation.objects.filter(ingenierie=self.ingenierie, condition=self.condition.code).first()
        return {"date": given.date, "text": given.text} if given else {}

    def save(self, form: AttestationForm) -> Attestation:
        return services.attest(self.ingenierie, self.condition.code, actor=self.actor, **form.cleaned_data)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(condition=self.condition, **context)


class DonnerAvis(IngenierieCreate):
    """The C2RA's opinion at the present gate."""

    tab = "etape"
    route = "projects:etape"
    form_class = AvisC2RAForm
    template_name = "projects/dossier/avis_c2ra.html"
    success_message = "L’avis du C2RA est enregistré et visible du pilote."

    def check_writes(self) -> None:
        # The C2RA of a région gives it without contributing.
        if not permissions.can_give_avis(self.actor, self.ingenierie):
            raise NotAllowed("Seul le C2RA d’une région de cette ingénierie donne cet avis.")
        if not self.ingenierie.is_open:
            raise NotAllowed("L’ingénierie est terminée : il n’y a plus d’étape sur laquelle donner un avis.")

    def get_initial(self) -> dict[str, Any]:
        found = self.ingenierie.avis_c2ra.filter(step=self.ingenierie.state, organisation=self.actor.organisation)
        given = found.first()
        return {"sens": given.sens, "commentaire": given.commentaire} if given else {}

    def save(self, form: AvisC2RAForm) -> AvisC2RA:
        return services.give_avis_c2ra(self.ingenierie, actor=self.actor, **form.cleaned_data)
