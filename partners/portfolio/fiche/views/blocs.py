"""The repeating blocks: references, intervenants, documents. One page each, so that all works on a phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.views.editing import CreateView, VersionedUpdateView
from core.views.once import sent_once
from partners.portfolio.fiche.enums import NaturePiece
from partners.portfolio.fiche.forms import IntervenantForm, IntervenantNouveauForm, PieceForm, ReferenceForm
from partners.portfolio.fiche.models.blocs import Intervenant, Piece, Reference
from partners.portfolio.fiche.reading import piece_row
from partners.portfolio.fiche.rubriques import RUBRIQUE_OF
from partners.portfolio.fiche.services.blocs import (
    add_intervenant,
    add_piece,
    add_reference,
    duplicate_reference,
    remove_intervenant,
    remove_piece,
    remove_reference,
    update_intervenant,
    update_reference,
)
from partners.portfolio.fiche.views.base import WritingMixin, WritingView, remark_rows


class _Block(WritingMixin):
    """A page of one block, new or there: before a view of :mod:`core.views.editing`."""

    template_name = "portfolio/fiche/bloc.html"
    rubrique = ""

    def get_cancel_url(self) -> str:
        return reverse("portfolio:rubrique", args=[self.prestataire.pk, self.rubrique]) + "#blocs"

    def get_success_url(self) -> str:
        return self.get_cancel_url()

    def get_context(self, **context: Any) -> dict[str, Any]:
        base = {
            "prestataire": self.prestataire,
            "rubrique_url": self.get_cancel_url(),
            "rubrique_titre": RUBRIQUE_OF["references" if self.rubrique == "experiences" else "intervenants"].titre,
            "actions": self.actions(),
            "remarks": remark_rows(self.object.remarques.asked()) if self.object is not None else [],
            "cv": None,
            "cv_form": None,
            "about_person": self.rubrique == "ressources",
        }
        return super().get_context(**{**base, **context})

    def actions(self) -> list[dict[str, str]]:
        """What else may be done with a block that is there."""
        return []


class ReferenceNouvelle(_Block, CreateView):
    """Add an experience."""

    rubrique = "experiences"
    form_class = ReferenceForm
    page_title = "Ajouter une référence"
    success_message = "La référence est ajoutée."

    def save(self, form: Any) -> Reference:
        return add_reference(self.fiche, form.values(), actor=self.actor)


class ReferenceEdit(_Block, VersionedUpdateView):
    """Change an experience."""

    rubrique = "experiences"
    form_class = ReferenceForm
    page_title = "Modifier la référence"
    success_message = "La référence est enregistrée."

    def get_object(self) -> Reference:
        found = get_object_or_404(Reference, pk=self.kwargs["bloc_pk"], fiche=self.fiche)
        found.fiche = self.fiche
        return found

    def save(self, form: Any, expected_version: int) -> Reference:
        return update_reference(self.object, form.values(), actor=self.actor, expected_version=expected_version)

    def actions(self) -> list[dict[str, str]]:
        args = [self.prestataire.pk, self.object.pk]
        return [
            {"label": "Dupliquer", "url": reverse("portfolio:reference_dupliquer", args=args), "style": "secondary"},
            {
                "label": "Retirer de la fiche",
                "url": reverse("portfolio:reference_retirer", args=args),
                "style": "danger",
                "confirm": "Retirer cette référence de la fiche ?",
            },
        ]


@method_decorator(require_POST, name="dispatch")
class ReferenceDupliquer(WritingView):
    """A copy to be changed."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, bloc_pk: int) -> HttpResponse:
        reference = get_object_or_404(Reference, pk=bloc_pk, fiche=self.fiche)
        copy = duplicate_reference(reference, actor=self.actor)
        messages.success(request, "Voici la copie : changez ce qui diffère, puis enregistrez.")
        return redirect("portfolio:reference", pk, copy.pk)


@method_decorator(require_POST, name="dispatch")
class ReferenceRetirer(WritingView):
    """Take an experience off the fiche."""

    def post(self, request: HttpRequest, pk: int, bloc_pk: int) -> HttpResponse:
        remove_reference(get_object_or_404(Reference, pk=bloc_pk, fiche=self.fiche), actor=self.actor)
        messages.success(request, "La référence est retirée ; le journal garde ce qu’elle disait.")
        return redirect(reverse("portfolio:rubrique", args=[pk, "experiences"]) + "#blocs")


class IntervenantNouveau(_Block, CreateView):
    """Add somebody who intervenes, with the CV; it may come later, on the page of the person."""

    rubrique = "ressources"
    form_class = IntervenantNouveauForm
    page_title = "Ajouter un intervenant"

    def save(self, form: Any) -> Intervenant:
        someone = add_intervenant(self.fiche, form.values(), actor=self.actor, **form.many_to_many())
        self.cv = form.cleaned_data["cv"]
        if self.cv:
            add_piece(self.fiche, NaturePiece.CV, self.cv, actor=self.actor, intervenant=someone)
        return someone

    def get_success_url(self) -> str:
        if self.cv:
            return self.get_cancel_url()
        return reverse("portfolio:intervenant", args=[self.prestataire.pk, self.created.pk]) + "#cv"

    def get_success_message(self) -> str:
        if self.cv:
            return f"{self.created.nom} est sur la fiche, avec son CV."
        return f"{self.created.nom} est sur la fiche. Joignez maintenant son CV."


