"""Pages of a directory: its list, a new sheet, a sheet, what is done to it, its journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.views import View

from accounts.annuaires.annuaire import Annuaire, NearDuplicate
from accounts.annuaires.contacts import contact_urls
from accounts.annuaires.doublons import kept_instead, merging_urls
from accounts.annuaires.filters import DEFAULT_SORT, SheetFilter
from accounts.annuaires.forms import ArchiveForm, SheetForm
from accounts.entreprises import FromDirectoryMixin
from core import journal, listing
from core.errors import NotAllowed
from core.exports import export_response
from core.views.editing import CreateView, VersionedUpdateView


def sheet_urls(
    annuaire: Annuaire, form: type[SheetForm], contact_form: type[Any], contact_edit_form: type[Any]
) -> list[URLPattern]:
    """The addresses of what is done to a sheet, to be put among those of its directory."""
    return [
        path("<int:pk>/modifier/", Modifier.as_view(annuaire=annuaire, form_class=form), name="modifier"),
        path("<int:pk>/retirer/", Retirer.as_view(annuaire=annuaire), name="retirer"),
        path("<int:pk>/reprendre/", Reprendre.as_view(annuaire=annuaire), name="reprendre"),
        path("<int:pk>/journal/", Journal.as_view(annuaire=annuaire), name="journal"),
        *contact_urls(annuaire, contact_form, contact_edit_form),
        *merging_urls(annuaire),
    ]


class Liste(View):
    """The directory: search, filters, sort, pages, exports."""

    annuaire: Annuaire = None
    filterset_class: type[SheetFilter]
    sorts: Mapping[str, Sequence[Any]]
    #: Of the page, and of its results alone.
    template_name: str
    results_template_name: str
    #: Name of the address of a new sheet.
    new_route: str
    export_header: Sequence[str]

    def columns(self) -> Sequence[tuple[str, str, str]]:
        """Code of the sort or "", label, css class."""
        raise TypeError(f"{type(self).__name__}.columns manque.")

    def selects(self) -> Sequence[tuple[str, str, Any]]:
        """The choices of the filter bar: name, label, options."""
        raise TypeError(f"{type(self).__name__}.selects manque.")

    def export_row(self, sheet: Any) -> list[Any]:
        """A row of the export, from ``with_sheet_data()``."""
        raise TypeError(f"{type(self).__name__}.export_row manque.")

    def totals(self, found: Any) -> str:
        """What the sheets of ``found`` come to, said under the table; empty when nothing adds up."""
        return ""

    def export_totals(self, found: Any) -> Sequence[Sequence[Any]]:
        """The last rows of the export."""
        return ()

    def extra(self) -> dict[str, Any]:
        """What else its templates show."""
        return {}

    def get(self, request: HttpRequest) -> HttpResponse:
        kind, actor, asked = self.annuaire, request.actor, request.GET
        refusal = kind.why_not_list(actor)
        if refusal:
            raise NotAllowed(refusal)
        filters = self.filterset_class(asked, queryset=kind.listed(actor), request=request)
        sort = listing.chosen_sort(request, self.sorts, DEFAULT_SORT)
        found = filters.qs.order_by(*self.sorts[sort])
        if "export" in asked:
            return export_response(
                kind.nouns,
                self.export_header,
                self._exported(found),
                asked["export"],
                totals=self.export_totals(found),
            )
        page = listing.paginate(found.with_list_related_data(), request)
        context = {
            "kind": kind,
            "rows": kind.rows(page.object_list),
            "page": page,
            "counter": page.paginator.counter(kind.noun),
            "capped": page.paginator.capped,
            "heads": listing.sort_heads(request, self.columns(), sort),
            "sort": sort,
            # Beyond what is counted exactly, nothing is added up on the page: the export does.
            "totals": "" if page.paginator.capped else self.totals(found),
            "filtered": any(asked.get(name) for name in self.filterset_class.base_filters),
            "ignored": bool(filters.form.errors),
            "new_url": kind.url(self.new_route) if kind.can_create(actor) else "",
            "q": asked.get("q", "")[:200],
            **self.extra(),
        }
        if not listing.is_partial(request):
            context["selects"] = [
                {"name": name, "label": label, "options": listing.options(choices, asked.get(name, ""))}
                for name, label, choices in self.selects()
            ]
            context["doublons_url"] = kind.url("doublons")
        return listing.render_list(request, self.template_name, self.results_template_name, context)

    def _exported(self, found: Any) -> Iterator[list[Any]]:
        """Read in chunks."""
        return (self.export_row(sheet) for sheet in found.with_sheet_data().iterator(chunk_size=500))


class InscribesMixin:
    """Put before a create view that inscribes a sheet of ``annuaire``: a close name asks for a confirmation."""

    annuaire: Annuaire = None

    @property
    def confirmed(self) -> bool:
        """Whether the person said that it is another one."""
        return self.request.POST.get("confirme") == "on"

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.request.GET.get("nom", "")[:200]}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except NearDuplicate as near:
            form = self.form_class(**self.get_form_kwargs())
            return self.show(form, status=near.status, candidates=self.annuaire.rows(near.candidates))

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{"candidates": [], **context})


class Inscrire(InscribesMixin, FromDirectoryMixin, CreateView):
    """Inscribe a sheet."""

    template_name = "annuaires/inscrire.html"

    def refusal(self, obj: None) -> str:
        return self.annuaire.why_not_create(self.actor) or ""

    def save(self, form: SheetForm) -> Any:
        return self.annuaire.create(form.values(), actor=self.actor, confirmed=self.confirmed)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(kind=self.annuaire, **context)

    def get_page_title(self) -> str:
        return f"Inscrire {self.annuaire.a}"

    def get_success_message(self) -> str:
        return f"« {self.created} » est inscrit{self.annuaire.e} à l’annuaire."

    def get_success_url(self) -> str:
        return self.annuaire.url("detail", self.created.pk)

    def get_cancel_url(self) -> str:
        return self.annuaire.url("liste")


class OfSheet(View):
    """A page of one sheet: what the actor may not read is a 404."""

    annuaire: Annuaire = None

    def get_object(self) -> Any:
        return get_object_or_404(self.annuaire.visible(self.request.actor), pk=self.kwargs["pk"])

    def urls(self, sheet: Any) -> dict[str, str]:
        """The addresses that the pages of a sheet show, by name."""
        names = ("detail", "modifier", "retirer", "reprendre", "journal", "reunir_choisir")
        return {"liste": self.annuaire.url("liste"), **{name: self.annuaire.url(name, sheet.pk) for name in names}}


class _KeptInstead(OfSheet):
    """A page to be read: that of a sheet merged into another leads to the one that is kept."""

    route: str

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        kept = kept_instead(self.annuaire, request.actor, pk)
        if kept is not None:
            return redirect(self.annuaire.url(self.route, kept))
        sheet = self.get_object()
        common = {"kind": self.annuaire, "sheet": sheet, "urls": self.urls(sheet)}
        return render(request, self.template_name, {**common, **self.get_context(sheet)})


class Fiche(_KeptInstead):
    """The sheet, its contacts, its history."""

    route = "detail"
    template_name: str

    def get_context(self, sheet: Any) -> dict[str, Any]:
        kind, actor = self.annuaire, self.request.actor
        refusal = kind.why_not_edit(actor, sheet)
        return {
            "contacts": kind.contacts.panel(sheet, can_edit=refusal is None),
            "reunies": list(sheet.reunies.order_by("pk").values_list("name", flat=True)),
            "history": kind.history(sheet, actor),
            "can_edit": refusal is None,
            "why_read_only": refusal or "",
        }


class Journal(_KeptInstead):
    """What happened to the sheet."""

    route = "journal"
    template_name = "annuaires/journal.html"

    def get_context(self, sheet: Any) -> dict[str, Any]:
        also = sheet.reunies.values_list("pk", flat=True)
        page = listing.paginate(journal.entries_for(sheet, also=also), self.request)
        return {"lines": journal.describe(page.object_list), "page": page}


class _Edit(OfSheet, VersionedUpdateView):
    def refusal(self, obj: Any) -> str:
        return self.annuaire.why_not_edit(self.actor, obj) or ""

    def get_success_url(self) -> str:
        return self.annuaire.url("detail", self.object.pk)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(kind=self.annuaire, urls=self.urls(self.object), **context)


class Modifier(FromDirectoryMixin, _Edit):
    """Edit the sheet; two people at once lose nothing."""

    template_name = "annuaires/modifier.html"
    success_message = "La fiche est enregistrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def save(self, form: Any, expected_version: int) -> Any:
        return self.annuaire.update(self.object, form.values(), actor=self.actor, expected_version=expected_version)

    def get_page_title(self) -> str:
        return f"Modifier {self.object.name}"


class Retirer(_Edit):
    """Set a sheet aside, with a reason."""

    form_class = ArchiveForm
    template_name = "annuaires/retirer.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "examples": self.annuaire.reason_examples}

    def save(self, form: ArchiveForm, expected_version: int) -> Any:
        return self.annuaire.set_active(
            self.object,
            False,
            actor=self.actor,
            expected_version=expected_version,
            reason=form.cleaned_data["reason"],
        )

    def get_page_title(self) -> str:
        return f"Retirer {self.object.name} de l’annuaire actif"

    def get_success_message(self) -> str:
        return f"{self.annuaire.the.capitalize()} a quitté l’annuaire actif ; son histoire reste lisible."


class Reprendre(OfSheet):
    """Take a sheet back into the active directory."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.annuaire.set_active(self.get_object(), True, actor=request.actor, expected_version=None)
        messages.success(request, f"{self.annuaire.the.capitalize()} est de nouveau dans l’annuaire actif.")
        return redirect(self.annuaire.url("detail", pk))
