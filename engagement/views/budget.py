"""The budget: charges and ressources face to face, balance in words, time valued apart; one small form per line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from core import journal
from core.errors import ConditionsNotMet, EditConflict, InvalidInput
from core.formats import format_date, format_date_short, format_days, format_money_plain
from core.views.editing import Conflict, conflict_form
from engagement import services, summary
from engagement.forms import BudgetForm, ChargeForm, RessourceForm, ValorisationForm
from engagement.models import Budget, LigneCharge, LigneRessource, ValorisationTemps
from engagement.services.common import checked, told
from engagement.views.base import EngagementEdit, posted_version, present_or_new
from projects.views.base import IngenierieView


@dataclass(frozen=True)
class Sorte:
    """One of the three kinds of lines: its model, form, service and words."""

    model: type
    form: type
    add: Any
    added: str
    anchor: str


SORTES = {
    "charges": Sorte(LigneCharge, ChargeForm, services.add_charge, "La charge est ajoutée.", "charges"),
    "ressources": Sorte(
        LigneRessource, RessourceForm, services.add_ressource, "La ressource est ajoutée.", "ressources"
    ),
    "valorisations": Sorte(
        ValorisationTemps, ValorisationForm, services.add_valorisation, "Le temps valorisé est ajouté.", "valorisations"
    ),
}


def _decision(r: summary.RessourceLue) -> str:
    if r.obtenu is None:
        return "demandée"
    said = "refusée" if r.obtenu == 0 else "accordée"
    return f"{said} le {format_date_short(r.date_decision)}" if r.date_decision else said


class _Budget(IngenierieView):
    """The page of the budget, whatever was just tried on it."""

    tab = "budget"

    def forms_kwargs(self, sorte: str, version: int) -> dict[str, Any]:
        kwargs: dict[str, Any] = {"prefix": sorte, "budget_version": version}
        return kwargs | ({"ingenierie": self.ingenierie} if sorte == "ressources" else {})

    def line(self, sorte: str, pk: int) -> Any:
        """A line of this ingénierie; ``Http404`` else."""
        if sorte not in SORTES:
            raise Http404
        found = get_object_or_404(SORTES[sorte].model, pk=pk, ingenierie=self.ingenierie)
        found.ingenierie = self.ingenierie
        return found

    def show(
        self,
        *,
        forms: dict[str, Any] | None = None,
        editing: tuple[str, int] | None = None,
        conflict: Conflict | None = None,
        conflict_on: str = "",
        error: ConditionsNotMet | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """``forms`` are those to show instead of fresh ones, ``editing`` the line open in a form."""
        header = self.header()
        pk, b = self.ingenierie.pk, summary.budget(self.ingenierie.pk)
        given = forms or {}
        shown: dict[str, Any] = {}
        if header["can_contribute"]:
            for sorte, kind in SORTES.items():
                shown[sorte] = given.get(sorte) or kind.form(**self.forms_kwargs(sorte, b.version))
        edited_sorte, edited_pk = editing or ("", 0)

        def row(sorte: str, line: Any, **cells: Any) -> dict[str, Any]:
            return {
                "edit": f"?modifier={sorte}-{line.pk}#ligne-{sorte}" if header["can_contribute"] else "",
                "editing": sorte == edited_sorte and line.pk == edited_pk,
                "url": reverse("engagement:ligne", args=[pk, sorte, line.pk]),
                "remove_url": reverse("engagement:ligne_retirer", args=[pk, sorte, line.pk]),
                **cells,
            }

        money = format_money_plain
        context = {
            **header,
            "budget": b,
            "balance": b.balance,
            "tone": "ok"
            if b.balance.equilibre
            else ("neutral" if b.balance.charges == b.balance.ressources else "bad"),
            "confirmed": f"Confirmé par {b.confirme_par} le {format_date(b.confirme_le)}." if b.confirme_le else "",
            "total_charges": money(b.balance.charges),
            "total_ressources": money(b.balance.ressources),
            "total_demande": money(b.total_demande),
            "total_obtenu": money(b.total_obtenu),
            "total_valorise": money(b.total_valorise),
            "total_jours": format_days(b.total_jours_valorises),
            "charges": [
                row(
                    "charges",
                    c,
                    nature=c.nature,
                    libelle=c.libelle,
                    detail=" · ".join(filter(None, (f"phase {c.phase}" if c.phase.isdigit() else c.phase, c.quantite))),
                    montant=money(c.montant),
                )
                for c in b.charges
            ],
            "ressources": [
                row(
                    "ressources",
                    r,
                    nature=r.nature,
                    libelle=r.nom,
                    detail=_decision(r),
                    demande=money(r.demande),
                    obtenu=money(r.obtenu),
                    compte=money(r.compte),
                )
                for r in b.ressources
            ],
            "valorisations": [
                row(
                    "valorisations",
                    v,
                    nature=v.acteur,
                    libelle=v.qui,
                    jours=format_days(v.jours),
                    taux=money(v.taux_jour),
                    montant=money(v.montant) or "non chiffré",
                    arrondi=v.arrondi,
                )
                for v in b.valorisations
            ],
            "forms": shown,
            "add_urls": {s: reverse("engagement:ligne_ajouter", args=[pk, s]) for s in SORTES},
            "editing_sorte": edited_sorte,
            "editing_pk": edited_pk,
            "conflict": conflict,
            "conflict_on": conflict_on,
            "error": error,
        }
        return render(self.request, "engagement/budget.html", context, status=status)

    def after(self, sorte: str) -> HttpResponse:
        return redirect(reverse("engagement:budget", args=[self.ingenierie.pk]) + f"#{SORTES[sorte].anchor}")

    def posted_form(self, sorte: str, **kwargs: Any) -> Any:
        """The bound form of a line. A partner that is not of this ingénierie is a 404."""
        form = SORTES[sorte].form(self.request.POST, **self.forms_kwargs(sorte, 0), **kwargs)
        raw = self.request.POST.get("ressources-partenaire", "")
        if sorte == "ressources" and raw:
            known = raw.isascii() and raw.isdigit() and len(raw) <= 18
            if not known or not self.ingenierie.partenaires_projet.filter(pk=int(raw)).exists():
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
            editing=(sorte, line.pk) if line is not None else None,
            conflict=replace(found, timeline=journal.describe(error.entries)),
            conflict_on=sorte,
            status=409,
        )


class Page(_Budget):
    """The budget; ``?modifier=charges-12`` opens a line in a form."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        sorte, _, raw = request.GET.get("modifier", "").partition("-")
        if sorte not in SORTES or not (raw.isascii() and raw.isdigit() and len(raw) <= 18):
            return self.show()
        line = self.line(sorte, int(raw))
        version = Budget.objects.filter(ingenierie=self.ingenierie).values_list("version", flat=True).first() or 0
        form = SORTES[sorte].form(instance=line, **self.forms_kwargs(sorte, version))
        return self.show(forms={sorte: form}, editing=(sorte, line.pk))


