"""Typing what a structure, or a member of the comité de pilotage, said of the propositions in a meeting."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from consultations.lecture import permissions
from consultations.lecture.forms import EntretienForm
from consultations.lecture.models import Evaluateur
from consultations.lecture.services import lecteurs
from consultations.lecture.views.base import AppelEdit, AppelMixin, AppelView
from consultations.lecture.views.lecteur import AccueilMixin, SaisieMixin
from core.errors import NotAllowed
from core.formats import format_date


class _ForSomebody(AppelMixin):
    """``self.evaluateur``: who reads by link in this call, and for whom one types."""

    opened = True

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rows = Evaluateur.objects.filter(grille__appel=self.appel, user=None).select_related("grille")
        self.evaluateur = get_object_or_404(rows, pk=kwargs["evaluateur_pk"])
        self.evaluateur.grille.appel = self.appel


class Entretien(_ForSomebody, AppelEdit):
    """When she was met, and who spoke."""

    form_class = EntretienForm
    submit_label = "Saisir sa lecture"
    success_message = "La rencontre est notée : saisissez ce qui y a été dit."

    def get_object(self) -> Evaluateur:
        return self.evaluateur

    def refusal(self, obj: Evaluateur) -> str:
        return permissions.why_not_type(obj, self.actor)

    def get_page_title(self) -> str:
        return f"La lecture de {self.evaluateur.organisme}, après une rencontre"

    def get_initial(self) -> dict[str, Any]:
        e = self.evaluateur
        return {"le": e.entretien_le, "avec": e.entretien_avec or e.nom, "version": e.version}

    def save(self, form: EntretienForm, expected_version: int) -> Evaluateur:
        data = form.cleaned_data
        return lecteurs.note_entretien(
            self.evaluateur, data["le"], data["avec"], actor=self.actor, expected_version=expected_version
        )

    def get_success_url(self) -> str:
        return self.address("lecteur_saisie", self.evaluateur.pk)

    def get_cancel_url(self) -> str:
        return self.address("lecture") + "#t-lecteurs"


class _Typing(_ForSomebody, AppelView):
    template = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = permissions.why_not_evaluate(self.evaluateur, self.actor)
        if refusal:
            raise NotAllowed(refusal)
        return super().dispatch(request, *args, **kwargs)

    def render(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        e = self.evaluateur
        said = f"Vous saisissez ce que {e.organisme} a dit le {format_date(e.entretien_le)} ({e.entretien_avec})."
        more = {"appel": self.appel, "said": said, "entretien_url": self.address("lecteur_entretien", e.pk)}
        return self.page(self.template, {**context, **more}, status=status)

    def place(self, page: str = "", **query: Any) -> str:
        if page == "piece":
            return reverse("core:piece", args=[query["p"]])
        if page == "proposition":
            return self.address("lecteur_saisie_proposition", self.evaluateur.pk, query["c"])
        return self.address("comparaison") if page else self.address("lecteur_saisie", self.evaluateur.pk)


class Saisie(AccueilMixin, _Typing):
    """Her declaration, her readings."""

    template = "consultations/lecture/saisie.html"


class SaisieProposition(SaisieMixin, _Typing):
    """What she said of one candidate."""

    template = "consultations/lecture/saisie_proposition.html"
