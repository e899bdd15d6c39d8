"""Importing a spreadsheet: the template, the file, the preview line by line, the result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core import listing
from core.exports import export_response
from core.formats import format_datetime, plural
from core.imports import IMPORTS, ImportKind, Note, services
from core.imports.forms import ImportForm
from core.imports.model_file import model_response
from core.imports.reading import MAX_LINES
from core.models import Import, ImportLine, ImportState, Issue, Job, Verdict
from core.views.editing import CreateView
from core.views.operations import job_panel

PREVIEW_SIZE = 50
RECENT = 8

STATE_TAGS = {
    ImportState.APERCU: "tag-warn",
    ImportState.TERMINE: "tag-ok",
    ImportState.ABANDONNE: "tag-neutral",
    ImportState.REFUSE: "tag-bad",
}
VERDICT_TAGS = {
    Verdict.NOUVELLE: "tag-ok",
    Verdict.MODIFIEE: "tag-accent",
    Verdict.INCHANGEE: "tag-neutral",
    Verdict.ERREUR: "tag-bad",
}
ISSUE_TAGS = {
    Issue.CREEE: "tag-ok",
    Issue.MISE_A_JOUR: "tag-accent",
    Issue.INCHANGEE: "tag-neutral",
    Issue.REFUSEE: "tag-bad",
}


def _kind(request: HttpRequest, code: str) -> ImportKind:
    try:
        return services.kind_for(code, request.actor)
    except LookupError:
        raise Http404 from None


def _visible(request: HttpRequest, pk: int) -> tuple[Import, ImportKind]:
    source = get_object_or_404(Import.objects.visible_to(request.actor), pk=pk)
    kind = IMPORTS.get(source.kind)
    if kind is None:
        raise Http404
    return source, kind


class ImportNew(CreateView):
    """What may be imported and how; the file is given here."""

    form_class = ImportForm
    template_name = "imports/nouveau.html"
    error_field = "fichier"

    def get_object(self) -> ImportKind:
        return _kind(self.request, self.kwargs["code"])

    def save(self, form: ImportForm) -> Import:
        return services.start_import(self.kwargs["code"], form.cleaned_data["fichier"], actor=self.actor)

    def done(self) -> HttpResponse:
        return redirect("core:import_detail", self.created.pk)  # the preview says the rest

    def get_cancel_url(self) -> str:
        return reverse(self.object.list_route)

    def get_context(self, **context: Any) -> dict[str, Any]:
        kind = self.object
        recent = Import.objects.visible_to(self.actor).filter(kind=kind.code)
        return super().get_context(
            kind=kind,
            columns=[
                {"heading": c.heading, "help": c.help, "example": c.example, "required": c.required}
                for c in kind.columns
            ],
            recent=[
                {
                    "url": reverse("core:import_detail", args=[source.pk]),
                    "name": source.filename,
                    "when": format_datetime(source.created_at),
                    "state": source.get_state_display(),
                    "tag": STATE_TAGS.get(source.state, "tag-neutral"),
                    "said": _said(kind, source.counts) if source.state == ImportState.TERMINE else "",
                }
                for source in recent[:RECENT]
            ],
            most=MAX_LINES,
            **context,
        )


@require_GET
def import_template(request: HttpRequest, code: str, file_format: str) -> HttpResponse:
    """The template to fill."""
    return model_response(_kind(request, code), file_format)


def _agreed(kind: ImportKind, count: int, word: str) -> str:
    """« 3 créées », « 1 créé »: ``word`` is the feminine participle."""
    word = word if kind.feminine else word.removesuffix("e")
    return f"{count} {word}" if count < 2 else f"{count} {word}s"


def _said(kind: ImportKind, counts: dict[str, int]) -> str:
    """What an import did, in one line."""
    if not counts:
        return ""
    parts = [
        _agreed(kind, counts.get("created", 0), "créée"),
        _agreed(kind, counts.get("updated", 0), "modifiée"),
        _agreed(kind, counts.get("inchangee", 0) + counts.get("settled", 0), "inchangée"),
    ]
    wrong = counts.get("erreur", 0) + counts.get("refused", 0)
    return ", ".join(parts) + (f", {wrong} en erreur" if wrong else "")


#: Code in the address → (label, condition on the lines)
def _groups(kind: ImportKind, counts: dict[str, int], done: bool) -> list[tuple[str, str, int, dict[str, Any]]]:
    """The groups of lines one may look at: code, label, number, filter."""
    groups: list[tuple[str, str, int, dict[str, Any]]] = [("", "Toutes les lignes", counts["total"], {})]
    if done:
        groups += [
            ("creees", "Créées", counts["created"], {"issue": Issue.CREEE}),
            ("mises-a-jour", "Modifiées", counts["updated"], {"issue": Issue.MISE_A_JOUR}),
        ]
    else:
        groups += [
            ("nouvelles", "Nouvelles", counts["nouvelle"], {"verdict": Verdict.NOUVELLE}),
            ("modifiees", "Modifiées", counts["modifiee"], {"verdict": Verdict.MODIFIEE}),
        ]
    groups += [
        ("inchangees", "Inchangées", counts["inchangee"], {"verdict": Verdict.INCHANGEE}),
        ("a-verifier", "À vérifier", counts["doubtful"], {"doubtful": True}),
        ("erreurs", "En erreur", counts["erreur"], {"verdict": Verdict.ERREUR}),
    ]
    if counts["refused"]:
        groups.append(("refusees", "Refusées à l’import", counts["refused"], {"issue": Issue.REFUSEE}))
    return [group for group in groups if group[2] or not group[0]]


def _row(kind: ImportKind, source: Import, line: ImportLine, note: Note | None) -> dict[str, Any]:
    """A line of the file, ready to show."""
    if line.issue:
        state, tag = Issue(line.issue).label, ISSUE_TAGS[Issue(line.issue)]
    elif source.state == ImportState.TERMINE and line.verdict in (Verdict.NOUVELLE, Verdict.MODIFIEE):
        state, tag = "non importée", "tag-warn"
    else:
        state, tag = line.get_verdict_display(), VERDICT_TAGS.get(line.verdict, "tag-neutral")
    first = next((c.name for c in kind.columns if c.required), kind.columns[0].name)
    return {
        "number": line.number,
        "name": line.cells.get(first, "") or "(sans nom)",
        "url": reverse(kind.detail_route, args=[line.object_id]) if line.object_id and note is None else "",
        "note": note,
        "state": state,
        "tag": tag,
        "errors": line.errors,
        "doubts": services.doubt_sentences(line.doubts),
        "remarks": line.remarks,
        "changes": [{"heading": h, "before": b, "after": a} for h, b, a in line.changes],
    }


@never_cache
@require_GET
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The file being checked, its preview, its import, its result: always at this address."""
    source, kind = _visible(request, pk)
    context: dict[str, Any] = {
        "source": source,
        "kind": kind,
        "list_url": reverse(kind.list_route),
        "new_url": reverse("core:import_new", args=[kind.code]),
        "created": format_datetime(source.created_at),
        "finished": format_datetime(source.finished_at),
    }
    if source.state in (ImportState.LECTURE, ImportState.VERIFICATION, ImportState.ECRITURE):
        job = Job.objects.filter(pk=source.job_id).first()
        here = reverse("core:import_detail", args=[source.pk])
        if job is not None:
            panel = job_panel(request, job, here)
            if isinstance(panel, HttpResponse):
                return panel
            if request.htmx:
                return render(request, "exploitation/_job.html", panel)
            context["panel"] = panel
        return render(request, "imports/en_cours.html", context)
    if request.htmx and not request.htmx.boosted:
        # The work ended since the page was drawn: the whole page changes.
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    if source.state == ImportState.REFUSE:
        return render(request, "imports/refuse.html", context)
    counts = services.count_lines(source)
    context["said"] = _said(kind, counts)
    if not source.lines.exists():
        return render(request, "imports/efface.html", context)
    done = source.state == ImportState.TERMINE
    groups = _groups(kind, counts, done)
    asked = request.GET.get("voir", "")
    here_group = next((group for group in groups if group[0] == asked), groups[0])
    page = listing.paginate(source.lines.filter(**here_group[3]).order_by("number"), request, size=PREVIEW_SIZE)
    good = counts["nouvelle"] + counts["modifiee"] - counts["doubtful"]
    twin = services.same_file(source)
    faulty = counts["erreur"] + counts["refused"] + (0 if source.include_doubtful else counts["doubtful"])
    notes = kind.notes(list(page.object_list), request.actor)
    context |= {
        "groups": [{"code": g[0], "label": g[1], "count": g[2], "here": g is here_group} for g in groups],
        "rows": [_row(kind, source, line, notes.get(line.number)) for line in page.object_list],
        "page": page,
        "counts": counts,
        "good": good,
        "good_words": plural(good, "ligne"),
        "doubtful_words": plural(counts["doubtful"], "ligne"),
        "faulty_words": plural(faulty, "ligne"),
        "faulty": faulty,
        "already": format_datetime(twin.created_at) if twin else "",
        "done": done,
        "only_new": counts["inchangee"] and not good and not counts["doubtful"] and not counts["erreur"],
    }
    return render(request, "imports/termine.html" if done else "imports/apercu.html", context)


@require_POST
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    """« Importer les lignes »."""
    source, _ = _visible(request, pk)
    services.confirm_import(
        source,
        actor=request.actor,
        include_doubtful=request.POST.get("a_verifier") == "on",
        choice=request.POST.get("choix", ""),
    )
    return redirect("core:import_detail", pk)


@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up before anything is written."""
    source, kind = _visible(request, pk)
    services.cancel_import(source, actor=request.actor)
    messages.success(request, "L’import est abandonné : rien n’a été écrit, et les lignes lues sont effacées.")
    return redirect(kind.list_route)


@require_GET
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The faulty lines as a file, each with what is wrong: to correct, then import again."""
    source, kind = _visible(request, pk)
    header, rows = services.error_table(source)
    return export_response(f"{kind.code}-a-corriger", header, rows, request.GET.get("format", "xlsx"))
