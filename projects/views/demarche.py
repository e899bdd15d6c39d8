"""The cycle as the framework draws it: steps, phases, actions with their state, help, evidence."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from core.errors import DomainError
from core.formats import format_recent
from projects import evidence, methodology, services
from projects.enums import EtatItem
from projects.models import ChecklistItem
from projects.views.base import IngenierieView

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


def item_row(
    item: ChecklistItem, method: methodology.Methodology, proofs: dict[str, evidence.Evidence], pk: int
) -> dict[str, Any]:
    """One line of the page, prepared in Python."""
    action = method.actions.get(item.code)
    seen = set(item.points_vus)
    return {
        "pk": item.pk,
        "url": reverse("projects:item", args=[pk, item.pk]),
        "label": action.label if action else item.label,
        "help": action.help if action else "",
        "optional": item.optional,
        "source": action.source if action else "",
        "own": action is None,
        "state": item.state,
        "state_label": item.get_state_display(),
        "icon": _ICONS[item.state],
        "settled": item.is_settled,
        # One click ticks, another unticks; the rest is on the item's own page.
        "next_state": EtatItem.A_FAIRE.value if item.is_settled else EtatItem.FAIT.value,
        "next_label": "Remettre à faire" if item.is_settled else "Marquer comme faite",
        "reason": item.reason,
        "note": item.note,
        "version": item.version,
        "points": [{"code": p.code, "text": p.text, "seen": p.code in seen} for p in action.points] if action else [],
        "points_seen": len(seen),
        "fiches": _fiches(method, dict.fromkeys((*action.fiches, *(f for p in action.points for f in p.fiches))))
        if action
        else [],
        "evidence": proofs.get(item.code) if item.code else None,
        "error": "",
        "changed": f"{item.changed_by}, {format_recent(item.changed_at)}" if item.changed_at else "",
    }


def demarche_context(ingenierie, *, open_step: str) -> dict[str, Any]:
    """The whole cycle of one ingénierie: two queries (items, evidence)."""
    method = methodology.get(ingenierie.methodologie_id)
    proofs = evidence.evidence_for(ingenierie)
    by_phase: dict[str, list[dict[str, Any]]] = defaultdict(list)
    counts: Counter[tuple[str, bool]] = Counter()
    for item in ingenierie.checklist.order_by("position", "pk"):
        by_phase[item.phase].append(item_row(item, method, proofs, ingenierie.pk))
        if not item.optional:
            counts[item.step, item.is_settled] += 1
    cycle = []
    for step in method.steps:
        done, total = counts[step.code, True], counts[step.code, True] + counts[step.code, False]
        cycle.append(
            {
                "code": step.code,
                "label": step.label,
                "help": step.help,
                "done": done,
                "total": total,
                "open": step.code == open_step,
                "phases": [
                    {
                        "code": phase.code,
                        "number": phase.number,
                        "label": phase.label,
                        "help": phase.help,
                        "partner": phase.prestataire_partenaire,
                        "fiches": _fiches(method, phase.fiches),
                        "rows": by_phase[phase.code],
                    }
                    for phase in step.phases
                ],
            }
        )
    return {"cycle": cycle, "states": STATES}


class Demarche(IngenierieView):
    """The cycle as the framework draws it (four columns), or one step with its help (``?etape=``)."""

    tab = "demarche"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = request.GET.get("etape", "")
        codes = [step.code for step in methodology.get(self.ingenierie.methodologie_id).steps]
        if asked in codes:
            return self.page("projects/demarche_etape.html", demarche_context(self.ingenierie, open_step=asked))
        state = self.ingenierie.state if self.ingenierie.state in codes else self.ingenierie.left_state
        open_step = state if state in codes else codes[-1]
        return self.page("projects/demarche.html", demarche_context(self.ingenierie, open_step=open_step))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tick or untick one action of the overview, without JavaScript."""
        wanted = request.POST.get("item", "")
        found = self.ingenierie.checklist.filter(pk=int(wanted)).first() if wanted.isdigit() else None
        if found is None:
            raise Http404
        found.ingenierie = self.ingenierie
        state = EtatItem.A_FAIRE if found.is_settled else EtatItem.FAIT
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

    def _row(self, item: ChecklistItem) -> dict[str, Any]:
        method = methodology.get(self.ingenierie.methodologie_id)
        return item_row(item, method, evidence.evidence_for(self.ingenierie), self.ingenierie.pk)

    def _line(self, item: ChecklistItem, *, error: str = "", status: int = 200) -> HttpResponse:
        """The line alone, for htmx: the short one of the overview or the full one of a step."""
        template = "projects/item_case.html" if "court" in self.request.POST else "projects/item_ligne.html"
        row = self._row(item) | {"error": error}
        context = {"row": row, "states": STATES, "can_contribute": True}
        return render(self.request, template, context, status=status)

    def get(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        found = self._item(item)
        return self.page("projects/item.html", {"row": self._row(found), "item": found, "states": STATES})

    def post(self, request: HttpRequest, pk: int, item: int) -> HttpResponse:
        found = self._item(item)
        data = request.POST
        version = data.get("version", "")
        try:
            found = services.set_item(
                found,
                actor=self.actor,
                state=data.get("state") or None,
                reason=data.get("reason"),
                note=data.get("note"),
                points_vus=data.getlist("points") if "points_present" in data else None,
                expected_version=int(version) if "note" in data and version.isdigit() else None,
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
            return self.page("projects/item.html", {"row": row, "item": found, "states": STATES}, status=error.status)
        if request.htmx:
            return self._line(found)
        messages.success(request, "L’action est enregistrée.")
        return redirect(f"{reverse('projects:demarche', args=[pk])}?etape={found.step}#action-{found.pk}")


class AjouterItem(IngenierieView):
    """An action of the ingénierie's own."""

    tab = "demarche"

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


def fiche(request: HttpRequest, code: str) -> HttpResponse:
    """A fiche pratique or expérience, rewritten as short help."""
    try:
        method = methodology.get(methodology.current_id())
        found = method.fiches[code]
    except (LookupError, KeyError):
        raise Http404 from None
    return render(request, "projects/fiche.html", {"fiche": found, "fiches": method.fiches.values()})
