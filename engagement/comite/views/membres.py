"""The members of a session."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from core.errors import InvalidInput
from core.text import whole_number
from engagement.comite.forms import MembreEditForm, MembreForm
from engagement.comite.models import MembreComite
from engagement.comite.services.liens import convene
from engagement.comite.services.seances import add_membre, remove_membre, update_membre
from engagement.comite.views.base import SeanceEdit, SeanceView


class Ajouter(SeanceView):
    """Inscribes a member."""

    writes = True

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page("engagement/comite/membre_ajouter.html", {"form": MembreForm()})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = MembreForm(request.POST)
        if form.is_valid():
            try:
                membre = add_membre(self.seance, form.values(), actor=self.actor)
            except InvalidInput as error:
                form.add_error("email", error.message)
            else:
                messages.success(request, f"« {membre} » est inscrit à la séance.")
                return self.back("t-membres")
        return self.page("engagement/comite/membre_ajouter.html", {"form": form}, status=422)


class Modifier(SeanceEdit):
    """Changes a member."""

    form_class = MembreEditForm
    page_title = "Membre du comité d’appui"
    success_message = "Le membre est enregistré."
    anchor = "t-membres"

    def find(self) -> MembreComite:
        found = get_object_or_404(MembreComite, seance=self.seance, pk=self.kwargs["membre"])
        found.seance = self.seance
        return found

    def save(self, form: MembreEditForm, expected_version: int) -> MembreComite:
        return update_membre(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class Retirer(SeanceView):
    """Takes a member out."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, membre: int) -> HttpResponse:
        row = self.membre(membre)
        version = whole_number(request.POST.get("version", ""))
        if version is None:
            raise InvalidInput("Cette page n’est plus à jour : rechargez-la puis recommencez.")
        remove_membre(row, actor=self.actor, expected_version=version)
        messages.success(request, f"« {row} » est retiré de la séance.")
        return self.back("t-membres")


class Convoquer(SeanceView):
    """Sends one member her convocation, or sends it again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, membre: int) -> HttpResponse:
        row = self.membre(membre)
        if not row.email:
            raise InvalidInput("Ce membre n’a pas d’adresse électronique : complétez sa fiche.")
        with transaction.atomic():
            sent = convene(row, actor=self.actor)
        if sent:
            messages.success(request, f"La convocation de « {row} » part.")
        else:
            messages.info(request, "Cette convocation vient de partir : attendez dix minutes avant de la renvoyer.")
        return self.back("t-membres")
