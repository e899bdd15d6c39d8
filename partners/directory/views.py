"""Pages of the directory of partners."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import journal, listing
from core.errors import NotAllowed
from core.exports import export_response
from core.views.editing import VersionedUpdateView
from core.views.merging import kept_instead
from partners.directory import permissions, presenters, services
from partners.directory.contacts import CONTACTS
from partners.directory.enums import Famille
from partners.directory.filters import DEFAULT_SORT, ETATS, SORTS, TENUS, PartenaireFilter
from partners.directory.forms import ArchiveForm, PartenaireEditForm, PartenaireForm, already_inscribed
from partners.directory.merging import PARTENAIRES
from partners.directory.models import Partenaire
from referentiels import lists
from referentiels.models import Departement, Secteur

COLUMNS = (
    ("nom", "Partenaire", ""),
    ("famille", "Famille", ""),
    ("", "Territoire", ""),
    ("", "Secteur", ""),
    ("", "Annuaire de", ""),
)


def visible(request: HttpRequest, pk: int) -> Partenaire:
    """The partner ``pk`` if the actor may read it; else ``Http404``."""
    return get_object_or_404(Partenaire.objects.visible_to(request.actor).with_list_related_data(), pk=pk)


def _selects(request: HttpRequest, keeps: bool) -> list[dict[str, Any]]:
    """The choices of the filter bar."""
    chosen = request.GET.get
    selects = [
        ("famille", "Famille", [("", "Toutes"), *Famille.choices]),
        ("departement", "Agit dans", [("", "Tous les départements"), *lists.choices(Departement)]),
        ("secteur", "Secteur", [("", "Tous"), *lists.choices(Secteur)]),
        ("etat", "État", [("", "Actifs"), *ETATS[1:]]),
    ]
    if keeps:
        selects.append(("tenu", "Annuaire", [("", "Toute la région"), *TENUS]))
    return [
        {"name": name, "label": label, "options": listing.options(choices, chosen(name, ""))}
        for name, label, choices in selects
    ]


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The directory of the région: search, filters, sort, pages, exports."""
    actor = request.actor
    if not permissions.can_list(actor):
        raise NotAllowed("L’annuaire des partenaires est tenu par les DLA et les C2RA : vous n’en êtes pas membre.")
    filters = PartenaireFilter(request.GET, queryset=Partenaire.objects.visible_to(actor), actor=actor)
    sort = listing.chosen_sort(request, SORTS, DEFAULT_SORT)
    queryset = filters.qs.order_by(*SORTS[sort])
    if "export" in request.GET:
        return export_response(
            "partenaires", presenters.EXPORT_HEADER, presenters.export_rows(queryset), request.GET["export"]
        )
    page = listing.paginate(queryset.with_list_related_data(), request)
    context = {
        "rows": presenters.rows(page.object_list),
        "page": page,
        "counter": page.paginator.counter("partenaire"),
        "capped": page.paginator.capped,
        "heads": listing.sort_heads(request, COLUMNS, sort),
        "sort": sort,
        "filtered": any(request.GET.get(name) for name in PartenaireFilter.base_filters),
        "ignored": bool(filters.form.errors),
        "can_create": permissions.can_create(actor),
        "q": request.GET.get("q", "")[:200],
    }
    if not listing.is_partial(request):
        context["selects"] = _selects(request, permissions.keeps_directory(actor))
    return listing.render_list(request, "partners/liste.html", "partners/liste_resultats.html", context)


@require_http_methods(["GET", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Inscribe a partner; a close name in the région asks for a confirmation."""
    actor = request.actor
    refusal = permissions.why_not_create(actor)
    if refusal:
        raise NotAllowed(refusal)
    if request.method == "GET":
        initial = {"name": request.GET.get("nom", "")[:200]}
        return render(
            request, "partners/nouveau.html", {"form": PartenaireForm(actor=actor, initial=initial), "candidates": []}
        )
    form = PartenaireForm(request.POST, actor=actor)
    candidates: list[Partenaire] = []
    if form.is_valid():
        try:
            partenaire = services.create_partenaire(
                form.values(), actor=actor, confirmed=request.POST.get("confirme") == "on"
            )
        except services.NearDuplicate as error:
            candidates = error.candidates
        except services.DuplicatePartenaire as error:
            form.add_error("name", already_inscribed(error.existing))
        else:
            messages.success(request, f"« {partenaire} » est inscrit à l’annuaire.")
            return redirect("directory:detail", partenaire.pk)
    context = {"form": form, "candidates": presenters.rows(candidates)}
    return render(request, "partners/nouveau.html", context, status=422)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a partner. A merged one leads to the one that is kept."""
    kept = kept_instead(PARTENAIRES, request.actor, pk)
    if kept is not None:
        return redirect("directory:detail", kept)
    partenaire = visible(request, pk)
    can_edit = permissions.can_edit(request.actor, partenaire)
    return render(
        request,
        "partners/detail.html",
        {
            "partenaire": partenaire,
            "facts": presenters.facts(partenaire),
            "contacts": CONTACTS.panel(partenaire, can_edit=can_edit),
            "reunies": list(partenaire.reunies.order_by("pk").values_list("name", flat=True)),
            "history": presenters.history(partenaire, request.actor),
            "can_edit": can_edit,
            "why_read_only": "" if can_edit else permissions.why_not_edit(request.actor, partenaire),
        },
    )


class _Edit(VersionedUpdateView):
    def get_object(self) -> Partenaire:
        return visible(self.request, self.kwargs["pk"])

    def refusal(self, obj: Partenaire) -> str:
        return permissions.why_not_edit(self.actor, obj) or ""

    def get_success_url(self) -> str:
        return reverse("directory:detail", args=[self.object.pk])


class Modifier(_Edit):
    """Edit the sheet; two people at once lose nothing."""

    form_class = PartenaireEditForm
    template_name = "partners/modifier.html"
    success_message = "La fiche est enregistrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def save(self, form: Any, expected_version: int) -> Partenaire:
        return services.update_partenaire(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )

    def get_page_title(self) -> str:
        return f"Modifier {self.object.name}"


class Retirer(_Edit):
    """Set a partner aside, with a reason."""

    form_class = ArchiveForm
    template_name = "partners/retirer.html"
    success_message = "Le partenaire a quitté l’annuaire actif ; son histoire reste lisible."

    def save(self, form: Any, expected_version: int) -> Partenaire:
        return services.set_active(
            self.object,
            False,
            actor=self.actor,
            expected_version=expected_version,
            reason=form.cleaned_data["reason"],
        )

    def get_page_title(self) -> str:
        return f"Retirer {self.object.name} de l’annuaire actif"


@require_POST
def reprendre(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a partner back into the active directory."""
    partenaire = visible(request, pk)
    services.set_active(partenaire, True, actor=request.actor, expected_version=None)
    messages.success(request, "Le partenaire est de nouveau dans l’annuaire actif.")
    return redirect("directory:detail", pk)


@require_GET
def journal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to the sheet."""
    kept = kept_instead(PARTENAIRES, request.actor, pk)
    if kept is not None:
        return redirect("directory:journal", kept)
    partenaire = visible(request, pk)
    also = partenaire.reunies.values_list("pk", flat=True)
    page = listing.paginate(journal.entries_for(partenaire, also=also), request)
    context = {"partenaire": partenaire, "lines": journal.describe(page.object_list), "page": page}
    return render(request, "partners/journal.html", context)
