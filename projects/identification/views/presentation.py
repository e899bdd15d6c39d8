"""Présentation of an ingénierie and the editing of its sections."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from core.text import normalise
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieEdit
from projects.enums import TYPE_COURT, TypeIngenierie
from projects.evidence import TYPE_HINTS
from projects.identification.aide_type import examples_of, suggest_type
from projects.identification.forms import (
    AideTypeForm,
    CiblageForm,
    IdentiteForm,
    ProblematiqueForm,
    RoleDLAForm,
    TypeForm,
)
from projects.identification.services import update_section
from projects.identification.views.existant import answer_row
from projects.ingenierie import permissions
from projects.ingenierie.mobilisation import Mobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import update_identite, update_type
from projects.structures_ciblees.perimetre import perimetre_of
from projects.structures_ciblees.presenters import facts as facts_of
from projects.structures_ciblees.services import beneficiaire
from projects.tabs import TABS
from referentiels import lists
from referentiels.models import Departement, Secteur, TypePrestation
from structures.annuaire.annuaire import STRUCTURES


def _labels(model, ids: list[int]) -> list[str]:
    """The words of a reference list, without any query."""
    return sorted((str(item) for pk in ids if (item := lists.by_id(model, pk))), key=normalise)


def structure_of(ingenierie: Ingenierie, actor: Actor) -> dict[str, Any]:
    """The one structure of an ingénierie individuelle, as the page shows it: one query, two when it is of another's
    directory."""
    ciblee = beneficiaire(ingenierie)
    readable = STRUCTURES.can_view(actor, ciblee.structure)
    return {
        "nom": str(ciblee.structure),
        "facts": facts_of(ciblee),
        "url": reverse("projects:structure", args=[ingenierie.pk, ciblee.pk]),
        "sheet_url": reverse("structures:detail", args=[ciblee.structure_id]) if readable else "",
    }


def written(ingenierie: Ingenierie) -> dict[str, Any]:
    """What « Identifier » has written: the three sections, and the last answer to « existe-t-il déjà ? »."""
    last = None if ingenierie.is_individuelle else ingenierie.examens_existant.first()
    return {
        "problematique": ingenierie.problematique,
        "ciblage": ingenierie.ciblage,
        "role_dla": ingenierie.role_dla,
        "existant": answer_row(last) if last else None,
    }


class Presentation(IngenierieView):
    """What the ingénierie is: identity, problématique, ciblage, role of the DLA."""

    tab = "presentation"
    related = ("problematique", "ciblage", "role_dla")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        i = self.ingenierie
        return self.page(
            "projects/identification/presentation.html",
            {
                **written(i),
                "departements": _labels(Departement, i.departement_ids),
                "secteurs": _labels(Secteur, i.secteur_ids),
                "themes": _labels(TypePrestation, i.theme_ids),
                "associes": [str(organisation) for organisation in i.associes.all()],
                "figures": Mobilisation.of(i),
                "perimetre": perimetre_of(i),
                "debut": format_date(i.date_debut),
                "fin": format_date(i.date_fin),
                "beneficiaire": structure_of(i, self.actor) if i.is_individuelle else None,
            },
        )


class Salle(IngenierieView):
    """One part of « Identifier », as everybody who reads the dossier reads it."""

    related = ("problematique", "ciblage", "role_dla")
    section = ""
    template_name = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.tab = self.section
        super().setup(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        title = TABS.get(self.tab).label_for(self.ingenierie.cycle)
        return self.page(
            "projects/identification/salle.html",
            {
                **written(self.ingenierie),
                "part": f"projects/identification/{self.section}_lue.html",
                "room_title": title,
            },
        )


class _Edit(IngenierieEdit):
    """Editing a part of the dossier."""

    tab = "presentation"
    route = "projects:detail"
    #: A part that means nothing for a single structure.
    collective_only = False

    def get_object(self):
        if self.collective_only and self.ingenierie.is_individuelle:
            raise Http404
        return self.ingenierie


class Identite(_Edit):
    """The identity card: only the pilot changes it."""

    form_class = IdentiteForm
    page_title = "Carte d’identité"
    success_message = "La carte d’identité est enregistrée."

    def refusal(self, obj) -> str:
        return permissions.why_not_pilot(self.actor, obj) or ""

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"actor": self.actor}

    def save(self, form, expected_version):
        return update_identite(
            self.ingenierie,
            actor=self.actor,
            expected_version=expected_version,
            values=form.values(),
            many_to_many=form.many_to_many(),
        )


class _Section(_Edit):
    section = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.tab, self.route = self.section, f"projects:salle_{self.section}"
        super().setup(request, *args, **kwargs)

    def get_object(self):
        super().get_object()
        return getattr(self.ingenierie, self.section)

    def save(self, form, expected_version):
        return update_section(
            self.ingenierie,
            self.section,
            actor=self.actor,
            expected_version=expected_version,
            values=form.values(),
        )


class ProblematiqueEdit(_Section):
    section = "problematique"
    form_class = ProblematiqueForm
    page_title = "Problématique"
    success_message = "La problématique est enregistrée."
    template_name = "projects/identification/problematique.html"
    help_text = "Pour être complète : le contexte, les besoins et au moins une origine."


class CiblageEdit(_Section):
    section = "ciblage"
    collective_only = True
    form_class = CiblageForm
    page_title = "Ciblage des structures bénéficiaires"
    success_message = "Le ciblage est enregistré."
    help_text = "Les cinq critères majeurs de la fiche pratique 4. Pour être complet : le territoire et le secteur."


class RoleDLAEdit(_Section):
    section = "role_dla"
    collective_only = True
    form_class = RoleDLAForm
    page_title = "Rôle du DLA"
    success_message = "Le rôle du DLA est enregistré."
    help_text = "Pour être complet : la légitimité, l’idée et la cohérence de la démarche."


class TypeEdit(_Edit):
    """The type of ingénierie, with the aid to choose it and the operational objectives in view."""

    form_class = TypeForm
    collective_only = True
    template_name = "projects/identification/type.html"
    page_title = "Type d’ingénierie"
    success_message = "Le type d’ingénierie est enregistré."

    def get_form_kwargs(self):
        self.aide = AideTypeForm(self.request.GET if "besoin" in self.request.GET else None)
        answered = self.aide.is_bound and self.aide.is_valid()
        self.suggestion = suggest_type(**self.aide.cleaned_data) if answered else None
        kwargs = super().get_form_kwargs()
        if self.suggestion and self.suggestion.type and not self.ingenierie.type_ingenierie:
            # Proposed, not decided: nothing is recorded until it is saved.
            kwargs["initial"] = {"type_ingenierie": self.suggestion.type, "type_motif": self.suggestion.why}
        return kwargs

    def _in_view(self):
        """What other floors know that bears on the choice, and whether the type already chosen agrees with it."""
        hints = [line for hint in TYPE_HINTS for line in hint(self.ingenierie)]
        chosen = self.ingenierie.type_ingenierie
        overall = [hint for hint in hints if hint.overall and hint.types]

        def shown(hint):
            return {
                "text": hint.text,
                "types": " ou ".join(TYPE_COURT[code].lower() for code in hint.types),
                "why": hint.why,
            }

        return {
            "objectifs": [shown(hint) for hint in hints if not hint.overall],
            "orientations": [shown(hint) for hint in overall],
            "differs": bool(chosen and overall) and not any(chosen in hint.types for hint in overall),
        }

    def get_context(self, **context):
        return super().get_context(
            **context,
            aide=self.aide,
            **self._in_view(),
            suggestion=self.suggestion,
            suggested=TypeIngenierie(self.suggestion.type).label if self.suggestion and self.suggestion.type else "",
            examples=examples_of(self.suggestion.type) if self.suggestion else [],
            can_open=permissions.why_not_create(self.actor) is None,
        )

    def save(self, form, expected_version):
        return update_type(
            self.ingenierie,
            actor=self.actor,
            expected_version=expected_version,
            type_ingenierie=form.cleaned_data["type_ingenierie"],
            motif=form.cleaned_data["type_motif"],
        )
