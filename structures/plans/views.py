"""Pages of the plan d'accompagnement: the rows, their follow-up, the missions, the actualisations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from core import journal, listing
from core.errors import DomainError, InvalidInput
from core.formats import format_datetime
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from core.views.editing import CreateView, VersionedUpdateView
from core.views.once import sent_once
from structures.annuaire.models import Structure
from structures.diagnostics import permissions
from structures.diagnostics.presenters import person
from structures.plans import presenters, reponses, services
from structures.plans.content import changes_between
from structures.plans.forms import (
    ActualisationForm,
    BesoinsForm,
    LigneEditForm,
    LigneForm,
    MissionEditForm,
    MissionForm,
    MoveForm,
    PlanForm,
    ReponsePlanForm,
    SuiviForm,
)
from structures.plans.models import ActualisationPlan, LignePlan, MissionPreconisee, PlanAccompagnement, ReponsePlan


def _plan(request: HttpRequest, pk: int) -> PlanAccompagnement:
    found = PlanAccompagnement.objects.select_related("structure", "organisation", "suivi_par", "diagnostic")
    return get_object_or_404(found.visible_to(request.actor), pk=pk)


def _under_plan(model, request: HttpRequest, pk: int):
    """A row or a mission, with its plan, for who reads the plan."""
    found = model.objects.filter(plan__in=PlanAccompagnement.objects.visible_to(request.actor).values("pk"))
    return get_object_or_404(found.select_related("plan__structure", "plan__organisation", "plan__diagnostic"), pk=pk)


def _refusal(actor, plan: PlanAccompagnement) -> str:
    return permissions.why_not_write(actor, plan) or plan.why_frozen


def _url(plan: PlanAccompagnement, anchor: str = "") -> str:
    return reverse("structures:plan", args=[plan.pk]) + anchor


@require_POST
@sent_once
def nouveau(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the plan of a structure; a second click goes to the one that is there."""
    structure = get_object_or_404(Structure.objects.visible_to(request.actor).select_related("organisation"), pk=pk)
    plan = services.open_plan(structure, actor=request.actor)
    return redirect(_url(plan))


def _rows(request: HttpRequest, plan: PlanAccompagnement, can_write: bool) -> list[dict[str, Any]]:
    return presenters.ligne_rows(list(plan.lignes.all()), request.actor, can_write=can_write)


class Detail(View):
    """The plan: its rows, its missions, its actualisations, what may be done."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.plan = _plan(request, kwargs["pk"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        plan, actor = self.plan, self.request.actor
        why_not = permissions.why_not_write(actor, plan) or ""
        can_write = not why_not and not plan.why_frozen
        context = {
            "plan": plan,
            "structure": plan.structure,
            "etat": plan.get_state_display(),
            "tag": plan.state_tag,
            "label": presenters.plan_label(plan),
            "suivi_par": person(plan.suivi_par),
            "hint": plan.state_hint,
            "rows": _rows(self.request, plan, can_write),
            "missions": presenters.mission_rows(plan.missions.select_related("ligne")),
            "besoins": list(services.besoins_without_row(plan)) if can_write else [],
            "actualisations": presenters.actualisation_rows(plan),
            "pending": len(services.pending_changes(plan)) if can_write else 0,
            "reponses": presenters.reponse_rows(plan),
            "can_answer": not why_not and not reponses.why_not_read(plan),
            "established": plan.numero > 0,
            "actions": available_actions(plan, actor) if not why_not else [],
            "can_write": can_write,
            "why_read_only": why_not or plan.why_frozen,
            "refused": None,
            "reason": "",
            **context,
        }
        return render(self.request, "structures/plans/detail.html", context, status=status)


class Etat(ActionMixin, Detail):
    """Close, reopen."""

    http_method_names = ["post"]

    def perform(self, action: str, **shown: Any) -> PlanAccompagnement:
        return services.perform_action(self.plan, action, actor=self.request.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: PlanAccompagnement) -> str:
        return _url(obj)


class Besoins(Detail):
    """A row for each need chosen."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        plan = self.plan
        services.ensure_writable(plan, request.actor)
        form = BesoinsForm(request.POST, possible=[b.pk for b in services.besoins_without_row(plan)])
        if not form.is_valid():
            refused = InvalidInput("Choisissez au moins un besoin qui n’a pas encore sa ligne.")
            return self.show(status=422, refused=refused)
        services.add_from_besoins(plan, form.cleaned_data["besoin"], actor=request.actor)
        messages.success(request, "Les lignes sont ajoutées : complétez la cause, l’action, l’échéance et les moyens.")
        return redirect(_url(plan, "#lignes"))


