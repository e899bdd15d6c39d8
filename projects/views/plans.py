"""From a row of a plan d'accompagnement: open an ingénierie collective, attach the row to one, detach it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from core import listing
from core.errors import InvalidInput, NotAllowed
from projects import permissions, services
from projects.forms import IndividuelleForm, NouvelleIngenierieForm
from projects.models import Ingenierie, LigneIngenierie
from projects.services import plans
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


@require_http_methods(["GET", "POST"])
def ouvrir(request: HttpRequest, ligne: int) -> HttpResponse:
    """Open an ingénierie collective, filled in from the row."""
    actor = request.actor
    row = _ligne(request, ligne)
    if not permissions.can_create(actor):
        raise NotAllowed("Seuls les membres d’un DLA ou d’un C2RA, hors lecture seule, ouvrent une ingénierie.")
    structure = row.plan.structure
    initial = {
        "titre": (row.action or row.difficulte).splitlines()[0][:120],
        "departements": [structure.departement_id],
        "secteurs": [structure.secteur_id],
        "themes": [row.besoin.type_prestation_id] if row.besoin_id else [],
    }
    if request.method == "GET":
        form = NouvelleIngenierieForm(actor=actor, initial=initial)
        return render(request, "projects/ligne_ouvrir.html", _context(row, form=form, individuelle=False))
    form = NouvelleIngenierieForm(request.POST, actor=actor)
    if not form.is_valid():
        return render(request, "projects/ligne_ouvrir.html", _context(row, form=form, individuelle=False), status=422)
    values = form.values()
    with transaction.atomic():
        already = services.opened_just_now(actor, values["titre"], values["pilote"])
        if already is not None:
            messages.info(request, "Vous veniez d’ouvrir cette ingénierie : la voici.")
            return redirect("projects:detail", already.pk)
        ingenierie = plans.open_collective(row, values, form.many_to_many(), actor=actor)
    messages.success(request, "L’ingénierie est ouverte, sa problématique reprend la ligne du plan.")
    return redirect("projects:detail", ingenierie.pk)


@require_http_methods(["GET", "POST"])
def ouvrir_individuelle(request: HttpRequest, ligne: int) -> HttpResponse:
    """Open an ingénierie individuelle for the structure of the plan, filled in from the row."""
    actor = request.actor
    row = _ligne(request, ligne)
    if not permissions.can_create(actor):
        raise NotAllowed("Seuls les membres d’un DLA ou d’un C2RA, hors lecture seule, ouvrent une ingénierie.")
    themes = [row.besoin.type_prestation] if row.besoin_id else []
    initial = {
        "titre": services.default_title(row.plan.structure, themes),
        "themes": [theme.pk for theme in themes],
        "besoins": plans.problematique_of(row)["besoins"],
    }
    form = IndividuelleForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with transaction.atomic():
            already = services.opened_just_now(actor, data["titre"], actor.organisation)
            if already is not None:
                messages.info(request, "Vous veniez d’ouvrir cette ingénierie : la voici.")
                return redirect("projects:detail", already.pk)
            ingenierie = plans.open_for_structure(
                row,
                titre=data["titre"],
                themes=data["themes"],
                values={name: data[name] for name in ("charge_mission", "date_debut", "date_fin")},
                besoins=data["besoins"],
                actor=actor,
            )
        messages.success(request, "L’ingénierie individuelle est ouverte, la ligne du plan y mène.")
        return redirect("projects:detail", ingenierie.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "projects/ligne_ouvrir.html", _context(row, form=form, individuelle=True), status=status)


@require_http_methods(["GET", "POST"])
def rattacher(request: HttpRequest, ligne: int) -> HttpResponse:
    """Choose the ingénierie that carries out the row."""
    row = _ligne(request, ligne)
    found = plans.attachable(row, request.actor)
    if request.method == "POST":
        chosen = request.POST.get("ingenierie", "")
        ingenierie = found.filter(pk=int(chosen)).first() if chosen.isdigit() and len(chosen) < 16 else None
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
    return render(request, "projects/ligne_rattacher.html", _context(row, rows=rows, page=page))


@require_http_methods(["GET", "POST"])
def detacher(request: HttpRequest, ligne: int) -> HttpResponse:
    """Undo an attachment, once confirmed."""
    row = _ligne(request, ligne)
    link = get_object_or_404(LigneIngenierie.objects.select_related("ingenierie", "ligne__plan"), ligne=row)
    if request.method == "POST":
        plans.detach_ligne(link, actor=request.actor)
        messages.success(request, "La ligne n’est plus rattachée.")
        return redirect("structures:ligne", row.pk)
    return render(request, "projects/ligne_detacher.html", _context(row, ingenierie=link.ingenierie))
