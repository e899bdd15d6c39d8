"""Pages of the directory of structures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from core import journal, listing
from core.actor import Actor
from core.errors import NotAllowed
from core.exports import export_response
from core.prepared import Prepared
from core.views.editing import VersionedUpdateView
from core.views.merging import kept_instead
from referentiels import lists
from referentiels.models import Departement, Secteur
from structures.accompagnement import panel
from structures.annuaire import permissions, presenters, services
from structures.annuaire.contacts import CONTACTS
from structures.annuaire.enums import Nature
from structures.annuaire.filters import DEFAULT_SORT, ETATS, SORTS, TAILLES, StructureFilter
from structures.annuaire.forms import ArchiveForm, StructureEditForm, StructureForm, already_inscribed
from structures.annuaire.merging import STRUCTURES
from structures.annuaire.models import Structure

COLUMNS = (
    ("nom", "Structure", ""),
    ("departement", "Département", ""),
    ("secteur", "Secteur", ""),
    ("etp", "ETP", "num"),
    ("budget", "Budget", "num"),
)


def _visible(request: HttpRequest, pk: int) -> Structure:
    return get_object_or_404(
        Structure.objects.visible_to(request.actor).select_related(
            "organisation", "departement", "secteur", "branche", "forme_juridique"
        ),
        pk=pk,
    )


def _whose(actor: Actor) -> tuple[tuple[str, str], ...]:
    """The organisations whose directories the actor reads: of its région for a C2RA, all for the AVISE."""
    organisations = Organisation.objects.filter(kind__in=[OrganisationKind.DLA, OrganisationKind.C2RA])
    if actor.organisation is not None and actor.organisation.is_c2ra:
        organisations = organisations.filter(region_id=actor.organisation.region_id)
    return tuple((str(pk), name) for pk, name in organisations.order_by("name", "pk").values_list("pk", "name"))


def _selects(request: HttpRequest, several: bool) -> list[dict[str, Any]]:
    """The choices of the filter bar."""
    chosen = request.GET.get
    selects = [
        ("departement", "Département", [("", "Tous"), *lists.choices(Departement)]),
        ("secteur", "Secteur", [("", "Tous"), *lists.choices(Secteur)]),
        ("nature", "Nature", [("", "Toutes"), *Nature.choices]),
        ("taille", "Taille", [("", "Toutes"), *((code, label) for code, (label, _, _) in TAILLES.items())]),
        ("etat", "État", [("", "Actives"), *ETATS[1:]]),
    ]
    if several:
        selects.insert(0, ("annuaire", "Annuaire de", [("", "Toutes"), *_whose(request.actor)]))
    return [
        {"name": name, "label": label, "options": listing.options(choices, chosen(name, ""))}
        for name, label, choices in selects
    ]


def _directory_rows(mark: Callable[..., Any]) -> QuerySet:
    return Structure.objects.filter(organisation=mark("organisation"), merged_into__isnull=True).active()


#: The page that every DLA opens, without filter or sort, and how many there are: one query, its SQL built once.
_FIRST_PAGE = Prepared(
    lambda mark: (
        _directory_rows(mark)
        .order_by(*SORTS[DEFAULT_SORT])
        .annotate(counted=listing.CountUpTo(_directory_rows(mark)))
        .values(*presenters.LIST_FIELDS, "counted")[: listing.PAGE_SIZE]
    )
)


def _page(request: HttpRequest, filters: StructureFilter | None, sort: str) -> Page:
    """The page asked for; the first one of the whole directory of a DLA is read by what was prepared."""
    actor = request.actor
    plain = filters is None and sort == DEFAULT_SORT and not any(request.GET.get(name) for name in ("q", "page"))
    if plain and actor.organisation.is_dla:
        return listing.counted_page(_FIRST_PAGE.rows(organisation=actor.organisation_id))
    return listing.paginate(_found(request, filters, sort).values(*presenters.LIST_FIELDS), request)


def _found(request: HttpRequest, filters: StructureFilter | None, sort: str) -> QuerySet:
    """What the address asks for, in its order."""
    if filters is not None:
        queryset = filters.qs
    else:
        queryset = Structure.objects.directory_of(request.actor).active().search(request.GET.get("q", ""))
    return queryset.order_by(*SORTS[sort])


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The directory: search, filters, sort, pages, exports."""
    actor = request.actor
    if not permissions.can_list(actor):
        raise NotAllowed("L’annuaire des structures est tenu par les DLA et les C2RA : vous n’en êtes pas membre.")
    asked = {name for name in StructureFilter.base_filters if request.GET.get(name)}
    filters = StructureFilter(request.GET, queryset=Structure.objects.directory_of(actor)) if asked - {"q"} else None
    sort = listing.chosen_sort(request, SORTS, DEFAULT_SORT)
    if "export" in request.GET:
        found = presenters.export_rows(_found(request, filters, sort))
        return export_response("structures", presenters.EXPORT_HEADER, found, request.GET["export"])
    page = _page(request, filters, sort)
    # A DLA reads its own directory only: the column would say the same on every row.
    several = not actor.organisation.is_dla
    columns = (*COLUMNS, ("", "Annuaire de", "")) if several else COLUMNS
    context = {
        "rows": presenters.table(page.object_list, several=several),
        "page": page,
        "counter": page.paginator.counter("structure"),
        "capped": page.paginator.capped,
        # Drawn once for the same address, lists and kind of directory (see the page).
        "heads": lambda: listing.sort_heads(request, columns, sort),
        "selects": lambda: _selects(request, several),
        "lists_state": lists.state(),
        "whose": _whose(actor) if several else "",
        "sort": sort,
        "several": several,
        "filtered": bool(asked),
        "ignored": bool(filters is not None and filters.form.errors),
        "can_create": permissions.can_create(actor),
        "q": request.GET.get("q", "")[:200],
    }
    return listing.render_list(
        request, "structures/annuaire/liste.html", "structures/annuaire/liste_resultats.html", context
    )


