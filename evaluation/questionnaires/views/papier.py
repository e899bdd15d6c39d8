"""The questionnaire on paper, blank."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.documents.jobs import request_document
from core.views.once import sent_once
from evaluation.questionnaires.documents import DOCUMENT_VIERGE
from evaluation.questionnaires.views.base import QuestionnaireView


@method_decorator(require_POST, name="dispatch")
class Vierge(QuestionnaireView):
    """Ask for it: the job's page leads to the PDF. It writes nothing in the dossier: who reads may do it."""

    team_only = True

    def check_writes(self) -> None:
        """Reading suffices."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        job = request_document(DOCUMENT_VIERGE, self.questionnaire.pk, actor=self.actor)
        return redirect(f"{reverse('core:job_detail', args=[job.pk])}?{urlencode({'retour': self.here()})}")
