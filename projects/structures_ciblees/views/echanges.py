"""Noting what is said with a structure, and taking off what was noted by mistake."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from core.errors import InvalidInput
from projects.dossier.views.editing import IngenierieCreate
from projects.structures_ciblees import echanges
from projects.structures_ciblees.forms import EchangeForm
from projects.structures_ciblees.models import Echange, StructureCiblee
from projects.structures_ciblees.views.structures import StructureFiche


class EchangeNouveau(IngenierieCreate):
    """Note an exchange with one structure, at its real date and by who really had it."""

    tab = "structures"
    form_class = EchangeForm
    page_title = "Noter un échange"
    submit_label = "Noter"
    success_message = "L’échange est noté."

    def get_object(self) -> StructureCiblee:
        found = self.ingenierie.structures_ciblees.filter(pk=self.kwargs["ciblee"]).select_related("structure").first()
        if found is None:
            raise Http404
        found.ingenierie = self.ingenierie
        return found

    def get_page_title(self) -> str:
        return f"Noter un échange avec {self.object.structure.name}"

    def get_initial(self) -> dict[str, Any]:
        return {"par": self.actor.label[:200]}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"seule": self.object.seule}

    def save(self, form: Any) -> Echange:
        values = form.values()
        suite = values.pop("suite", "")
        return echanges.add_echange(self.object, values, actor=self.actor, suite=suite)

    def get_success_url(self) -> str:
        return reverse("projects:structure", args=[self.ingenierie.pk, self.object.pk]) + "#s-echanges"


class EchangeRetirer(StructureFiche):
    """Take off an exchange noted by mistake: POST only."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, ciblee: int, echange: int) -> HttpResponse:
        found = self.ciblee(ciblee)
        row = found.echanges.filter(pk=echange).first()
        if row is None:
            raise Http404
        row.ciblee = found
        try:
            echanges.remove_echange(row, actor=self.actor)
        except InvalidInput as error:
            return self.refused(ciblee, error)
        messages.success(request, "L’échange est retiré ; le journal le garde.")
        return self.to_fiche(found)
