"""Pages of the directory of structures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
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
from core.views.editing import VersionedUpdateView
from core.views.merging import kept_instead
from referentiels import lists
from referentiels.models import Departement, Secteur
from structures import permissions, presenters, services
from structures.accompagnement import panel
from structures.contacts import CONTACTS
from structures.enums import Nature
from structures.filters import DEFAULT_SORT, ETATS, SORTS, TAILLES, StructureFilter
from structures.forms import ArchiveForm, StructureEditForm, StructureForm, already_inscribed
from structures.merging import STRUCTURES
from structures.models import Structure

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
    page = listing.paginate(_found(request, filters, sort).with_list_related_data(), request)
    # A DLA reads its own directory only: the column would say the same on every row.
    several = not actor.organisation.is_dla
    columns = (*COLUMNS, ("", "Annuaire de", "")) if several else COLUMNS
    context = {
        "rows": presenters.rows(page.object_list),
        "page": page,
        "counter": page.paginator.counter("structure"),
        "capped": page.paginator.capped,
        "heads": listing.sort_heads(request, columns, sort),
        "selects": _selects(request, several),
        "sort": sort,
        "several": several,
        "filtered": bool(asked),
        "ignored": bool(filters is not None and filters.form.errors),
        "can_create": permissions.can_create(actor),
        "q": request.GET.get("q", "")[:200],
    }
    return listing.render_list(request, "structures/liste.html", "structures/liste_resultats.html", context)


@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Inscribe a structure; a close name in the same département asks for a confirmation."""
    actor = request.actor
    refusal = permissions.why_not_create(actor)
    if refusal:
        raise NotAllowed(refusal)
    if request.method == "GET":
        form = StructureForm(actor=actor, initial={"name": request.GET.get("nom", "")[:200]})
        return render(request, "structures/nouvelle.html", {"form": form, "candidates": []})
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
    return render(request, "structures/nouvelle.html", context, status=422)


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
        "structures/detail.html",
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
    template_name = "structures/modifier.html"
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
    template_name = "structures/retirer.html"
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
    return render(request, "structures/journal.html", context)
