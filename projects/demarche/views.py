"""The cycle as the framework draws it: steps, phases, actions with their state, help, evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from core.errors import DomainError, InvalidInput
from core.formats import format_recent, plural
from core.forms import OUT_OF_DATE
from core.text import whole_number
from core.views.once import sent_once
from projects import evidence
from projects.aides import Aides, aides_for
from projects.demarche import services
from projects.demarche.avancement import SETTLED, Avancement, proven_unticked
from projects.demarche.models import ChecklistItem
from projects.dossier.views.base import IngenierieView, header_context
from projects.enums import EtatItem
from projects.methodologie import methodology

STATES = [
    (EtatItem.A_FAIRE, "à faire", "circle"),
    (EtatItem.EN_COURS, "en cours", "circle-half"),
    (EtatItem.FAIT, "fait", "check-circle-fill"),
    (EtatItem.SANS_OBJET, "sans objet", "slash-circle"),
]
_ICONS = {code: icon for code, _, icon in STATES}


def _fiches(method: methodology.Methodology, codes) -> list[dict[str, str]]:
    return [
        {
            "code": code,
            "label": f"Fiche {'expérience' if method.fiches[code].kind == 'experience' else 'pratique'} "
            f"{method.fiches[code].number}",
            "title": method.fiches[code].title,
        }
        for code in codes
    ]


_WORDS = dict(EtatItem.choices)


def item_row(
    item: ChecklistItem,
    method: methodology.Methodology,
    proofs: dict[str, evidence.Evidence],
    base: str,
    *,
    full: bool = True,
    aides: Mapping[str, Aides] | None = None,
) -> dict[str, Any]:
    """One line of the page, prepared in Python.

    ``base`` is the address of the démarche; ``full`` adds what only the pages with help show; ``aides`` is what helped
    others, by action.
    """
    action = method.actions.get(item.code)
    settled = item.state in SETTLED
    row = {
        "pk": item.pk,
        "url": f"{base}{item.pk}/",
        "label": action.label if action else item.label,
        "optional": item.optional,
        "state": item.state,
        "state_label": _WORDS[item.state],
        "told": item.state in (EtatItem.EN_COURS, EtatItem.SANS_OBJET),
        "icon": _ICONS[item.state],
        # One click ticks, another unticks; the rest is on the item's own page.
        "next_state": EtatItem.A_FAIRE.value if settled else EtatItem.FAIT.value,
        "next_label": "Remettre à faire" if settled else "Marquer comme faite",
        "reason": item.reason,
        "note": item.note,
        "version": item.version,
        "evidence": proofs.get(item.code) if item.code else None,
        "aides": (aides or {}).get(item.code) if item.code else None,
        "error": "",
    }
    if full:
        seen = set(item.points_vus)
        points = action.points if action else ()
        row |= {
            "help": action.help if action else "",
            "source": action.source if action else "",
            "own": action is None,
            "points": [{"code": p.code, "text": p.text, "seen": p.code in seen} for p in points],
            "fiches": _fiches(method, dict.fromkeys((*action.fiches, *(f for p in points for f in p.fiches))))
            if action
            else [],
        }
    return row


def demarche_context(
    ingenierie,
    items: list[ChecklistItem],
    proofs: dict[str, evidence.Evidence],
    *,
    open_step: str,
    full: bool,
    aides: Mapping[str, Aides] | None = None,
) -> dict[str, Any]:
    """The whole cycle of one ingénierie. ``full``: with help, points and fiches of each action of the open step."""
    method = methodology.get(ingenierie.methodologie_id)
    base = reverse("projects:demarche", args=[ingenierie.pk])
    by_phase: dict[str, list[dict[str, Any]]] = defaultdict(list)
    by_step: dict[str, list[ChecklistItem]] = defaultdict(list)
    for item in items:
        row = item_row(item, method, proofs, base, full=full and item.step == open_step, aides=aides)
        by_phase[item.phase].append(row)
        by_step[item.step].append(item)
    cycle = []
    for step in method.steps:
        cycle.append(
            {
                "code": step.code,
                "label": step.label,
                "help": step.help,
                "avancement": Avancement.of(by_step[step.code], proofs),
                "open": step.code == open_step,
                "phases": [
                    {
                        "code": phase.code,
                        "number": phase.number,
                        "label": phase.label,
                        "help": phase.help,
                        "partner": phase.prestataire_partenaire,
                        "fiches": _fiches(method, phase.fiches) if full else [],
                        "rows": by_phase[phase.code],
                    }
                    for phase in step.phases
                ],
            }
        )
    return {"cycle": cycle, "states": STATES, **proven_context(ingenierie, items, proofs, method)}


def proven_context(
    ingenierie, items: list[ChecklistItem], proofs: dict[str, evidence.Evidence], method: methodology.Methodology
) -> dict[str, Any]:
    """What is ticked and proven in all, and the actions that one act would tick."""
    return {
        "avancement": Avancement.of(items, proofs),
        "a_cocher": [
            {
                "pk": item.pk,
                "version": item.version,
                "label": method.actions[item.code].label,
                "evidence": proofs[item.code],
            }
            for item in proven_unticked(items, proofs)
        ],
    }


def step_count(ingenierie, code: str, items: list[ChecklistItem], proofs: dict[str, Any]) -> dict[str, Any]:
    """One step as :func:`demarche_context` counts it, for when one line alone is drawn."""
    step = next(s for s in methodology.get(ingenierie.methodologie_id).steps if s.code == code)
    counted = Avancement.of([item for item in items if item.step == code], proofs)
    return {"code": step.code, "label": step.label, "avancement": counted}


class Demarche(IngenierieView):
    """The cycle as the framework draws it (four columns), or one step with its help (``?etape=``)."""

    tab = "demarche"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        i = self.ingenierie
        header = header_context(i, self.actor, self.tab, also=evidence.EVIDENCE)
        proofs = evidence.evidence_for(i, header["facts"])
        asked = request.GET.get("etape", "")
        codes = [step.code for step in methodology.get(i.methodologie_id).steps]
        items = list(i.checklist.all())
        if asked in codes:
            codes = [item.code for item in items if item.code and item.step == asked]
            aides = aides_for(i, self.actor, codes)
            context = demarche_context(i, items, proofs, open_step=asked, full=True, aides=aides)
            return render(request, "projects/demarche/demarche_etape.html", header | context)
        state = i.state if i.state in codes else i.left_state
        open_step = state if state in codes else codes[-1]
        aides = aides_for(i, self.actor, [item.code for item in items if item.code])
        context = demarche_context(i, items, proofs, open_step=open_step, full=False, aides=aides)
        return render(request, "projects/demarche/demarche.html", header | context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tick or untick one action of the overview, without JavaScript."""
        # The button says the state it leads to: of a double click, the second half changes nothing.
        wanted, _, state = request.POST.get("item", "").partition(":")
        found = self.ingenierie.checklist.filter(pk=whole_number(wanted)).first()
        if found is None:
            raise Http404
        found.ingenierie = self.ingenierie
        services.set_item(found, actor=self.actor, state=state)
        return redirect(f"{reverse('projects:demarche', args=[pk])}#action-{found.pk}")


