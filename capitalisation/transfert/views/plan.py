"""The room « Plan de transfert »: what is kept, what is decided, the avis, the rows; its life, its PDF."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from capitalisation.transfert import forms
from capitalisation.transfert.documents import plan_docx, when, who
from capitalisation.transfert.enums import EtatPlan, Nature, Suite
from capitalisation.transfert.lifecycle import manques
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from capitalisation.transfert.permissions import why_not_begin, why_not_follow, why_not_write
from capitalisation.transfert.services import plan as services
from capitalisation.transfert.views.base import HOME, CapitalisationEdit, CapitalisationView, PlanMixin
from core import clock
from core.documents.docx import docx_response
from core.documents.jobs import request_document
from core.errors import DomainError
from core.formats import format_date, format_datetime
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from core.views.once import sent_once


class Page(CapitalisationView):
    """The plan; an invitation to begin it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        plan = services.plan_of(self.ingenierie)
        if plan is None:
            refusal = why_not_begin(self.actor, self.ingenierie)
            return self.page("capitalisation/transfert/commencer.html", {"can_begin": not refusal, "why_not": refusal})
        lignes = list(plan.lignes.all())
        lacking = [] if plan.is_decided else manques(plan)
        today = clock.today()
        return self.page(
            "capitalisation/transfert/plan.html",
            {
                "plan": plan,
                "etat": plan.get_state_display(),
                "depuis": format_datetime(plan.state_since),
                "editable": not plan.why_frozen and not why_not_write(self.actor, self.ingenierie),
                "follows": plan.state == EtatPlan.DECIDE and not why_not_follow(self.actor, self.ingenierie),
                "natures": [(label, getattr(plan, code)) for code, label in Nature.choices],
                "suite": plan.get_suite_display() if plan.suite else "",
                "rien": plan.suite == Suite.RIEN,
                "avis_le": format_date(plan.avis_le) if plan.avis_le else "",
                "echeance": format_date(plan.echeance) if plan.echeance else "",
                "lignes": [_row(ligne, ligne.is_late(today)) for ligne in lignes],
                "lacking": lacking,
                "actions": available_actions(plan, self.actor),
                "brief": "Complétez d’abord ce qui manque." if lacking else "",
                "refused": refused,
                "reason": reason,
            },
            status=status,
        )


def _row(ligne: LigneTransfert, late: bool) -> dict[str, Any]:
    return {
        "pk": ligne.pk,
        "version": ligne.version,
        "quoi": ligne.quoi,
        "nature": ligne.get_nature_display(),
        "a_qui": who(ligne.get_destinataire_display(), ligne.qui),
        "par_qui": who(ligne.get_responsable_display(), ligne.responsable_qui),
        "forme": ligne.forme_dite,
        "ton": ligne.ton_dit,
        "quand": when(ligne),
        "fait": ligne.fait_le is not None,
        "late": late,
    }


@method_decorator(require_POST, name="dispatch")
class Commencer(CapitalisationView):
    """Begin it."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.begin(self.ingenierie, actor=self.actor)
        messages.success(request, "Le plan de transfert est commencé.")
        return redirect(HOME, self.ingenierie.pk)


@method_decorator(require_POST, name="dispatch")
class Cycle(PlanMixin, ActionMixin, Page):
    """One action of its life."""

    def why_not(self) -> str:
        return why_not_follow(self.actor, self.ingenierie)

    def perform(self, action: str, **shown: Any) -> PlanTransfert:
        return services.perform_action(self.plan, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: PlanTransfert) -> str:
        return self.address()


_PARTIES: dict[str, tuple[str, type]] = {
    "nature": ("Ce que l’on garde", forms.NatureForm),
    "comite": ("Avis du comité d’appui", forms.ComiteForm),
    "decision": ("Ce qui est transférable", forms.DecisionForm),
}


class Ecrire(PlanMixin, CapitalisationEdit):
    """One part of the plan."""

    success_message = "Le plan de transfert est enregistré."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kwargs["partie"] not in _PARTIES:
            raise Http404
        self.anchor = kwargs["partie"]

    @property
    def form_class(self) -> type:
        return _PARTIES[self.anchor][1]

    def get_object(self) -> PlanTransfert:
        return self.plan

    def refusal(self, obj: PlanTransfert) -> str:
        return obj.why_frozen

    def get_page_title(self) -> str:
        return _PARTIES[self.anchor][0]

    def save(self, form: Any, expected_version: int) -> PlanTransfert:
        return services.write(self.plan, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class Apercu(PlanMixin, CapitalisationView):
    """Ask for the PDF: who reads the dossier may."""

    def check_writes(self) -> None:
        return None

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        job = request_document(services.DOCUMENT, self.plan.pk, actor=self.actor)
        back = reverse(HOME, args=[self.ingenierie.pk])
        return redirect(f"{reverse('core:job_detail', args=[job.pk])}?{urlencode({'retour': back})}")


class Docx(PlanMixin, CapitalisationView):
    """As DOCX."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return docx_response(plan_docx(self.plan))