class AjouterLigne(_Budget):
    """Add a line."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, sorte: str) -> HttpResponse:
        if sorte not in SORTES:
            raise Http404
        form = self.posted_form(sorte)
        if not form.is_valid():
            return self.show(forms={sorte: form}, status=422)
        try:
            SORTES[sorte].add(
                self.ingenierie, form.values(), actor=self.actor, expected_version=form.cleaned_data["version"]
            )
        except EditConflict as error:
            if self._already(sorte, form, error):
                messages.info(request, "Cette ligne était déjà enregistrée : elle n’est pas ajoutée une seconde fois.")
                return self.after(sorte)
            return self.conflict(sorte, form, error, None)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(forms={sorte: form}, status=422)
        messages.success(request, SORTES[sorte].added)
        return self.after(sorte)

    def _already(self, sorte: str, form: Any, error: EditConflict) -> bool:
        """Is this the second half of a double click: the same line, just added by the same person?"""
        if len(error.entries) != 1:
            return False
        entry = error.entries[0]
        written = {name: after for name, (_, after) in entry.changes.items()}
        wanted = {
            name: journal.plain(told(value))
            for name, value in checked(SORTES[sorte].model(ingenierie=self.ingenierie), form.values()).items()
            if value not in (None, "")
        }
        return (
            entry.verb == "engagement.ligne_ajoutee"
            and entry.object_type == SORTES[sorte].model._meta.label_lower
            and entry.actor_user_id == self.actor.user_id
            and written == wanted
        )


class ModifierLigne(_Budget):
    """Save a line."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, sorte: str, ligne: int) -> HttpResponse:
        line = self.line(sorte, ligne)
        form = self.posted_form(sorte, instance=self.line(sorte, ligne))
        if not form.is_valid():
            return self.show(forms={sorte: form}, editing=(sorte, line.pk), status=422)
        try:
            services.update_ligne(line, form.values(), actor=self.actor, expected_version=form.cleaned_data["version"])
        except EditConflict as error:
            return self.conflict(sorte, form, error, line)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(forms={sorte: form}, editing=(sorte, line.pk), status=422)
        messages.success(request, "La ligne est enregistrée.")
        return self.after(sorte)


class RetirerLigne(_Budget):
    """Take a line out."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, sorte: str, ligne: int) -> HttpResponse:
        line = self.line(sorte, ligne)
        services.remove_ligne(line, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"« {line} » est retirée du budget ; le journal garde ce qu’elle disait.")
        return self.after(sorte)


class Confirmer(_Budget):
    """« Confirmer le budget d'intervention »."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            services.confirm_budget(self.ingenierie, actor=self.actor, expected_version=posted_version(request))
        except ConditionsNotMet as error:
            return self.show(error=error, status=error.status)
        messages.success(request, "Le budget d’intervention est confirmé.")
        return redirect("engagement:budget", pk)


class Revenir(_Budget):
    """Take back the confirmation."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        services.unconfirm_budget(self.ingenierie, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "Le budget n’est plus confirmé.")
        return redirect("engagement:budget", pk)


class Cadre(EngagementEdit):
    """What is said of the whole budget."""

    tab = "budget"
    route = "engagement:budget"
    form_class = BudgetForm
    page_title = "Cadre du budget"
    success_message = "Le cadre du budget est enregistré."

    def find(self) -> Budget:
        return present_or_new(Budget, self.ingenierie)

    def save(self, form: BudgetForm, expected_version: int) -> Budget:
        return services.update_budget(
            self.ingenierie, form.values(), actor=self.actor, expected_version=expected_version
        )
