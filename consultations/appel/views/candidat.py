"""The prestataire's pages: its consultations, and each of them with what it may know at that point (002, DLA 28).

Everything is looked for among the invitations of the prestataires the person belongs to: what is another's is a 404.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET, require_POST, require_safe

from consultations.appel import presenters
from consultations.appel.enums import EtatAppel
from consultations.appel.forms import DeclinForm, MotifForm, PositionForm, QuestionForm
from consultations.appel.models import Invitation, Question
from consultations.appel.registry import AU_DECLIN, SUITES_CANDIDAT
from consultations.appel.services import questions, reponses, simplifiee
from consultations.cahier.annexes import DOCUMENT_ANNEXE
from consultations.cahier.documents import context_of
from consultations.cahier.services import DOCUMENT_DIFFUSE
from consultations.cahier.views.versions import annexed_rows, guide_url
from core.documents.frozen import kept_document
from core.errors import NotAllowed
from core.files import file_response
from core.formats import format_date, format_datetime
from core.models import Attachment, GeneratedDocument
from core.views.editing import CreateView, VersionedUpdateView
from core.views.once import sent_once
from projects.ingenierie import people


def _mine(request: HttpRequest):
    return (
        Invitation.objects.for_actor(request.actor)
        .select_related("prestataire", "appel__ingenierie__pilote__region", "appel__version_diffusee")
        .annotate(n_remises=Count("remises"))
    )


@require_GET
def consultations(request: HttpRequest) -> HttpResponse:
    """« Consultations »: those that wait for an answer first, then the others."""
    rows = []
    for row in _mine(request).order_by("appel__date_limite", "pk"):
        appel = row.appel
        waits = appel.state == EtatAppel.OUVERT and not appel.is_closed and row.decline_at is None
        rows.append(
            {
                "url": reverse("candidat:consultation", args=[row.pk]),
                "title": presenters.title_for(row),
                "pilote": str(appel.ingenierie.pilote),
                "prestataire": str(row.prestataire),
                "mode": appel.get_mode_display(),
                "etat": _told(row),
                "deadline": appel.date_limite_texte,
                "countdown": presenters.countdown(appel) if waits else "",
                "waits": waits,
            }
        )
    context = {
        "waiting": [r for r in rows if r["waits"]],
        "others": [r for r in reversed(rows) if not r["waits"]],
        "several": len({r["prestataire"] for r in rows}) > 1,
    }
    return render(request, "consultations/candidat/consultations.html", context)


def _told(invitation: Invitation) -> str:
    """Where the consultation stands, for this prestataire."""
    appel = invitation.appel
    if invitation.pre_retenu_at is not None and appel.state == EtatAppel.PRERETENU:
        return "vous êtes pré-retenu"
    if appel.state == EtatAppel.PRERETENU:
        return "un autre prestataire est pré-retenu"
    if invitation.decline_at is not None and appel.state in (EtatAppel.PREPARATION, EtatAppel.OUVERT):
        return "vous ne vous positionnez pas"
    if appel.state == EtatAppel.PREPARATION:
        return "retour au mode complet, en préparation"
    if appel.state == EtatAppel.OUVERT:
        return "date limite passée" if appel.is_closed else "ouverte"
    if appel.state == EtatAppel.DEPOUILLE:
        return "propositions en cours de lecture"
    return {
        EtatAppel.ATTRIBUE: "terminée",
        EtatAppel.ANNULE: "annulée",
        EtatAppel.SANS_SUITE: "sans suite",
    }[appel.state]


class _Candidat:
    """``self.invitation``: one of the person's (404 otherwise); ``self.object`` for the forms."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor = request.actor
        self.invitation: Invitation = get_object_or_404(_mine(request), pk=kwargs["pk"])
        self.appel = self.invitation.appel

    def get_object(self) -> Invitation:
        return self.invitation

    def get_success_url(self) -> str:
        return reverse("candidat:consultation", args=[self.invitation.pk])

    def back(self) -> HttpResponse:
        return redirect("candidat:consultation", self.invitation.pk)


