"""From a row of a plan d'accompagnement: open an ingénierie collective, attach the row to one, detach it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import listing
from core.errors import InvalidInput
from core.text import whole_number
from projects.ingenierie.models import Ingenierie
from projects.ouverture import services
from projects.ouverture.forms import IndividuelleForm, NouvelleIngenierieForm
from projects.ouverture.views import IndividuelleOpen, Nouvelle
from projects.plans import services as plans
from projects.plans.commande import mission_of
from projects.plans.models import LigneIngenierie
from structures.plans.models import LignePlan, PlanAccompagnement
from structures.plans.services import ensure_writable


def _ligne(request: HttpRequest, pk: int) -> LignePlan:
    """A row of a plan that the actor reads and may write in; else 404, or the refusal."""
    visible = PlanAccompagnement.objects.visible_to(request.actor).values("pk")
    found = LignePlan.objects.filter(plan__in=visible).select_related(
        "plan__structure__departement", "plan__structure__secteur", "plan__organisation", "besoin__type_prestation"
    )
    ligne = get_object_or_404(found, pk=pk)
    ensure_writable(ligne.plan, request.actor)
    return ligne


def _context(ligne: LignePlan, **more) -> dict:
    return {"ligne": ligne, "plan": ligne.plan, "structure": ligne.plan.structure, **more}


class _FromLigne:
    """Put before a page that opens an ingénierie: filled in from a row of a plan."""

    template_name = "projects/plans/ligne_ouvrir.html"
    individuelle = False

    def get_object(self) -> LignePlan:
        return _ligne(self.request, self.kwargs["ligne"])

    def get_cancel_url(self) -> str:
        return reverse("structures:ligne", args=[self.object.pk])

    def get_context(self, **context: Any) -> dict[str, Any]:
        missions = list(self.object.missions.order_by("position", "pk"))
        return super().get_context(
            **_context(self.object),
            individuelle=self.individuelle,
            mission=missions[0] if missions else None,
            autres_missions=missions[1:],
            **context,
        )


class Ouvrir(_FromLigne, Nouvelle):
    """Open an ingénierie collective."""

    success_message = "L’ingénierie est ouverte, sa problématique reprend la ligne du plan."

    def get_initial(self) -> dict[str, Any]:
        row, structure = self.object, self.object.plan.structure
        mission = mission_of(row)
        titre = (mission.objectif_general if mission else "") or row.action or row.difficulte
        return {
            "titre": titre.splitlines()[0][:120],
            "departements": [structure.departement_id],
            "secteurs": [structure.secteur_id],
            "themes": [row.besoin.type_prestation_id] if row.besoin_id else [],
        }

    def save(self, form: NouvelleIngenierieForm) -> Ingenierie:
        return plans.open_collective(self.object, form.values(), form.many_to_many(), actor=self.actor)


class OuvrirIndividuelle(_FromLigne, IndividuelleOpen):
    """Open an ingénierie individuelle for the structure of the plan."""

    success_message = "L’ingénierie individuelle est ouverte, la ligne du plan y mène."
    individuelle = True

    def get_initial(self) -> dict[str, Any]:
        themes = [self.object.besoin.type_prestation] if self.object.besoin_id else []
        return {
            "titre": services.default_title(self.object.plan.structure, themes),
            "themes": [theme.pk for theme in themes],
            "besoins": plans.problematique_of(self.object)["besoins"],
        }

    def save(self, form: IndividuelleForm) -> Ingenierie:
        besoins = form.cleaned_data["besoins"]
        return plans.open_for_structure(self.object, besoins=besoins, actor=self.actor, **self.typed(form))


@require_http_methods(["GET", "POST"])
def rattacher(request: HttpRequest, ligne: int) -> HttpResponse:
    """Choose the ingénierie that carries out the row."""
    row = _ligne(request, ligne)
    found = plans.attachable(row, request.actor)
    if request.method == "POST":
        chosen = whole_number(request.POST.get("ingenierie", ""))
        ingenierie = found.filter(pk=chosen).first() if chosen is not None else None
        if ingenierie is None:
            raise InvalidInput("Choisissez une ingénierie en cours de votre organisation.")
        plans.attach_ligne(row, Ingenierie.objects.get(pk=ingenierie.pk), actor=request.actor)
        messages.success(request, "La ligne est rattachée à l’ingénierie ; sa structure y est ciblée.")
        return redirect("structures:ligne", row.pk)
    page = listing.paginate(found, request)
    rows = [
        {"pk": i.pk, "titre": i.titre, "etape": i.get_state_display(), "pilote": i.pilote.name}
        for i in page.object_list
    ]
    return render(request, "projects/plans/ligne_rattacher.html", _context(row, rows=rows, page=page))


@require_http_methods(["GET", "POST"])
def detacher(request: HttpRequest, ligne: int) -> HttpResponse:
    """Undo an attachment, once confirmed."""
    row = _ligne(request, ligne)
    link = get_object_or_404(LigneIngenierie.objects.select_related("ingenierie", "ligne__plan"), ligne=row)
    if request.method == "POST":
        plans.detach_ligne(link, actor=request.actor)
        messages.success(request, "La ligne n’est plus rattachée.")
        return redirect("structures:ligne", row.pk)
    return render(request, "projects/plans/ligne_detacher.html", _context(row, ingenierie=link.ingenierie))