class Item(IngenierieView):
    """One action: its page (help, points, note) and its change of state, by htmx or by a plain form."""

    tab = "demarche"

    def _item(self, item: int) -> ChecklistItem:
        found = self.ingenierie.checklist.filter(pk=item).first()
        if found is None:
            raise Http404
        found.ingenierie = self.ingenierie
        return found

    def _row(self, item: ChecklistItem, known: dict[str, Any] | None = None) -> dict[str, Any]:
        method = methodology.get(self.ingenierie.methodologie_id)
        base = reverse("projects:demarche", args=[self.ingenierie.pk])
        aides = aides_for(self.ingenierie, self.actor, [item.code] if item.code else [])
        return item_row(item, method, evidence.evidence_for(self.ingenierie, known), base, aides=aides) | {
            "changed": f"{item.changed_by}, {format_recent(item.changed_at)}" if item.changed_at else ""
        }

    def _line(self, item: ChecklistItem, *, error: str = "", status: int = 200) -> HttpResponse:
        """For htmx, the line (the short one of the overview or the full one of a step) and the counters it changes."""
        header = header_context(self.ingenierie, self.actor, self.tab, also=evidence.EVIDENCE)
        row = self._row(item, header["facts"]) | {"error": error}
        items, proofs = list(self.ingenierie.checklist.all()), evidence.evidence_for(self.ingenierie, header["facts"])
        method = methodology.get(self.ingenierie.methodologie_id)
        step = step_count(self.ingenierie, item.step, items, proofs)
        if not error:
            counted = step["avancement"]
            row["said"] = f"« {row['label']} » : {row['state_label']}. {counted.cochees} sur {counted.total}."
        if "court" in self.request.GET:
            line = render_to_string("projects/demarche/case.html", {"row": row, "can_contribute": True}, self.request)
        else:
            context = {"row": row, "states": STATES, "can_contribute": True}
            line = render_to_string("projects/demarche/item_ligne.html", context, self.request)
        counters = {
            "step": step,
            **proven_context(self.ingenierie, items, proofs, method),
            "tab": next(tab for tab in header["tabs"] if tab["current"]),
        }
        answer = line + render_to_string("projects/demarche/compteurs.html", header | counters, self.request)
        return HttpResponse(answer, status=status)

    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        found = self._item(item)
        return self.page("projects/demarche/item.html", {"row": self._row(found), "item": found, "states": STATES})

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        found = self._item(item)
        # The short button of the overview says all in its address: with JavaScript it stands in a form of many.
        data = request.GET if "court" in request.GET else request.POST
        version = whole_number(data.get("version", ""))
        try:
            if "note" in data and version is None:
                raise InvalidInput(OUT_OF_DATE)
            found = services.set_item(
                found,
                actor=self.actor,
                state=data.get("state") or None,
                reason=data.get("reason"),
                note=data.get("note"),
                points_vus=data.getlist("points") if "points_present" in data else None,
                expected_version=version if "note" in data else None,
            )
        except DomainError as error:
            if request.htmx:
                found.refresh_from_db()
                return self._line(found, error=error.message, status=error.status)
            # What was typed is kept: the page comes back with it.
            row = self._row(self._item(item)) | {
                "error": error.message,
                "note": data.get("note", found.note),
                "reason": data.get("reason", found.reason),
            }
            return self.page(
                "projects/demarche/item.html", {"row": row, "item": found, "states": STATES}, status=error.status
            )
        if request.htmx:
            return self._line(found)
        messages.success(request, "L’action est enregistrée.")
        return redirect(f"{reverse('projects:demarche', args=[pk])}?etape={found.step}#action-{found.pk}")


