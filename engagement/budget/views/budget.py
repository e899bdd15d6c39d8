"""The budget: charges and ressources face to face, balance in words, time valued apart; one small form per line.

The page is drawn from one partial, ``engagement/budget/corps.html``: htmx takes it alone, a browser the whole page.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator

from core import journal
from core.errors import ConditionsNotMet, EditConflict, InvalidInput
from core.models import Attachment
from core.text import whole_number
from core.views.actions import posted_version
from core.views.editing import Conflict, conflict_form
from core.views.once import sent_once
from engagement.budget import cofinancement, facts, partage, summary
from engagement.budget.depenses import DEPENSES, depenses
from engagement.budget.explications import explain, summary_of
from engagement.budget.forms import BudgetForm, ChargeForm, RessourceForm, ValorisationForm
from engagement.budget.jours import JOURS, ecarts
from engagement.budget.models import (
    Budget,
    ConventionCofinancement,
    LigneCharge,
    LigneRessource,
    ScenarioBudget,
    ValorisationTemps,
)
from engagement.budget.prix import PRIX, charge_proposee, ecarts_de_prix
from engagement.budget.services.budget import confirm_budget, unconfirm_budget, update_budget
from engagement.budget.services.lignes import (
    add_charge,
    add_ressource,
    add_valorisation,
    remove_ligne,
    update_ligne,
)
from engagement.budget.tva import REGLE, ZERO
from engagement.dla import expected_organisations
from projects.dossier.views.base import IngenierieView, header_context
from projects.dossier.views.editing import IngenierieEdit
from projects.ingenierie.services import draft_of

#: What the page asks together with its header, to ask nothing more when there is nothing more.
AUTOUR = SimpleNamespace(annotations=facts.autour_du_budget)


@dataclass(frozen=True)
class Sorte:
    """One of the three kinds of lines: its model, form, service and words."""

    model: type
    form: type
    add: Any
    added: str
    anchor: str


SORTES = {
    "charges": Sorte(LigneCharge, ChargeForm, add_charge, "La charge est ajoutée.", "charges"),
    "ressources": Sorte(LigneRessource, RessourceForm, add_ressource, "La ressource est ajoutée.", "ressources"),
    "valorisations": Sorte(
        ValorisationTemps, ValorisationForm, add_valorisation, "Le temps valorisé est ajouté.", "valorisations"
    ),
}


def _chart(lu: summary.BudgetLu) -> dict[str, Any] | None:
    """Numbers for a drawing, as JSON: the exact ones are in the table beside."""
    bars = (lu.charges_par_nature, lu.ressources_par_nature)
    series = [
        {"label": label, "bar": bar, "value": float(amount)}
        for bar, amounts in enumerate(bars)
        for label, amount in amounts.items()
    ]
    return {"bars": ["Charges", "Ressources"], "series": series} if series else None


class _Budget(IngenierieView):
    """The page of the budget, whatever was just tried on it."""

    tab = "budget"

    @cached_property
    def scenario(self) -> ScenarioBudget | None:
        """The scenario of the address (``Http404`` for one of another ingénierie), else ``None``: the kept one."""
        raw = self.request.GET.get("scenario", "")
        if not raw:
            return None
        pk = whole_number(raw)
        return get_object_or_404(ScenarioBudget, pk=pk or 0, ingenierie=self.ingenierie)

    @cached_property
    def dlas(self) -> list[Any]:
        return expected_organisations(self.ingenierie)

    def forms_kwargs(self, sorte: str, version: int, regime: str) -> dict[str, Any]:
        return {
            "prefix": sorte,
            "budget_version": version,
            "ingenierie": self.ingenierie,
            "dlas": self.dlas,
            "regime": regime,
        }

    def line(self, sorte: str, pk: int) -> Any:
        """A line of this ingénierie; ``Http404`` else."""
        if sorte not in SORTES:
            raise Http404
        found = get_object_or_404(
            SORTES[sorte].model.objects.select_related("scenario"), pk=pk, ingenierie=self.ingenierie
        )
        found.ingenierie = self.ingenierie
        if not found.scenario.retenu:
            self.scenario = found.scenario
        return found

    def address(self, anchor: str = "", **query: Any) -> str:
        """The page of the scenario that is shown."""
        if self.scenario is not None and not self.scenario.retenu:
            query = {"scenario": self.scenario.pk, **query}
        told = "&".join(f"{name}={value}" for name, value in query.items())
        return (
            reverse("engagement:budget", args=[self.ingenierie.pk])
            + (f"?{told}" if told else "")
            + (f"#{anchor}" if anchor else "")
        )

    def show(
        self,
        *,
        forms: dict[str, Any] | None = None,
        editing: tuple[str, Any] | None = None,
        conflict: Conflict | None = None,
        conflict_on: str = "",
        refused: ConditionsNotMet | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """``forms`` are those to show instead of fresh ones, ``editing`` the line open in a form, with its kind."""
        header = header_context(self.ingenierie, self.actor, self.tab, also=[AUTOUR, *JOURS, *PRIX, *DEPENSES])
        pk, can = self.ingenierie.pk, header["can_contribute"]
        every = summary.scenarios_of(pk)
        wanted = self.scenario.pk if self.scenario is not None else None
        lu = next((lu for lu in every if (lu.scenario.pk == wanted if wanted else lu.retenu)), None)
        lu = lu or summary.budget_of(pk)
        shown: dict[str, Any] = {}
        proposee = charge_proposee(lu, header["facts"], self.ingenierie) if lu.retenu else {}
        if can:
            for sorte, kind in SORTES.items():
                fresh = self.forms_kwargs(sorte, lu.cadre.version, lu.cadre.regime)
                known = {"initial": proposee} if sorte == "charges" and proposee else {}
                shown[sorte] = (forms or {}).get(sorte) or kind.form(**fresh, **known)
        editing_sorte, line = editing or ("", None)
        apports = cofinancement.par_dla(lu, self.dlas, self.ingenierie.pilote_id)
        told = explain(lu)
        conventions = self._conventions() if header["facts"]["eng_conventions"] else []
        context = {
            **header,
            "budget": lu,
            "balance": lu.balance,
            "explications": told,
            "explications_resume": summary_of(told),
            "chart": _chart(lu),
            "regle": REGLE,
            "regle_parts": partage.REGLE if any(r.part for r in lu.ressources) else "",
            "jours": lu.jours.phrase,
            "ecarts": [
                *ecarts(lu.jours, header["facts"], self.ingenierie),
                *ecarts_de_prix(lu, header["facts"], self.ingenierie),
            ]
            if lu.retenu
            else [],
            "depenses": depenses(header["facts"], self.ingenierie) if lu.retenu else [],
            "charge_proposee": proposee.get("libelle", ""),
            "apports": apports,
            "apports_total": cofinancement.total(apports, lu),
            "scenarios": every,
            "conventions": conventions,
            "conventions_total": sum((c.montant for c in conventions if c.montant is not None), ZERO),
            "versions": self.ingenierie.versions_budget.defer("contenu") if header["facts"]["eng_versions"] else [],
            "forms": shown,
            "add_query": f"?scenario={wanted}" if wanted else "",
            "here": self.address(),
            "edit_address": self.address(modifier=""),
            "editing_sorte": editing_sorte,
            "editing": line,
            "conflict": conflict,
            "conflict_on": conflict_on,
            "refused": refused,
            "htmx_part": bool(self.request.htmx),
            "done_sorte": self.request.GET.get("fait", "") if self.request.htmx else "",
            "budget_tab": next(tab for tab in header["tabs"] if tab["code"] == self.tab),
        }
        template = "engagement/budget/corps.html" if self.request.htmx else "engagement/budget/budget.html"
        return render(self.request, template, context, status=status)

    def _conventions(self) -> list[ConventionCofinancement]:
        """Each with its ``pieces``."""
        found = list(ConventionCofinancement.objects.filter(ingenierie=self.ingenierie))
        pieces = list(Attachment.objects.of(ConventionCofinancement._meta.label_lower, [c.pk for c in found]))
        for convention in found:
            convention.pieces = [piece for piece in pieces if piece.object_id == convention.pk]
        return found

    def after(self, sorte: str) -> HttpResponse:
        """Back to the kind of line just written; htmx finds its form open again, for the next line."""
        query = {"fait": sorte} if self.request.htmx else {}
        return redirect(self.address(SORTES[sorte].anchor, **query))

    def posted_form(self, sorte: str, **kwargs: Any) -> Any:
        """The bound form of a line. A partner or a DLA that is not of this ingénierie is a 404."""
        budget = Budget.objects.filter(ingenierie=self.ingenierie).first() or Budget()
        form = SORTES[sorte].form(self.request.POST, **self.forms_kwargs(sorte, 0, budget.regime), **kwargs)
        for name, field in form.fields.items():
            raw = self.request.POST.get(form.add_prefix(name), "")
            if raw and name in ("partenaire", "dla") and not field.queryset.filter(pk=whole_number(raw) or 0).exists():
                raise Http404
        return form

    def conflict(self, sorte: str, form: Any, error: EditConflict, line: Any | None) -> HttpResponse:
        """The page again with what the others did, one's own text kept."""
        own = []
        if line is not None:
            line = self.line(sorte, line.pk)
            line.version = error.current.version
            own = [e for e in error.entries if (e.object_type, e.object_id) == (line._meta.label_lower, line.pk)]
        again, found = conflict_form(
            form, EditConflict(error.message, entries=own, current=error.current if line is None else line)
        )
        return self.show(
            forms={sorte: again},
            editing=(sorte, line) if line is not None else None,
            conflict=replace(found, timeline=journal.describe(error.entries)),
            conflict_on=sorte,
            status=409,
        )


