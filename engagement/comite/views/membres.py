"""The members of a session."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from core.errors import InvalidInput
from core.views.actions import posted_version
from engagement.comite.forms import MembreEditForm, MembreForm
from engagement.comite.models import MembreComite
from engagement.comite.services.liens import convene
from engagement.comite.services.seances import add_membre, remove_membre, update_membre
from engagement.comite.views.base import SeanceCreate, SeanceEdit, SeanceView


class Ajouter(SeanceCreate):
    """Inscribes a member."""

    form_class = MembreForm
    page_title = "Inscrire un membre"
    help_text = "Ces coordonnées ne servent qu’à cette séance et aux suivantes de votre DLA."
    submit_label = "Inscrire"
    anchor = "t-membres"

    def save(self, form: MembreForm) -> MembreComite:
        return add_membre(self.seance, form.values(), actor=self.actor)

    def get_success_message(self) -> str:
        return f"« {self.created} » est inscrit à la séance."


class Modifier(SeanceEdit):
    """Changes a member."""

    form_class = MembreEditForm
    page_title = "Membre du comité d’appui"
    success_message = "Le membre est enregistré."
    anchor = "t-membres"

    def get_object(self) -> MembreComite:
        return self.find_membre()

    def save(self, form: MembreEditForm, expected_version: int) -> MembreComite:
        return update_membre(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class Retirer(SeanceView):
    """Takes a member out."""

    http_method_names = ["post"]
    anchor = "t-membres"

    def post(self, request: HttpRequest, pk: int, membre: int) -> HttpResponse:
        row = self.find_membre()
        remove_membre(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {row} » est retiré de la séance.")
        return self.back()


class Convoquer(SeanceView):
    """Sends one member her convocation, or sends it again."""

    http_method_names = ["post"]
    anchor = "t-membres"

    def post(self, request: HttpRequest, pk: int, membre: int) -> HttpResponse:
        row = self.find_membre()
        if not row.email:
            raise InvalidInput("Ce membre n’a pas d’adresse électronique : complétez sa fiche.")
        with transaction.atomic():
            sent = convene(row, actor=self.actor)
        if sent:
            messages.success(request, f"La convocation de « {row} » part.")
        else:
            messages.info(request, "Cette convocation vient de partir : attendez dix minutes avant de la renvoyer.")
        return self.back()