class IntervenantEdit(_Block, VersionedUpdateView):
    """Change what is said of somebody, and the CV."""

    rubrique = "ressources"
    form_class = IntervenantForm
    success_message = "L’intervenant est enregistré."

    def get_object(self) -> Intervenant:
        found = get_object_or_404(Intervenant, pk=self.kwargs["bloc_pk"], fiche=self.fiche)
        found.fiche = self.fiche
        return found

    def get_page_title(self) -> str:
        return self.object.nom

    def save(self, form: Any, expected_version: int) -> Intervenant:
        return update_intervenant(
            self.object, form.values(), actor=self.actor, expected_version=expected_version, **form.many_to_many()
        )

    def get_context(self, **context: Any) -> dict[str, Any]:
        pk = self.prestataire.pk
        piece = self.object.pieces.select_related("fichier").first()
        cv = None
        if piece is not None:
            cv = piece_row(piece, url=reverse("portfolio:piece", args=[self.fiche.pk, piece.pk]))
            cv["remove"] = reverse("portfolio:piece_retirer", args=[pk, piece.pk])
        form = PieceForm(nature=NaturePiece.CV, auto_id="piece-cv-%s")
        return super().get_context(
            **{
                "cv_form": form,
                "cv_url": reverse("portfolio:cv_ajouter", args=[pk, self.object.pk]),
                **context,
                "cv": cv,
            }
        )

    def actions(self) -> list[dict[str, str]]:
        args = [self.prestataire.pk, self.object.pk]
        return [
            {
                "label": "Retirer de la fiche",
                "url": reverse("portfolio:intervenant_retirer", args=args),
                "style": "danger",
                "confirm": "Retirer cette personne de la fiche, avec son CV ?",
            }
        ]


@method_decorator(require_POST, name="dispatch")
class IntervenantRetirer(WritingView):
    """Take somebody off the fiche, with the CV."""

    def post(self, request: HttpRequest, pk: int, bloc_pk: int) -> HttpResponse:
        remove_intervenant(get_object_or_404(Intervenant, pk=bloc_pk, fiche=self.fiche), actor=self.actor)
        messages.success(request, "L’intervenant est retiré de la fiche, avec son CV.")
        return redirect(reverse("portfolio:rubrique", args=[pk, "ressources"]) + "#blocs")


class PieceAjouter(WritingMixin, CreateView):
    """Add a document: a page of its own, which the forms of the rubrics post to."""

    template_name = "portfolio/fiche/piece_ajouter.html"
    form_class = PieceForm
    submit_label = "Joindre"
    success_message = "Le document est joint à la fiche."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.nature = kwargs.get("nature", NaturePiece.CV)
        self.intervenant = None
        if "bloc_pk" in kwargs:
            self.intervenant = get_object_or_404(Intervenant, pk=kwargs["bloc_pk"], fiche=self.fiche)
        elif self.nature == NaturePiece.CV or self.nature not in NaturePiece.values:
            self.nature = NaturePiece.AUTRE

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "nature": self.nature}

    def get_page_title(self) -> str:
        return NaturePiece(self.nature).label

    def save(self, form: PieceForm) -> Piece:
        return add_piece(
            self.fiche,
            self.nature,
            form.cleaned_data["fichier"],
            actor=self.actor,
            intervenant=self.intervenant,
            expire_le=form.cleaned_data.get("expire_le"),
        )

    def get_success_url(self) -> str:
        pk = self.prestataire.pk
        if self.intervenant is not None:
            return reverse("portfolio:intervenant", args=[pk, self.intervenant.pk]) + "#cv"
        code = RUBRIQUE_OF[f"piece_{self.nature}"].code
        return reverse("portfolio:rubrique", args=[pk, code]) + f"#champ-piece_{self.nature}"

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(prestataire=self.prestataire, **context)


class PieceRetirer(WritingView):
    """Ask once, then take a document off the fiche."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.piece = get_object_or_404(Piece.objects.select_related("fichier"), pk=kwargs["piece_pk"], fiche=self.fiche)
        if self.piece.intervenant_id:
            self.back = reverse("portfolio:intervenant", args=[self.prestataire.pk, self.piece.intervenant_id])
        else:
            code = RUBRIQUE_OF[f"piece_{self.piece.nature}"].code
            self.back = reverse("portfolio:rubrique", args=[self.prestataire.pk, code])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = {"prestataire": self.prestataire, "piece": piece_row(self.piece), "back": self.back}
        return render(request, "portfolio/fiche/piece_retirer.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        remove_piece(self.piece, actor=self.actor)
        messages.success(request, "Le document est retiré de la fiche.")
        return redirect(self.back)
