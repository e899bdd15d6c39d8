"""The rows of a convention: parties, stages, payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.views.actions import posted_version
from missions.conventions import forms
from missions.conventions.completude import reste_a_payer
from missions.conventions.models import EtapeConvention, PaiementPrevu, Partie
from missions.conventions.services.conventions import add_ligne, remove_ligne, update_ligne
from missions.conventions.views.base import ConventionCreate, ConventionEdit, ConventionView


@dataclass(frozen=True)
class Genre:
    """One of the three kinds of rows: its model, its forms, its words."""

    model: type
    form: type
    edit: type
    add_title: str
    edit_title: str


GENRES = {
    "parties": Genre(Partie, forms.PartieForm, forms.PartieEditForm, "Ajouter une partie", "Une partie"),
    "etapes": Genre(EtapeConvention, forms.EtapeForm, forms.EtapeEditForm, "Ajouter une étape", "Une étape"),
    "paiements": Genre(PaiementPrevu, forms.PaiementForm, forms.PaiementEditForm, "Ajouter un paiement", "Un paiement"),
}


class _OfGenre:
    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kwargs["genre"] not in GENRES:
            raise Http404
        self.genre = GENRES[kwargs["genre"]]
        self.anchor = kwargs["genre"]

    def find_ligne(self) -> Any:
        """The row that the address names, of this very convention; or ``Http404``."""
        found = get_object_or_404(self.genre.model, convention=self.convention, pk=self.kwargs["ligne"])
        found.convention = self.convention
        return found


class Ajouter(_OfGenre, ConventionCreate):
    """Add a row."""

    success_message = "C’est ajouté."

    @property
    def form_class(self) -> type:
        return self.genre.form

    def get_page_title(self) -> str:
        return self.genre.add_title

    def get_proposals(self) -> dict[str, Any]:
        if self.genre.model is PaiementPrevu:
            left = reste_a_payer(self.convention)
            return {"montant": left} if left is not None and left > 0 else {}
        return {}

    def get_initial(self) -> dict[str, Any]:
        if self.genre.model is EtapeConvention:
            last = self.convention.etapes.aggregate(last=Max("ordre"))["last"] or 0
            return {"ordre": last + 1}
        return {}

    def save(self, form: Any) -> Any:
        return add_ligne(self.convention, self.genre.model, form.values(), actor=self.actor)


class Modifier(_OfGenre, ConventionEdit):
    """Change a row."""

    success_message = "C’est enregistré."

    @property
    def form_class(self) -> type:
        return self.genre.edit

    def get_object(self) -> Any:
        return self.find_ligne()

    def get_page_title(self) -> str:
        return self.genre.edit_title

    def save(self, form: Any, expected_version: int) -> Any:
        return update_ligne(self.object, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class Retirer(_OfGenre, ConventionView):
    """Take a row out."""

    drafts = True

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self.find_ligne()
        remove_ligne(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {row} » est retiré de la convention.")
        return redirect(self.get_success_url())
