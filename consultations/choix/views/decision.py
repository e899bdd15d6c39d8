"""Deciding a call: the choice first, then who receives what, then one click; the file of the consultation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from consultations.appel.models import Invitation
from consultations.choix import dossier
from consultations.choix.decision import DOCUMENT_RESTITUTION, decide, preview, why_not_decide
from consultations.choix.forms import DecisionForm, EnvoisForm
from consultations.choix.models import Restitution
from consultations.choix.tasks import DOSSIER_JOB
from consultations.lecture.candidats import candidats
from consultations.lecture.permissions import why_not_compare
from consultations.lecture.views.base import AppelView
from consultations.propositions.documents import titre_de
from core.documents.frozen import kept_document
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.files import file_response
from core.formats import format_datetime, plural
from core.jobs import enqueue
from core.models import GeneratedDocument
from core.views.once import sent_once


class Decider(AppelView):
    """The choice, the preview of who receives what, the act."""

    opened = True
    writes = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refusal = why_not_decide(self.appel, self.actor)
        if refusal:
            raise NotAllowed(refusal)
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: Any = None) -> DecisionForm:
        return DecisionForm(
            data,
            initial={"version": self.appel.version},
            columns=candidats(self.appel),
            individuelle=self.ingenierie.is_individuelle,
        )

    def show(self, form: DecisionForm, *, status: int = 200) -> HttpResponse:
        """The first step."""
        return self.page(
            "consultations/choix/decider.html",
            {
                "appel": self.appel,
                "form": form,
                "why_not_compare": why_not_compare(self.actor, self.appel),
                "back": self.address("lecture"),
            },
            status=status,
        )

    def show_preview(
        self, form: DecisionForm, texts: EnvoisForm, envois: list[Any], *, refused: Any = None, status: int = 200
    ) -> HttpResponse:
        """The second step: who receives what."""
        chosen = next(e for e in envois if e.retenu)
        rows = [{"envoi": e, "champ": texts[f"texte_{e.invitation.pk}"]} for e in envois]
        hidden = [(name, form.data.get(name, "")) for name in form.fields]
        return self.page(
            "consultations/choix/decider_apercu.html",
            {
                "appel": self.appel,
                "form": texts,
                "rows": rows,
                "chosen": chosen,
                "hidden": hidden,
                "decision": form.cleaned_data,
                "choisi": dict(form.fields["choisi_par"].choices)[form.cleaned_data["choisi_par"]],
                "refused": refused,
                "back": self.address("lecture"),
            },
            status=status,
        )

    def get(self, request: HttpRequest, pk: int, appel_pk: int) -> HttpResponse:
        return self.show(self.form())

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, appel_pk: int) -> HttpResponse:
        form = self.form(request.POST)
        if request.POST.get("action") == "revenir":
            return self.show(form)
        if not form.is_valid():
            return self.show(form, status=422)
        invitation = self.candidat(form.cleaned_data["retenu"]).invitation
        envois = preview(self.appel, invitation)
        if request.POST.get("action") != "decider":
            return self.show_preview(form, EnvoisForm(envois=envois), envois)
        texts = EnvoisForm(request.POST, envois=envois)
        if not texts.is_valid():
            return self.show_preview(form, texts, envois, status=422)
        try:
            choix = decide(
                self.appel,
                invitation,
                form.cleaned_data,
                texts.texts(),
                actor=self.actor,
                expected_version=form.cleaned_data["version"],
            )
        except StaleState as error:
            # Nothing typed is lost: one reads again, then decides on the call as it stands.
            self.appel.refresh_from_db(fields=["version"])
            again = self.form({**request.POST.dict(), "version": str(self.appel.version)})
            again.is_valid()
            texts.add_error(None, error.message)
            return self.show_preview(again, texts, envois, status=error.status)
        except ConditionsNotMet as error:
            return self.show_preview(form, texts, envois, refused=error, status=error.status)
        except InvalidInput as error:
            texts.add_error(None, error.sentence)
            return self.show_preview(form, texts, envois, status=422)
        sent = plural(len(envois), "restitution est envoyée", "restitutions sont envoyées")
        messages.success(request, f"{choix.prestataire} est retenu ; {sent} et le procès-verbal est arrêté.")
        return redirect("consultations:prestataire", pk)


class MaRestitution(View):
    """What a candidate was told of its own proposition, in its space."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = Invitation.objects.for_actor(request.actor).select_related(
            "appel__ingenierie__pilote", "appel__version_diffusee", "prestataire"
        )
        invitation = get_object_or_404(found, pk=pk)
        rows = list(Restitution.objects.filter(invitation=invitation).select_related("choix").order_by("-at", "-pk"))
        if not rows:
            raise Http404
        told = []
        for row in rows:
            document = kept_document(row, DOCUMENT_RESTITUTION)
            told.append(
                {
                    "retenu": row.retenu,
                    "texte": row.texte,
                    "at": format_datetime(row.at),
                    "pdf": reverse("core:document", args=[document.pk]) if document else "",
                    "projet": reverse("projet:projet", args=[row.choix_id])
                    if row.retenu and row.choix.retire_at is None
                    else "",
                }
            )
        return render(
            request,
            "consultations/choix/restitution.html",
            {"invitation": invitation, "titre": titre_de(invitation.appel), "rows": told},
        )


class DossierDemander(AppelView):
    """Ask for the ZIP of the consultation."""

    http_method_names = ["post"]

    def check_writes(self) -> None:
        """The C2RA of the région may, though it writes nothing here."""
        refusal = dossier.why_not_export(self.appel, self.actor)
        if refusal:
            raise NotAllowed(refusal)

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, appel_pk: int) -> HttpResponse:
        asked = enqueue(DOSSIER_JOB, {"appel": self.appel.pk}, actor=self.actor)
        return redirect("core:job_detail", asked.pk)


class DossierFichier(AppelView):
    """The ZIP, for who may have it."""

    def get(self, request: HttpRequest, pk: int, appel_pk: int, document_pk: int) -> HttpResponseBase:
        if dossier.why_not_export(self.appel, self.actor):
            raise Http404
        found = get_object_or_404(
            GeneratedDocument, pk=document_pk, document_type=dossier.DOCUMENT_TYPE, object_id=self.appel.pk
        )
        return file_response(
            request, key=found.storage_key, name=found.filename, mime="application/zip", sha256=found.sha256
        )