class Consultation(_Candidat, View):
    """One consultation, with what this prestataire may know of it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        reponses.read(self.invitation, actor=self.actor)
        row, appel = self.invitation, self.appel
        given = row.remises.select_related("version").order_by("-version__numero").first()
        version = given.version if given else None
        sees = version is not None
        document = kept_document(version, DOCUMENT_DIFFUSE) if sees else None
        why_late = reponses.why_too_late(row)
        simplified = appel.is_simplifie and row.pre_retenu_at is None
        person = people.interlocuteur(appel.ingenierie)
        context = {
            "invitation": row,
            "appel": appel,
            "title": presenters.title_for(row),
            "prestataire": row.prestataire,
            "pilote": appel.ingenierie.pilote,
            "contact": person,
            "mode": appel.get_mode_display(),
            "etat": _told(row),
            "deadline": appel.date_limite_texte,
            "countdown": presenters.countdown(appel),
            "instant": appel.date_limite,
            "sheet": presenters.sheet(appel),
            "simplified": simplified,
            **(context_of(version.data, pilote=appel.ingenierie.pilote) if sees else {}),
            "version": version,
            "pdf": document is not None,
            "annexes": version.data["annexes"] if sees else [],
            "annexed": annexed_rows(version) if sees else [],
            "guide": version.data.get("guide") if sees else None,
            "guide_url": guide_url(version.data, self.actor) if sees else "",
            "remises": [
                {"numero": r.version.numero, "at": format_datetime(r.at), "motif": r.version.motif}
                for r in row.remises.select_related("version")
            ],
            "extensions": list(appel.prolongations.all()),
            "known": appel.ce_que_sait if sees else "",
            "rencontre": getattr(appel, "rencontre", None) if sees else None,
            "questions": presenters.questions(appel, answered=True),
            "own_waiting": [q.texte for q in row.questions.filter(repondu_at=None)],
            "can_ask": not questions.why_not_ask(row),
            "open": not why_late,
            "why_late": why_late,
            "declined": presenters.declined_words(row),
            "answers": presenters.answers(row),
            "answered_at": format_datetime(row.repondu_at),
            "why_not_propose": row.why_not_propose(),
            "suites": [suite for read in SUITES_CANDIDAT for suite in read(row, self.actor)],
            "stopped": appel.motif_fin,
            "stopped_at": format_date(appel.fin_at),
        }
        return render(request, "consultations/candidat/consultation.html", context)


@method_decorator([require_POST, sent_once], name="dispatch")
class Intention(_Candidat, View):
    """« Je compte répondre », or not any more; after a decline, « je me positionne de nouveau »."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        what = request.POST.get("action", "")
        if what == "revenir":
            reponses.come_back(self.invitation, actor=self.actor)
            messages.success(request, "Vous vous positionnez de nouveau : dites si vous comptez répondre.")
        else:
            will = what != "non"
            reponses.intend(self.invitation, will, actor=self.actor)
            messages.success(
                request,
                "C’est noté : le DLA sait que vous comptez répondre."
                if will
                else "C’est noté : le DLA sait que vous ne comptez plus répondre.",
            )
        return self.back()


class _CandidatForm(_Candidat):
    template_name = "consultations/candidat/edit.html"
    help_text = ""

    def get_context(self, **context: Any) -> dict[str, Any]:
        shown = {"title": presenters.title_for(self.invitation), "help_text": self.help_text, "appel": self.appel}
        return super().get_context(**{**shown, **context})


class Decliner(_CandidatForm, CreateView):
    """« Ne se positionne pas », with its reason and, when not available, from when."""

    page_title = "Ne pas se positionner"
    submit_label = "Ne pas me positionner"
    success_message = "C’est noté, merci de l’avoir dit. Vous pouvez revenir sur cette réponse jusqu’à la date limite."
    form_class = DeclinForm

    def refusal(self, obj: Invitation) -> str:
        return reponses.why_too_late(obj)

    def get_initial(self) -> dict[str, Any]:
        motif = self.request.GET.get("motif", "")
        return {"motif_declin": motif} if motif else {}

    def get_context(self, **context: Any) -> dict[str, Any]:
        told = [said for deposited in AU_DECLIN if (said := deposited.told(self.invitation))]
        return super().get_context(**{"help_text": " ".join(told), **context})

    def save(self, form: DeclinForm) -> Invitation:
        return reponses.decline(self.invitation, form.cleaned_data, actor=self.actor)