@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Inscribe a structure; a close name in the same département asks for a confirmation."""
    actor = request.actor
    refusal = permissions.why_not_create(actor)
    if refusal:
        raise NotAllowed(refusal)
    if request.method == "GET":
        form = StructureForm(actor=actor, initial={"name": request.GET.get("nom", "")[:200]})
        return render(request, "structures/annuaire/nouvelle.html", {"form": form, "candidates": []})
    form = StructureForm(request.POST, actor=actor)
    candidates: list[Structure] = []
    if form.is_valid():
        try:
            structure = services.create_structure(
                form.values(), actor=actor, confirmed=request.POST.get("confirme") == "on"
            )
        except services.NearDuplicate as error:
            candidates = error.candidates
        except services.DuplicateStructure as error:
            form.add_error(error.field, already_inscribed(error.field, error.existing))
        else:
            messages.success(request, f"« {structure} » est inscrite à l’annuaire.")
            return redirect("structures:detail", structure.pk)
    context = {"form": form, "candidates": presenters.rows(candidates)}
    return render(request, "structures/annuaire/nouvelle.html", context, status=422)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a structure, by the five criteria, with its history. A merged one leads to the one that is kept."""
    kept = kept_instead(STRUCTURES, request.actor, pk)
    if kept is not None:
        return redirect("structures:detail", kept)
    structure = _visible(request, pk)
    can_edit = permissions.can_edit(request.actor, structure)
    return render(
        request,
        "structures/annuaire/detail.html",
        {
            "structure": structure,
            "identity": presenters.identity(structure),
            "criteria": presenters.criteria(structure),
            "contacts": CONTACTS.panel(structure, can_edit=can_edit),
            "reunies": list(structure.reunies.order_by("pk").values_list("name", flat=True)),
            "history": presenters.history(structure, request.actor),
            "accompagnement": panel(structure, request.actor),
            "can_edit": can_edit,
            "why_read_only": "" if can_edit else permissions.why_not_edit(request.actor, structure),
        },
    )


class Modifier(VersionedUpdateView):
    """Edit the sheet; two people at once lose nothing."""

    form_class = StructureEditForm
    template_name = "structures/annuaire/modifier.html"
    success_message = "La fiche est enregistrée."

    def get_object(self) -> Structure:
        return _visible(self.request, self.kwargs["pk"])

    def refusal(self, obj: Structure) -> str:
        return permissions.why_not_edit(self.actor, obj) or ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def save(self, form: Any, expected_version: int) -> Structure:
        return services.update_structure(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )

    def get_page_title(self) -> str:
        return f"Modifier {self.object.name}"

    def get_success_url(self) -> str:
        return reverse("structures:detail", args=[self.object.pk])


class Retirer(VersionedUpdateView):
    """Set a structure aside, with a reason."""

    form_class = ArchiveForm
    template_name = "structures/annuaire/retirer.html"
    success_message = "La structure a quitté l’annuaire actif ; son histoire reste lisible."

    def get_object(self) -> Structure:
        return _visible(self.request, self.kwargs["pk"])

    def refusal(self, obj: Structure) -> str:
        return permissions.why_not_edit(self.actor, obj) or ""

    def save(self, form: Any, expected_version: int) -> Structure:
        return services.set_active(
            self.object,
            False,
            actor=self.actor,
            expected_version=expected_version,
            reason=form.cleaned_data["reason"],
        )

    def get_page_title(self) -> str:
        return f"Retirer {self.object.name} de l’annuaire actif"

    def get_success_url(self) -> str:
        return reverse("structures:detail", args=[self.object.pk])


@require_POST
def reprendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a structure back into the active directory."""
    structure = _visible(request, pk)
    services.set_active(structure, True, actor=request.actor, expected_version=None)
    messages.success(request, "La structure est de nouveau dans l’annuaire actif.")
    return redirect("structures:detail", pk)


@require_GET
def journal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to the sheet."""
    kept = kept_instead(STRUCTURES, request.actor, pk)
    if kept is not None:
        return redirect("structures:journal", kept)
    structure = _visible(request, pk)
    also = structure.reunies.values_list("pk", flat=True)
    page = listing.paginate(journal.entries_for(structure, also=also), request)
    context = {"structure": structure, "lines": journal.describe(page.object_list), "page": page}
    return render(request, "structures/annuaire/journal.html", context)