class _UnderPlan:
    """A form under a plan: of the plan itself, or of something it holds."""

    template_name = "structures/plans/edit.html"
    anchor = ""
    #: Words of the button that adds one more, of the one that takes out.
    again = ""
    remove_route = ""
    remove_label = ""

    @property
    def plan(self) -> PlanAccompagnement:
        return self.object if isinstance(self.object, PlanAccompagnement) else self.object.plan

    def refusal(self, obj: Any) -> str:
        return _refusal(self.actor, self.plan)

    def get_success_url(self) -> str:
        return _url(self.plan, self.anchor)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(
            plan=self.plan,
            structure=self.plan.structure,
            label=presenters.plan_label(self.plan),
            remove_url=reverse(self.remove_route, args=[self.object.pk]) if self.remove_route else "",
            remove_label=self.remove_label,
            again=self.again,
            **context,
        )


class _PlanEdit(_UnderPlan, VersionedUpdateView):
    """An edit page under a plan."""


class _PlanCreate(_UnderPlan, CreateView):
    """A page that adds something to a plan."""

    def get_object(self) -> PlanAccompagnement:
        return _plan(self.request, self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "plan": self.plan}

    def get_success_url(self) -> str:
        return self.request.path if self.request.POST.get("suite") == "encore" else self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return _url(self.plan, self.anchor)


