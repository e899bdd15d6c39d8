"""Pages of the duplicates of the directory: the likely pairs, and two sheets made one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from core import journal, merging
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.text import whole_number
from structures import duplicates, permissions, presenters
from structures.merging import FIELDS, likely_pairs, merge_structures, say_distinct, why_not_merge
from structures.models import Structure

FOUND = 20
PAGE = 20


def _may_merge(request: HttpRequest) -> None:
    refusal = permissions.why_not_create(request.actor)
    if refusal:
        raise NotAllowed(refusal)


def _own(request: HttpRequest, pk: int) -> Structure:
    """A sheet the actor reads, not merged yet."""
    structures = Structure.objects.visible_to(request.actor).filter(merged_into__isnull=True)
    return get_object_or_404(
        structures.select_related("organisation", "departement", "secteur", "branche", "forme_juridique"), pk=pk
    )


@require_GET
def doublons(request: HttpRequest) -> HttpResponse:
    """The likely pairs of one's own directory."""
    _may_merge(request)
    shown = Paginator(likely_pairs(request.actor), PAGE).get_page(request.GET.get("page"))
    rows = []
    for pair in shown.object_list:
        one, other = presenters.rows([pair.one, pair.other])
        rows.append(
            {
                "sheets": [one, other],
                "why": pair.why,
                "url": reverse("structures:reunir", args=[pair.one.pk, pair.other.pk]),
            }
        )
    return render(request, "structures/doublons.html", {"rows": rows, "page": shown})


@require_POST
def distinctes(request: HttpRequest) -> HttpResponse:
    """« Ce sont deux structures »."""
    pks = [whole_number(request.POST.get(name, "")) for name in ("une", "autre")]
    if None in pks:
        raise InvalidInput("Les deux fiches ne sont pas dites : rechargez la page, puis recommencez.")
    one, other = (_own(request, pk) for pk in pks if pk is not None)
    say_distinct(one, other, actor=request.actor)
    messages.success(request, f"C’est noté : « {one} » et « {other} » sont deux structures.")
    return redirect("structures:doublons")


@require_GET
def choisir(request: HttpRequest, pk: int) -> HttpResponse:
    """Which sheet is the same structure: near names first, or a search."""
    structure = _own(request, pk)
    refusal = permissions.why_not_edit(request.actor, structure)
    if refusal:
        raise NotAllowed(refusal)
    q = request.GET.get("q", "")[:200]
    own = Structure.objects.filter(organisation_id=structure.organisation_id, merged_into__isnull=True).exclude(pk=pk)
    if q.strip():
        found = list(own.search(q).with_list_related_data().order_by("search_text", "pk")[:FOUND])
    else:
        near = duplicates.near(structure.organisation_id, structure.name, structure.departement_id, limit=FOUND)
        found = list(own.filter(pk__in=[s.pk for s in near]).with_list_related_data().order_by("search_text", "pk"))
    rows = [{**row, "reunir": reverse("structures:reunir", args=[pk, row["pk"]])} for row in presenters.rows(found)]
    return render(request, "structures/reunir_choisir.html", {"structure": structure, "rows": rows, "q": q})


class Reunir(View):
    """Two sheets side by side, a choice field by field, one button."""

    def dispatch(self, request: HttpRequest, pk: int, autre: int) -> HttpResponse:
        self.kept, self.gone = _own(request, pk), _own(request, autre)
        refusal = why_not_merge(request.actor, self.kept, self.gone)
        if refusal:
            raise NotAllowed(refusal)
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = {
            name: request.POST[f"champ-{name}"]
            for name in FIELDS
            if request.POST.get(f"champ-{name}") in (merging.GONE, merging.BOTH)
        }
        versions = tuple(whole_number(request.POST.get(name, "")) or 0 for name in ("version", "version-autre"))
        try:
            kept = merge_structures(self.kept, self.gone, chosen, actor=request.actor, versions=versions)
        except EditConflict as error:
            self.kept, self.gone = _own(request, self.kept.pk), _own(request, self.gone.pk)
            return self._page(409, error=error.message, timeline=journal.describe(error.entries))
        except InvalidInput as error:
            return self._page(422, error=" ".join([error.message, *error.reasons]))
        messages.success(request, f"Les deux fiches n’en font plus qu’une : « {kept} ».")
        return redirect("structures:detail", kept.pk)

    def _page(self, status: int = 200, error: str = "", timeline: Any = ()) -> HttpResponse:
        posted = self.request.POST
        choices = merging.field_choices(self.kept, self.gone, FIELDS)
        rows: list[dict[str, Any]] = []
        for choice in choices:
            picked = posted.get(f"champ-{choice.name}") or choice.proposed
            options = [(merging.KEPT, choice.kept or "(vide)"), (merging.GONE, choice.gone or "(vide)")]
            if choice.both:
                options.append((merging.BOTH, "Les deux textes, l’un après l’autre"))
            rows.append(
                {
                    "name": f"champ-{choice.name}",
                    "label": choice.label,
                    "alone": not (choice.kept and choice.gone),
                    "options": [
                        {"value": value, "label": label, "checked": value == picked} for value, label in options
                    ],
                }
            )
        kept, gone = presenters.rows([self.kept, self.gone])
        context = {
            "kept": kept,
            "gone": gone,
            "versions": (self.kept.version, self.gone.version),
            "rows": [row for row in rows if not row["alone"]],
            "alone": [row for row in rows if row["alone"]],
            "swap": reverse("structures:reunir", args=[self.gone.pk, self.kept.pk]),
            "error": error,
            "lines": timeline,
        }
        return render(self.request, "structures/reunir.html", context, status=status)
