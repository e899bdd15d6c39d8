"""Passing a gate: conditions, overrides, attestations, opinion of the C2RA."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.lifecycle import available_actions
from projects import gates, methodology, permissions, services
from projects.enums import Etat
from projects.forms import ActionForm, AttestationForm, AvisC2RAForm
from projects.models import Attestation
from projects.views.base import IngenierieView


class _GateView(IngenierieView):
    tab = "etape"

    def cancel_url(self) -> str:
        return reverse("projects:etape", args=[self.ingenierie.pk])


class Etape(_GateView):
    """Where the ingénierie stands, what the gate asks, who decides, what was passed over."""

    tab = "etape"

    def context(self) -> dict[str, Any]:
        actions = available_actions(self.ingenierie, self.actor)
        forward = [a for a in actions if a.action.name in ("engager", "confirmer", "finaliser", "cloturer")]
        return {
            "error": None,
            "typed": {"reason": ""},
            "forward": forward[0] if forward else None,
            "others": [a for a in actions if a not in forward],
            "levees": list(self.ingenierie.conditions_levees.all()[:50]),
            "avis": list(self.ingenierie.avis_c2ra.select_related("organisation")[:20]),
            "can_give_avis": self.ingenierie.is_open and permissions.can_give_avis(self.actor, self.ingenierie),
        }

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page("projects/etape.html", self.context())

    def check_writes(self) -> None:
        # The lifecycle itself says who may do what; a closed ingénierie may be reopened.
        return None

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ActionForm(request.POST)
        if not form.is_valid():
            raise InvalidInput("Cette page n’est plus à jour : rechargez-la puis recommencez.")
        data = form.cleaned_data
        overrides = {
            key.removeprefix("motif-"): value for key, value in request.POST.items() if key.startswith("motif-")
        }
        try:
            fresh = services.perform_action(
                self.ingenierie,
                data["action"],
                actor=self.actor,
                expected_state=data["expected_state"],
                version=data["version"],
                reason=data["reason"],
                overrides=overrides,
            )
        except (ConditionsNotMet, InvalidInput) as error:
            return self.page(
                "projects/etape.html",
                {**self.context(), "error": error, "typed": {"reason": data["reason"], **overrides}},
                status=error.status,
            )
        messages.success(request, f"L’ingénierie est maintenant à l’étape « {Etat(fresh.state).label} ».")
        return redirect("projects:etape", pk)


class Attester(_GateView):
    """The pilot's written word for a condition the application does not hold."""

    tab = "etape"
    writes = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        conditions = methodology.get(self.ingenierie.methodologie_id).gates.get(self.ingenierie.state, ())
        self.condition = next((c for c in conditions if c.code == kwargs["condition"]), None)
        if self.condition is None or self.condition.code in gates.CONDITIONS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def check_writes(self) -> None:
        super().check_writes()
        refusal = permissions.why_not_pilot(self.actor, self.ingenierie)
        if refusal:
            raise NotAllowed(refusal)

    def _show(self, form: AttestationForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "condition": self.condition, "cancel_url": self.cancel_url(), "conflict": None}
        return self.page("projects/attester.html", context, status=status)

    def get(self, request: HttpRequest, pk: int, condition: str) -> HttpResponse:
        given = Attestation.objects.filter(ingenierie=self.ingenierie, condition=condition).first()
        return self._show(AttestationForm(initial={"date": given.date, "text": given.text} if given else None))

    def post(self, request: HttpRequest, pk: int, condition: str) -> HttpResponse:
        form = AttestationForm(request.POST)
        if not form.is_valid():
            return self._show(form, 422)
        services.attest(self.ingenierie, condition, actor=self.actor, **form.cleaned_data)
        messages.success(request, "L’attestation est enregistrée.")
        return redirect("projects:etape", pk)


class DonnerAvis(_GateView):
    """The C2RA's opinion at the present gate."""

    tab = "etape"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not permissions.can_give_avis(self.actor, self.ingenierie):
            raise NotAllowed("Seul le C2RA d’une région de cette ingénierie donne cet avis.")
        if not self.ingenierie.is_open:
            raise NotAllowed("L’ingénierie est terminée : il n’y a plus d’étape sur laquelle donner un avis.")
        return super().dispatch(request, *args, **kwargs)

    def check_writes(self) -> None:
        return None

    def _show(self, form: AvisC2RAForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "cancel_url": self.cancel_url(), "conflict": None}
        return self.page("projects/avis_c2ra.html", context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        given = self.ingenierie.avis_c2ra.filter(
            step=self.ingenierie.state, organisation=self.actor.organisation
        ).first()
        return self._show(
            AvisC2RAForm(initial={"sens": given.sens, "commentaire": given.commentaire} if given else None)
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = AvisC2RAForm(request.POST)
        if not form.is_valid():
            return self._show(form, 422)
        services.give_avis_c2ra(self.ingenierie, actor=self.actor, **form.cleaned_data)
        messages.success(request, "L’avis du C2RA est enregistré et visible du pilote.")
        return redirect(reverse("projects:etape", args=[pk]))
