"""The page of the final report: its six parts, what is missing, what may be done now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from core.documents.docx import docx_response
from core.documents.jobs import request_document
from core.errors import DomainError, NotAllowed
from core.lifecycle import ActionState, available_actions
from core.views.actions import ActionMixin
from core.views.once import sent_once
from missions.mission.permissions import why_not_fill
from missions.mission.views.base import EspaceMission, MissionView
from missions.rapports import presenters, services
from missions.rapports.completude import manques
from missions.rapports.documents import rapport_docx
from missions.rapports.models import RapportFinal
from missions.rapports.permissions import why_not_write
from missions.rapports.views.base import RapportMixin


class _Detail(RapportMixin):
    """The report as it stands; before it is begun, what it will hold and the button that begins it."""

    template = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        rapport = self.rapport
        if rapport is None:
            context = {
                "may_begin": not why_not_fill(self.actor, self.convention),
                "begin_url": self.route("rapport_commencer"),
                **presenters.preview(self.convention),
            }
            return self.page(self.template, {**context, "rapport": None}, status=status)
        editable = not why_not_write(self.actor, rapport)
        lacking = manques(rapport) if editable else []
        return self.page(
            self.template,
            {
                "rapport": rapport,
                "editable": editable,
                "lacking": lacking,
                "lacking_parts": {manque.partie for manque in lacking},
                "actions": self.actions(rapport),
                "action_url": self.route("rapport_action"),
                "refused": refused,
                "reason": reason,
                "brief": "Complétez d’abord ce qui manque." if lacking else "",
                "docx_url": self.route("rapport_docx"),
                "apercu_url": self.route("rapport_apercu"),
                **presenters.page_of(rapport, self),
                **self.more(rapport),
            },
            status=status,
        )

    def actions(self, rapport: RapportFinal) -> list[ActionState]:
        return available_actions(rapport, self.actor)

    def more(self, rapport: RapportFinal) -> dict[str, Any]:
        return {}


class Detail(_Detail, MissionView):
    """For the team: what its recommendations become is here too."""

    template = "missions/rapports/rapport.html"

    def more(self, rapport: RapportFinal) -> dict[str, Any]:
        return {"reprises": presenters.reprises(rapport, self.can_write)}


class EspaceDetail(_Detail, EspaceMission):
    """For the prestataire."""

    espace = "mission"
    template = "missions/rapports/espace_rapport.html"

    def actions(self, rapport: RapportFinal) -> list[ActionState]:
        """What only the team does is not « pas encore possible »: it is not shown."""
        return [state for state in super().actions(rapport) if not state.refusal]


class _Commencer(RapportMixin):
    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.begin(self.convention, actor=self.actor)
        messages.success(request, "Le rapport est commencé : ce qui est déjà connu y est repris.")
        return redirect(self.route("rapport"))


@method_decorator(require_POST, name="dispatch")
class Commencer(_Commencer, MissionView):
    """Begin the report, by the team."""


@method_decorator(require_POST, name="dispatch")
class EspaceCommencer(_Commencer, EspaceMission):
    """Begin the report, by the prestataire."""

    espace = "mission"


class _Action(ActionMixin):
    """One action of the life of the report; the service says who may and what is missing."""

    def perform(self, action: str, **shown: Any) -> RapportFinal:
        rapport = self.rapport or get_object_or_404(RapportFinal, convention=self.convention)
        return services.perform_action(rapport, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: RapportFinal) -> str:
        return self.route("rapport")


@method_decorator(require_POST, name="dispatch")
class Action(_Action, Detail):
    """By the team."""


@method_decorator(require_POST, name="dispatch")
class EspaceAction(_Action, EspaceDetail):
    """By the prestataire."""


class _Begun(RapportMixin):
    def begun(self) -> RapportFinal:
        return self.rapport or get_object_or_404(RapportFinal, convention=self.convention)


class _Docx(_Begun):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return docx_response(rapport_docx(self.begun()))


class Docx(_Docx, MissionView):
    """The report as it stands now, as DOCX."""


class EspaceDocx(_Docx, EspaceMission):
    """The same for the prestataire."""

    espace = "mission"


class _Apercu(_Begun):
    def check_writes(self) -> None:
        """Printing writes nothing in the dossier: who reads may do it."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        job = request_document(services.DOCUMENT_PROJET, self.begun().pk, actor=self.actor)
        return redirect(f"{reverse('core:job_detail', args=[job.pk])}?{urlencode({'retour': self.route('rapport')})}")


@method_decorator(require_POST, name="dispatch")
class Apercu(_Apercu, MissionView):
    """Ask for a preview in PDF."""


@method_decorator(require_POST, name="dispatch")
class EspaceApercu(_Apercu, EspaceMission):
    """The same for the prestataire."""

    espace = "mission"


class _Pdf(_Begun):
    """The sealed PDF of the accepted report; the page of the report while it is being made."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        version = services.accepted_version(self.begun())
        document = services.pdf_of(version) if version is not None else None
        if document is None:
            raise NotAllowed("Le PDF du rapport accepté n’est pas encore prêt : revenez dans quelques instants.")
        return redirect(reverse("core:document", args=[document.pk]))


class Pdf(_Pdf, MissionView):
    """For the team."""


class EspacePdf(_Pdf, EspaceMission):
    """For the prestataire."""

    espace = "mission"
