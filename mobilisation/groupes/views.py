"""Groups of structures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.formats import plural
from mobilisation.groupes import services
from mobilisation.groupes.forms import GroupeForm, NouveauGroupeForm
from mobilisation.groupes.models import Groupe, MembreGroupe
from mobilisation.views import TAB, Create, Edit
from projects.dossier.views.base import IngenierieView
from projects.enums import EtatMobilisation
from projects.structures_ciblees.models import StructureCiblee


class Groupes(IngenierieView):
    """The groups side by side, and the structures that are in none."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = StructureCiblee.objects.filter(ingenierie=self.ingenierie, state__in=services.MOBILISABLES)
        structures = rows.select_related("structure__departement").order_by("structure__search_text", "pk")
        placed = dict(
            MembreGroupe.objects.filter(groupe__ingenierie=self.ingenierie).values_list("structure_ciblee", "groupe")
        )
        by_group: dict[int | None, list[dict[str, Any]]] = {}
        for row in structures:
            by_group.setdefault(placed.get(row.pk), []).append(
                {
                    "nom": str(row.structure),
                    "departement": str(row.structure.departement),
                    "etat": row.get_state_display(),
                    "ok": row.state == EtatMobilisation.CONFIRMEE,
                }
            )
        columns = []
        for groupe in Groupe.objects.filter(ingenierie=self.ingenierie):
            members = by_group.get(groupe.pk, [])
            columns.append(
                {
                    "groupe": groupe,
                    "structures": members,
                    "count": plural(len(members), "structure"),
                    "confirmees": plural(sum(1 for m in members if m["ok"]), "confirmée", "confirmées"),
                }
            )
        return self.page(
            "mobilisation/groupes/groupes.html",
            {
                "columns": columns,
                "sans_groupe": by_group.get(None, []),
                "structures": sum(len(column["structures"]) for column in columns),
                "confirmees": sum(1 for column in columns for m in column["structures"] if m["ok"]),
                "participants": sum(column["groupe"].participants or 0 for column in columns),
            },
        )


class GroupeNouveau(Create):
    """Constitute a group."""

    form_class = NouveauGroupeForm
    page_title = "Constituer un groupe"
    submit_label = "Constituer le groupe"
    route = "mobilisation:groupes"
    success_message = "Le groupe est constitué."

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"ingenierie": self.ingenierie}

    def save(self, form):
        return services.add_groupe(
            self.ingenierie, actor=self.actor, values=form.values(), structures=form.cleaned_data["structures"]
        )


class GroupeEdit(Edit):
    """Change a group."""

    form_class = GroupeForm
    page_title = "Groupe de structures"
    route = "mobilisation:groupes"
    success_message = "Le groupe est enregistré."

    def get_object(self):
        return get_object_or_404(Groupe, pk=self.kwargs["groupe"], ingenierie=self.ingenierie)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"ingenierie": self.ingenierie}

    def save(self, form, expected_version):
        return services.update_groupe(
            self.object,
            actor=self.actor,
            expected_version=expected_version,
            values=form.values(),
            structures=form.cleaned_data["structures"],
        )


@method_decorator(require_POST, name="dispatch")
class GroupeDefaire(IngenierieView):
    """Undo a group."""

    tab = TAB

    def post(self, request: HttpRequest, pk: int, groupe: int) -> HttpResponse:
        found = get_object_or_404(Groupe, pk=groupe, ingenierie=self.ingenierie)
        services.remove_groupe(found, actor=self.actor)
        messages.success(request, f"Le groupe « {found.nom} » est défait ; ses structures restent dans l’ingénierie.")
        return redirect(reverse("mobilisation:groupes", args=[pk]))