class PlanEdit(_PlanEdit):
    """The diagnostic it starts from, how it is followed up."""

    form_class = PlanForm
    page_title = "Suivi du plan d’accompagnement"
    success_message = "Le plan est enregistré."

    def get_object(self) -> PlanAccompagnement:
        return _plan(self.request, self.kwargs["pk"])

    def save(self, form: Any, expected_version: int) -> PlanAccompagnement:
        return services.update_plan(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class LigneNouvelle(_PlanCreate):
    """Add a row."""

    form_class = LigneForm
    page_title = "Ajouter une ligne au plan"
    success_message = "La ligne est ajoutée."
    again = "Enregistrer et en ajouter une autre"
    anchor = "#lignes"

    def save(self, form: LigneForm) -> LignePlan:
        return services.add_ligne(self.plan, form.values(), actor=self.actor)


class LigneEdit(_PlanEdit):
    """Change a row."""

    form_class = LigneEditForm
    page_title = "Modifier la ligne du plan"
    success_message = "La ligne est enregistrée."
    remove_route = "structures:ligne_retirer"
    remove_label = "Retirer cette ligne"

    @property
    def anchor(self) -> str:
        return f"#ligne-{self.object.pk}"

    def get_object(self) -> LignePlan:
        return _under_plan(LignePlan, self.request, self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "plan": self.object.plan}

    def save(self, form: Any, expected_version: int) -> LignePlan:
        return services.update_ligne(self.object, form.values(), actor=self.actor, expected_version=expected_version)


@require_POST
def ligne_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a row out."""
    ligne = _under_plan(LignePlan, request, pk)
    services.remove_ligne(ligne, actor=request.actor)
    messages.success(request, "La ligne est retirée ; le journal et les actualisations passées la gardent.")
    return redirect(_url(ligne.plan, "#lignes"))


@require_POST
def ligne_deplacer(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a row up or down; htmx gets the rows alone, and the keyboard stays on its button."""
    ligne = _under_plan(LignePlan, request, pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("Ce déplacement n’a pas été compris : rechargez la page.")
    services.move_ligne(ligne, form.cleaned_data["sens"], actor=request.actor)
    if listing.is_partial(request):
        context = {"plan": ligne.plan, "rows": _rows(request, ligne.plan, True), "can_write": True}
        return render(request, "structures/plans/lignes.html", context)
    return redirect(_url(ligne.plan, f"#ligne-{ligne.pk}"))


class Ligne(_PlanEdit):
    """A row: all it says, what followed it up, and its state."""

    form_class = SuiviForm
    template_name = "structures/plans/ligne.html"
    page_title = "Ligne du plan"
    success_message = "Le suivi est noté."

    def get_object(self) -> LignePlan:
        return _under_plan(LignePlan, self.request, self.kwargs["pk"])

    def refusal(self, obj: LignePlan) -> str:
        # Who reads the plan reads its rows; the form is for who may write.
        return _refusal(self.actor, obj.plan) if self.request.method == "POST" else ""

    def get_initial(self) -> dict[str, Any]:
        return {"etat": self.object.etat}

    def save(self, form: Any, expected_version: int) -> LignePlan:
        data = form.cleaned_data
        return services.follow_ligne(
            self.object, data["etat"], note=data["note"], actor=self.actor, expected_version=expected_version
        )

    def get_success_url(self) -> str:
        return reverse("structures:ligne", args=[self.object.pk])

    def get_cancel_url(self) -> str:
        return _url(self.plan, f"#ligne-{self.object.pk}")

    def get_context(self, **context: Any) -> dict[str, Any]:
        why_not = _refusal(self.actor, self.plan)
        (row,) = presenters.ligne_rows([self.object], self.actor, can_write=not why_not)
        return super().get_context(
            row=row,
            suivis=presenters.suivi_rows(self.object.suivis.all()),
            besoin=self.object.besoin,
            missions=presenters.mission_rows(self.object.missions.all()),
            can_write=not why_not,
            why_read_only=why_not,
            **context,
        )


class MissionNouvelle(_PlanCreate):
    """Recommend a mission."""

    form_class = MissionForm
    page_title = "Préconiser une mission d’appui"
    success_message = "La mission est préconisée."
    anchor = "#missions"

    def save(self, form: MissionForm) -> MissionPreconisee:
        return services.add_mission(self.plan, form.values(), actor=self.actor)


class MissionEdit(_PlanEdit):
    """Change a mission."""

    form_class = MissionEditForm
    page_title = "Modifier la mission préconisée"
    success_message = "La mission est enregistrée."
    anchor = "#missions"
    remove_route = "structures:mission_retirer"
    remove_label = "Retirer cette mission"

    def get_object(self) -> MissionPreconisee:
        return _under_plan(MissionPreconisee, self.request, self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "plan": self.object.plan}

    def save(self, form: Any, expected_version: int) -> MissionPreconisee:
        return services.update_mission(self.object, form.values(), actor=self.actor, expected_version=expected_version)


@require_POST
def mission_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mission out."""
    mission = _under_plan(MissionPreconisee, request, pk)
    services.remove_mission(mission, actor=request.actor)
    messages.success(request, "La mission est retirée ; le journal garde ce qu’elle disait.")
    return redirect(_url(mission.plan, "#missions"))


class Actualiser(_PlanEdit):
    """Keep the plan as it stands: what changed since the last time is shown first."""

    form_class = ActualisationForm
    template_name = "structures/plans/actualiser.html"

    def get_object(self) -> PlanAccompagnement:
        return _plan(self.request, self.kwargs["pk"])

    def save(self, form: Any, expected_version: int) -> PlanAccompagnement:
        services.actualise(
            self.object, motif=form.cleaned_data["motif"], actor=self.actor, expected_version=expected_version
        )
        return self.object

    def get_page_title(self) -> str:
        return "Actualiser le plan" if self.object.numero else "Établir le plan"

    def get_success_message(self) -> str:
        return "Le plan est actualisé." if self.object.numero else "Le plan est établi."

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(changes=services.pending_changes(self.object), **context)


class Reponse(CreateView):
    """Note what the structure answered to its plan, by word of mouth or in writing."""

    form_class = ReponsePlanForm
    template_name = "structures/plans/reponse.html"
    page_title = "Réponse de la structure"
    success_message = "La réponse de la structure est enregistrée."

    def get_object(self) -> PlanAccompagnement:
        return _plan(self.request, self.kwargs["pk"])

    def refusal(self, obj: PlanAccompagnement) -> str:
        return permissions.why_not_write(self.actor, obj) or reponses.why_not_read(obj)

    def get_initial(self) -> dict[str, Any]:
        return {"nom": self.object.structure.contact_name}

    def save(self, form: ReponsePlanForm) -> ReponsePlan:
        return reponses.record_reponse(self.object, form.cleaned_data, actor=self.actor)

    def get_success_url(self) -> str:
        return _url(self.object, "#reponses")

    def get_cancel_url(self) -> str:
        return _url(self.object)

    def get_context(self, **context: Any) -> dict[str, Any]:
        plan = self.object
        return super().get_context(plan=plan, structure=plan.structure, label=presenters.plan_label(plan), **context)


@require_GET
def actualisation(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """The plan as it stood, and what had changed since the time before."""
    plan = _plan(request, pk)
    found = get_object_or_404(ActualisationPlan, plan=plan, numero=numero)
    before = ActualisationPlan.objects.filter(plan=plan, numero=numero - 1).first()
    context = {
        "plan": plan,
        "structure": plan.structure,
        "label": presenters.plan_label(plan),
        "actualisation": found,
        "titre": "Établissement du plan" if numero == 1 else f"Actualisation n° {numero - 1}",
        "quand": format_datetime(found.le),
        "contenu": found.data,
        "changes": changes_between(before.data, found.data) if before else [],
        "before": before,
    }
    return render(request, "structures/plans/actualisation.html", context)


@require_GET
def journal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to the plan, its rows and its missions."""
    plan = _plan(request, pk)
    page = listing.paginate(journal.entries_for(plan), request)
    context = {
        "plan": plan,
        "structure": plan.structure,
        "label": presenters.plan_label(plan),
        "lines": journal.describe(page.object_list),
        "page": page,
    }
    return render(request, "structures/plans/journal.html", context)
