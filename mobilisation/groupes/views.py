"""Groups of structures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import InvalidInput, StaleState
from core.formats import plural
from core.text import whole_number
from mobilisation.groupes import criteres, services
from mobilisation.groupes.forms import GroupeForm, NouveauGroupeForm
from mobilisation.groupes.models import Groupe, MembreGroupe
from mobilisation.views import TAB, Create, Edit
from projects.dossier.views.base import IngenierieView
from projects.enums import EtatMobilisation
from projects.structures_ciblees.models import StructureCiblee


class Groupes(IngenierieView):
    """The groups side by side, the structures that are in none, the criteria one chose to have in view."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, error: str = "") -> HttpResponse:
        i = self.ingenierie
        chosen = criteres.chosen(self.request.GET.getlist("critere"))
        rows = StructureCiblee.objects.filter(ingenierie=i, state__in=services.MOBILISABLES)
        structures = rows.select_related("structure", "reponse").order_by("structure__search_text", "pk")
        placed = dict(MembreGroupe.objects.filter(groupe__ingenierie=i).values_list("structure_ciblee", "groupe"))
        by_group: dict[int | None, list[StructureCiblee]] = {}
        for row in structures:
            by_group.setdefault(placed.get(row.pk), []).append(row)
        groups = list(Groupe.objects.filter(ingenierie=i))
        columns = [self.column(groupe, by_group.get(groupe.pk, []), chosen) for groupe in groups]
        return self.page(
            "mobilisation/groupes/groupes.html",
            {
                "columns": columns,
                "sans_groupe": self.cards(by_group.get(None, []), chosen),
                "structures": sum(len(column["structures"]) for column in columns),
                "confirmees": sum(1 for column in columns for m in column["structures"] if m["ok"]),
                "participants": sum(column["groupe"].participants or 0 for column in columns),
                "criteres": [(code, label, code in chosen) for code, label in criteres.CRITERES.items()],
                "balance": criteres.balance([(c["groupe"].nom, len(c["structures"])) for c in columns]),
                "choices": [("", "Sans groupe"), *((g.pk, g.nom) for g in groups)],
                "query": self.request.GET.urlencode(),
                "error": error,
            },
            status=status,
        )

    def cards(self, members: list[StructureCiblee], chosen: list[str]) -> list[dict[str, Any]]:
        """The structures of one group (or of none), with what the chosen criteria show."""
        return [
            {
                "pk": member.pk,
                "nom": str(member.structure),
                "url": reverse("projects:structure", args=[self.ingenierie.pk, member.pk]),
                "etat": member.get_state_display(),
                "ok": member.state == EtatMobilisation.CONFIRMEE,
                "criteres": [
                    (criteres.CRITERES[code], text) for code in chosen if (text := criteres.said(member, code, members))
                ],
            }
            for member in members
        ]

    def column(self, groupe: Groupe, members: list[StructureCiblee], chosen: list[str]) -> dict[str, Any]:
        cards, noticed = self.cards(members, chosen), criteres.noticed(members)
        announced = sum(criteres.reponse_of(member).n_participants for member in members)
        return {
            "groupe": groupe,
            "structures": cards,
            "count": plural(len(cards), "structure"),
            "confirmees": plural(sum(1 for m in cards if m["ok"]), "confirmée", "confirmées"),
            "announced": plural(announced, "participant annoncé", "participants annoncés") if announced else "",
            "vigilances": [
                (label, text, noticed.get(name, "")) for name, label, text in groupe.points if text or noticed.get(name)
            ],
        }


class GroupeDeplacer(Groupes):
    """Move one structure from a group to another, or to none: POST only."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        ciblee = get_object_or_404(
            self.ingenierie.structures_ciblees.select_related("structure"),
            pk=whole_number(request.POST.get("ciblee", "")),
        )
        ciblee.ingenierie = self.ingenierie
        wanted = request.POST.get("groupe", "")
        groupe = None
        if wanted:
            groupe = get_object_or_404(Groupe, pk=whole_number(wanted), ingenierie=self.ingenierie)
            groupe.ingenierie = self.ingenierie
        try:
            services.move_structure(
                ciblee, groupe, actor=self.actor, seen=whole_number(request.POST.get("de", "") or "")
            )
        except (InvalidInput, StaleState) as error:
            return self.show(status=error.status, error=error.message)
        where = f"dans le groupe « {groupe.nom} »" if groupe else "dans aucun groupe"
        messages.success(request, f"« {ciblee.structure} » est {where}.")
        query = request.GET.urlencode()
        anchor = f"groupe-{groupe.pk}" if groupe else "sans-groupe"
        return redirect(reverse("mobilisation:groupes", args=[pk]) + (f"?{query}" if query else "") + f"#{anchor}")


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