class Page(_Budget):
    """The budget; ``?modifier=charges-12`` opens a line in a form, ``?scenario=3`` shows another scenario."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        sorte, _, raw = request.GET.get("modifier", "").partition("-")
        number = whole_number(raw)
        if sorte not in SORTES or number is None:
            return self.show()
        line = self.line(sorte, number)
        budget = Budget.objects.filter(ingenierie=self.ingenierie).first() or Budget(version=0)
        form = SORTES[sorte].form(instance=line, **self.forms_kwargs(sorte, budget.version, budget.regime))
        return self.show(forms={sorte: form}, editing=(sorte, line))


class _EcrireLigne(_Budget):
    """Save one of the small forms of the page: the whole page is its answer, hence not one of the shared bases."""

    http_method_names = ["post"]

    def save(self, sorte: str, form: Any, line: Any) -> str:
        """Call the service; return the sentence shown afterwards."""
        raise TypeError(f"{type(self).__name__}.save manque.")

    def write(self, sorte: str, form: Any, line: Any = None) -> HttpResponse:
        editing = (sorte, line) if line is not None else None
        if not form.is_valid():
            return self.show(forms={sorte: form}, editing=editing, status=422)
        try:
            told = self.save(sorte, form, line)
        except EditConflict as error:
            return self.conflict(sorte, form, error, line)
        except InvalidInput as error:
            form.add_error(None, error.sentence)
            return self.show(forms={sorte: form}, editing=editing, status=422)
        messages.success(self.request, told)
        return self.after(sorte)


class AjouterLigne(_EcrireLigne):
    """Add a line to the kept scenario, or to that of the address."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, sorte: str) -> HttpResponse:
        if sorte not in SORTES:
            raise Http404
        return self.write(sorte, self.posted_form(sorte))

    def save(self, sorte: str, form: Any, line: None) -> str:
        SORTES[sorte].add(
            self.ingenierie,
            form.values(),
            actor=self.actor,
            expected_version=form.cleaned_data["version"],
            scenario=self.scenario,
        )
        return SORTES[sorte].added


