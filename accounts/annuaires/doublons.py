"""Pages of the duplicates of a directory, whatever it holds: the likely pairs, and two sheets made one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.views import View

from accounts.annuaires.annuaire import Annuaire
from core import journal, merging
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.formats import plural
from core.text import whole_number

FOUND = 20
PAGE = 20


def merging_urls(annuaire: Annuaire) -> list[URLPattern]:
    """The addresses of the duplicates of a directory, to be put among its own."""
    return [
        path("doublons/", Doublons.as_view(annuaire=annuaire), name="doublons"),
        path("doublons/distinctes/", Distinctes.as_view(annuaire=annuaire), name="distinctes"),
        path("<int:pk>/reunir/", Choisir.as_view(annuaire=annuaire), name="reunir_choisir"),
        path("<int:pk>/reunir/<int:autre>/", Reunir.as_view(annuaire=annuaire), name="reunir"),
    ]


def kept_instead(annuaire: Annuaire, actor: Actor, pk: int) -> int | None:
    """The sheet that replaced the sheet ``pk``, if it was merged and the actor may read the one that is kept."""
    kept = annuaire.model._base_manager.filter(pk=pk).values_list("merged_into_id", flat=True).first()
    return kept if kept is not None and annuaire.readable(actor).filter(pk=kept).exists() else None


class _MergingView(View):
    annuaire: Annuaire = None

    def own(self, pk: int | None) -> Any:
        """A sheet the actor reads, not merged yet; else ``Http404``."""
        return get_object_or_404(self.annuaire.readable(self.request.actor), pk=pk)

    def show(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        common = {"kind": self.annuaire, "list_url": self.annuaire.url("liste")}
        return render(self.request, template, {**common, **context}, status=status)


class Doublons(_MergingView):
    """The likely pairs of one's own directory."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kind, actor = self.annuaire, request.actor
        refusal = kind.why_not_look(actor)
        if refusal:
            raise NotAllowed(refusal)
        pairs = kind.pairs(actor)
        shown = Paginator(pairs, PAGE).get_page(request.GET.get("page"))
        sheets = iter(kind.rows([obj for pair in shown.object_list for obj in (pair.one, pair.other)]))
        rows = []
        for pair in shown.object_list:
            refusal = kind.why_not_merge(actor, pair.one, pair.other)
            rows.append(
                {
                    "sheets": [next(sheets), next(sheets)],
                    "why": pair.why,
                    "url": "" if refusal else self.annuaire.url("reunir", pair.one.pk, pair.other.pk),
                    "refusal": refusal,
                    "apart": not kind.why_not_tell_apart(actor, pair.one, pair.other),
                }
            )
        context = {
            "rows": rows,
            "page": shown,
            "counter": plural(len(pairs), "paire"),
            "capped": len(pairs) >= kind.pairs_max,
            "distinctes_url": self.annuaire.url("distinctes"),
        }
        return self.show("annuaires/doublons.html", context)


class Distinctes(_MergingView):
    """« Ce sont deux structures »."""

    def post(self, request: HttpRequest) -> HttpResponse:
        pks = [whole_number(request.POST.get(name, "")) for name in ("une", "autre")]
        if None in pks:
            raise InvalidInput("Les deux fiches ne sont pas dites : rechargez la page, puis recommencez.")
        one, other = (self.own(pk) for pk in pks)
        self.annuaire.tell_apart(one, other, actor=request.actor)
        messages.success(request, f"C’est noté : « {one} » et « {other} » sont deux {self.annuaire.nouns}.")
        return redirect(self.annuaire.url("doublons"))


class Choisir(_MergingView):
    """Which sheet is the same thing: near names first, or a search."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        kind, sheet = self.annuaire, self.own(pk)
        refusal = kind.why_not_edit(request.actor, sheet)
        if refusal:
            raise NotAllowed(refusal)
        q = request.GET.get("q", "")[:200]
        others = kind.readable(request.actor).filter(organisation_id=sheet.organisation_id).exclude(pk=pk)
        found = others.search(q) if q.strip() else others.filter(pk__in=kind.near(sheet, FOUND))
        rows = kind.rows(list(found.order_by("search_text", "pk")[:FOUND]))
        context = {
            "sheet": kind.rows([sheet])[0],
            "rows": [{**row, "reunir": self.annuaire.url("reunir", pk, row["pk"])} for row in rows],
            "q": q,
        }
        return self.show("annuaires/reunir_choisir.html", context)


class Reunir(_MergingView):
    """Two sheets side by side, a choice field by field, one button."""

    def dispatch(self, request: HttpRequest, pk: int, autre: int) -> HttpResponse:
        self.kept, self.gone = self.own(pk), self.own(autre)
        refusal = self.annuaire.why_not_merge(request.actor, self.kept, self.gone)
        if refusal:
            raise NotAllowed(refusal)
        return super().dispatch(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = {
            name: request.POST[f"champ-{name}"]
            for name in self.annuaire.fields
            if request.POST.get(f"champ-{name}") in (merging.GONE, merging.BOTH)
        }
        versions = tuple(whole_number(request.POST.get(name, "")) or 0 for name in ("version", "version-autre"))
        try:
            kept = self.annuaire.merge(self.kept, self.gone, chosen, actor=request.actor, versions=versions)
        except EditConflict as error:
            self.kept, self.gone = self.own(self.kept.pk), self.own(self.gone.pk)
            return self._page(409, error=error.message, timeline=journal.describe(error.entries))
        except InvalidInput as error:
            return self._page(422, error=" ".join([error.message, *error.reasons]))
        messages.success(request, f"Les deux fiches n’en font plus qu’une : « {kept} ».")
        return redirect(self.annuaire.url("detail", kept.pk))

    def _page(self, status: int = 200, error: str = "", timeline: Any = ()) -> HttpResponse:
        posted, kind = self.request.POST, self.annuaire
        rows: list[dict[str, Any]] = []
        for choice in merging.field_choices(self.kept, self.gone, kind.fields, one_of=kind.one_of):
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
        kept, gone = kind.rows([self.kept, self.gone])
        context = {
            "kept": kept,
            "gone": gone,
            "versions": (self.kept.version, self.gone.version),
            "rows": [row for row in rows if not row["alone"]],
            "alone": [row for row in rows if row["alone"]],
            "swap": self.annuaire.url("reunir", self.gone.pk, self.kept.pk),
            "error": error,
            "lines": timeline,
        }
        return self.show("annuaires/reunir.html", context, status)