class Positionner(_CandidatForm, VersionedUpdateView):
    """The answers to the four questions."""

    template_name = "consultations/candidat/position.html"
    page_title = "Réponse à l’appel à compétences"
    submit_label = "Envoyer la réponse"
    success_message = "Votre réponse est envoyée. Vous pouvez la modifier jusqu’à la date limite."
    form_class = PositionForm

    def refusal(self, obj: Invitation) -> str:
        if not self.appel.is_simplifie:
            return "Cet appel est en mode complet : il attend une proposition."
        return reponses.why_too_late(obj)

    def save(self, form: PositionForm, expected_version: int) -> Invitation:
        values = {**form.values(), "positionne": True}
        return reponses.position(self.invitation, values, actor=self.actor, expected_version=expected_version)


class Poser(_CandidatForm, CreateView):
    """Ask a question."""

    page_title = "Poser une question"
    submit_label = "Envoyer la question"
    success_message = "La question est envoyée : la réponse sera publiée à tous, sans dire qui l’a posée."
    form_class = QuestionForm

    def refusal(self, obj: Invitation) -> str:
        return questions.why_not_ask(obj)

    def save(self, form: QuestionForm) -> Question:
        return questions.ask(self.invitation, form.cleaned_data["texte"], actor=self.actor)

    def get_success_url(self) -> str:
        return super().get_success_url() + "#questions"


class DemanderComplet(_CandidatForm, CreateView):
    """Prefer to present a complete project: the call goes back to the complete mode."""

    page_title = "Présenter un projet complet"
    submit_label = "Demander le mode complet"
    success_message = (
        "L’appel revient au mode complet : le DLA et les autres prestataires en sont prévenus, sans dire qui l’a "
        "demandé. Vous recevrez le cahier des charges."
    )
    form_class = MotifForm
    help_text = (
        "Tant que personne n’est pré-retenu, vous pouvez préférer présenter un projet complet. L’appel change alors de "
        "mode pour tous : chacun recevra le cahier des charges et pourra proposer."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "help_text": "Lu par le DLA seul."}

    def refusal(self, obj: Invitation) -> str:
        if not self.appel.is_simplifie or self.appel.state != EtatAppel.OUVERT:
            return "Cet appel n’est pas un appel simplifié ouvert : il ne change pas de mode."
        return reponses.why_too_late(obj)

    def save(self, form: MotifForm) -> Any:
        return simplifiee.back_to_complete(self.appel, reason=form.cleaned_data["reason"], actor=self.actor)


def _given(request: HttpRequest, pk: int, numero: int):
    """The version ``numero`` given to this prestataire; else ``Http404``."""
    invitation = get_object_or_404(_mine(request), pk=pk)
    found = invitation.remises.select_related("version__cahier").filter(version__numero=numero).first()
    if found is None:
        raise Http404
    return found.version


@require_safe
def version_pdf(request: HttpRequest, pk: int, numero: int) -> HttpResponseBase:
    """The PDF of a version given to this prestataire: the very file the DLA has."""
    version = _given(request, pk, numero)
    document = kept_document(version, DOCUMENT_DIFFUSE)
    if document is None:
        raise NotAllowed("Le PDF de cette version est en cours de fabrication : revenez dans un instant.")
    return _printed(request, document)


def _printed(request: HttpRequest, document: GeneratedDocument) -> HttpResponseBase:
    return file_response(
        request,
        key=document.storage_key,
        name=document.filename,
        mime="application/pdf",
        sha256=document.sha256,
        inline="telecharger" not in request.GET,
    )


@require_safe
def annexe_structure(request: HttpRequest, pk: int, numero: int, annexe_pk: int) -> HttpResponseBase:
    """The diagnostic or the plan of a structure that left with the version given to this prestataire."""
    found = get_object_or_404(_given(request, pk, numero).annexes, pk=annexe_pk)
    document = kept_document(found, DOCUMENT_ANNEXE)
    if document is None:
        raise NotAllowed("Ce PDF est en cours de fabrication : revenez dans un instant.")
    return _printed(request, document)


@require_safe
def annexe(request: HttpRequest, pk: int, numero: int, piece_pk: int) -> HttpResponseBase:
    """A file that the version given to this prestataire names among its annexes."""
    version = _given(request, pk, numero)
    if piece_pk not in {item["piece"] for item in version.data["annexes"]}:
        raise Http404
    found = get_object_or_404(Attachment.objects.present(), pk=piece_pk)
    return file_response(request, key=found.storage_key, name=found.original_name, mime=found.mime, sha256=found.sha256)