class ModifierLigne(_EcrireLigne):
    """Save a line."""

    def post(self, request: HttpRequest, pk: int, sorte: str, ligne: int) -> HttpResponse:
        line = self.line(sorte, ligne)
        return self.write(sorte, self.posted_form(sorte, instance=copy.copy(line)), line)

    def save(self, sorte: str, form: Any, line: Any) -> str:
        update_ligne(line, form.values(), actor=self.actor, expected_version=form.cleaned_data["version"])
        return "La ligne est enregistrée."


class RetirerLigne(_Budget):
    """Take a line out."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, sorte: str, ligne: int) -> HttpResponse:
        line = self.line(sorte, ligne)
        remove_ligne(line, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {line} » est retirée du budget ; le journal garde ce qu’elle disait.")
        return self.after(sorte)


class Confirmer(_Budget):
    """« Confirmer le budget d'intervention »."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            confirm_budget(self.ingenierie, actor=self.actor, expected_version=posted_version(request))
        except ConditionsNotMet as error:
            return self.show(refused=error, status=error.status)
        messages.success(request, "Le budget d’intervention est confirmé.")
        return redirect("engagement:budget", pk)


class Revenir(_Budget):
    """Take back the confirmation."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        unconfirm_budget(self.ingenierie, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "Le budget n’est plus confirmé.")
        return redirect("engagement:budget", pk)


class Cadre(IngenierieEdit):
    """What is said of the whole budget."""

    tab = "budget"
    route = "engagement:budget"
    form_class = BudgetForm
    page_title = "Cadre du budget"
    success_message = "Le cadre du budget est enregistré."

    def get_object(self) -> Budget:
        return draft_of(Budget, self.ingenierie)

    def save(self, form: BudgetForm, expected_version: int) -> Budget:
        return update_budget(self.ingenierie, form.values(), actor=self.actor, expected_version=expected_version)
