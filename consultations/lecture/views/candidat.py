"""What a candidate reads and answers in its space: the precisions asked, the grid of the pre-selected one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import View

from consultations.appel.models import Invitation
from consultations.lecture.comparaison import build, criteres_of
from consultations.lecture.forms import ReponseForm
from consultations.lecture.models import Precision
from consultations.lecture.permissions import all_saved
from consultations.lecture.services.precisions import answer, why_not_answer
from consultations.propositions.documents import titre_de
from core.actor import Actor
from core.formats import format_datetime
from core.views.editing import VersionedUpdateView


def of_actor(actor: Actor, pk: int) -> Invitation:
    """The invitation ``pk`` of a prestataire of the person; else ``Http404``."""
    found = Invitation.objects.for_actor(actor).select_related(
        "appel__ingenierie__pilote", "appel__version_diffusee", "prestataire"
    )
    return get_object_or_404(found, pk=pk)


class Repondre(VersionedUpdateView):
    """One precision asked, and its answer."""

    form_class = ReponseForm
    template_name = "consultations/lecture/precision.html"
    success_message = "Votre réponse est transmise : elle s’affiche à côté de ce qu’elle précise."
    page_title = "Préciser votre proposition"

    def get_object(self) -> Precision:
        mine = Invitation.objects.for_actor(self.actor).values("pk")
        found = Precision.objects.filter(invitation__in=mine, invitation=self.kwargs["pk"])
        return get_object_or_404(
            found.select_related(
                "invitation__appel__ingenierie__pilote",
                "invitation__appel__version_diffusee",
                "invitation__prestataire",
            ),
            pk=self.kwargs["precision_pk"],
        )

    def refusal(self, obj: Precision) -> str:
        return why_not_answer(obj, self.actor)

    def save(self, form: ReponseForm, expected_version: int) -> Precision:
        return answer(self.object, form.cleaned_data["reponse"], actor=self.actor, expected_version=expected_version)

    def get_success_url(self) -> str:
        return reverse("lecture:precisions", args=[self.object.invitation_id])

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(precision=self.object, titre=titre_de(self.object.invitation.appel), **context)


class Precisions(View):
    """The precisions asked to a candidate, answered or not; the grid when it was pre-selected."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        invitation = of_actor(request.actor, pk)
        rows = [
            {
                "pk": row.pk,
                "famille": row.get_famille_display(),
                "question": row.question,
                "reponse": row.reponse,
                "demandee": format_datetime(row.at),
                "repondue": format_datetime(row.repondu_at),
                "may": not why_not_answer(row, request.actor),
            }
            for row in Precision.objects.filter(invitation=invitation).select_related("invitation__appel")
        ]
        return render(
            request,
            "consultations/lecture/precisions.html",
            {"invitation": invitation, "titre": titre_de(invitation.appel), "rows": rows},
        )


class MaGrille(View):
    """The grid as it is presented to the pre-selected one (002: « non comparative », « présentée au prestataire
    pré-retenu »): its criteria, and what was appreciated of its own project once everybody has read."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        invitation = of_actor(request.actor, pk)
        appel = invitation.appel
        if not appel.is_simplifie or invitation.pre_retenu_at is None:
            raise Http404
        ready = all_saved(getattr(appel, "grille", None))
        return render(
            request,
            "consultations/lecture/ma_grille.html",
            {
                "invitation": invitation,
                "titre": titre_de(appel),
                "familles": build(appel)["familles"] if ready else criteres_of(appel),
                "ready": ready,
            },
        )