class CocherProuvees(IngenierieView):
    """Tick in one act the actions whose proof is in the dossier: POST only, those that the page showed."""

    tab = "demarche"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        shown = [value.partition(":") for value in request.POST.getlist("action")]
        versions = {whole_number(item): whole_number(version) for item, _, version in shown}
        if None in versions or None in versions.values():
            raise InvalidInput(OUT_OF_DATE)
        told = services.tick_proven(self.ingenierie, versions, actor=self.actor)
        left = len(told.changed) + len(told.unproven)
        done = plural(len(told.done), "action cochée", "actions cochées") if told.done else "Aucune action cochée"
        if left:
            done += f" ; {plural(left, 'a changé', 'ont changé')} depuis l’affichage de la page et reste à relire"
        messages.add_message(request, messages.SUCCESS if told.done else messages.INFO, f"{done}.")
        return redirect("projects:demarche", pk)


class AjouterItem(IngenierieView):
    """An action of the ingénierie's own."""

    tab = "demarche"

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = services.add_own_item(
            self.ingenierie, actor=self.actor, phase=request.POST.get("phase", ""), label=request.POST.get("label", "")
        )
        messages.success(request, "L’action est ajoutée à votre démarche.")
        return redirect(f"{reverse('projects:demarche', args=[pk])}?etape={item.step}#action-{item.pk}")


class RetirerItem(IngenierieView):
    """Take away an own action."""

    tab = "demarche"

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        found = self.ingenierie.checklist.filter(pk=item).first()
        if found is None:
            raise Http404
        found.ingenierie = self.ingenierie
        services.remove_own_item(found, actor=self.actor)
        messages.success(request, "L’action est retirée.")
        return redirect(f"{reverse('projects:demarche', args=[pk])}?etape={found.step}")


@require_safe
def fiche(request: HttpRequest, code: str) -> HttpResponse:
    """A fiche pratique or expérience, rewritten as short help."""
    try:
        method = methodology.get(methodology.current_id())
        found = method.fiches[code]
    except (LookupError, KeyError):
        raise Http404 from None
    return render(request, "projects/demarche/fiche.html", {"fiche": found, "fiches": method.fiches.values()})
