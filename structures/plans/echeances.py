"""« Plans d'accompagnement : échéances »: the rows of every plan that one reads, by term."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.annuaires.rights import can_list, keepers
from core import clock, listing
from core.errors import NotAllowed
from core.exports import export_response
from referentiels import lists
from referentiels.models import Departement
from structures.plans import presenters
from structures.plans.enums import EtatLigne, EtatPlan, NatureMoyen
from structures.plans.models import LignePlan

COLUMNS = (
    ("echeance", "Échéance", ""),
    ("structure", "Structure", ""),
    ("", "Difficulté et action", ""),
    ("moyens", "Moyens", ""),
    ("etat", "État", ""),
    ("", "Suivi par", ""),
)
_TERM = F("echeance").asc(nulls_last=True)
SORTS = {
    "echeance": (_TERM, "pk"),
    "-echeance": (F("echeance").desc(nulls_last=True), "-pk"),
    "structure": ("plan__structure__search_text", _TERM, "pk"),
    "-structure": ("-plan__structure__search_text", _TERM, "pk"),
    "moyens": ("nature_moyen", _TERM, "pk"),
    "-moyens": ("-nature_moyen", _TERM, "pk"),
    "etat": ("etat", _TERM, "pk"),
    "-etat": ("-etat", _TERM, "pk"),
}
DEFAULT_SORT = "echeance"
QUAND = [
    ("retard", "En retard"),
    ("proches", "En retard ou sous 14 jours"),
    ("sans", "Sans échéance"),
]
ETATS = [*EtatLigne.choices, ("toutes", "Toutes, réglées comprises")]
SUIVI = [("moi", "Que je suis")]


class EcheanceFilter(django_filters.FilterSet):
    """Search, term, state, means, who follows up, département, organisation (for a C2RA)."""

    q = django_filters.CharFilter(method="search", label="Rechercher")
    quand = django_filters.ChoiceFilter(method="by_quand", choices=QUAND)
    etat = django_filters.ChoiceFilter(method="by_etat", choices=ETATS)
    moyens = django_filters.ChoiceFilter(field_name="nature_moyen", choices=NatureMoyen.choices)
    suivi = django_filters.ChoiceFilter(method="by_suivi", choices=SUIVI)
    departement = django_filters.ChoiceFilter(method="by_departement", choices=lambda: lists.choices(Departement))
    annuaire = django_filters.NumberFilter(field_name="organisation_id", min_value=1, max_value=2**53, decimal_places=0)

    class Meta:
        model = LignePlan
        fields: list[str] = []

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        # Without a choice, what still asks for something.
        return queryset if self.form.cleaned_data.get("etat") else queryset.ouvertes()

    def search(self, queryset, name, value):
        return queryset.search(value)

    def by_quand(self, queryset, name, value):
        today = clock.today()
        return {
            "retard": lambda: queryset.ouvertes().filter(echeance__lt=today),
            "proches": lambda: queryset.ouvertes().filter(echeance__lte=today + presenters.DUE),
            "sans": lambda: queryset.filter(echeance__isnull=True),
        }[value]()

    def by_etat(self, queryset, name, value):
        return queryset if value == "toutes" else queryset.filter(etat=value)

    def by_suivi(self, queryset, name, value):
        return queryset.filter(plan__suivi_par=self.request.actor.user_id)

    def by_departement(self, queryset, name, value):
        return queryset.filter(plan__structure__departement_id=lists.by_code(Departement)[value].pk)


def _selects(request: HttpRequest, several: bool) -> list[dict[str, Any]]:
    chosen = request.GET.get
    selects = [
        ("quand", "Échéance", [("", "Toutes"), *QUAND]),
        ("etat", "État", [("", "À faire ou en cours"), *ETATS]),
        ("moyens", "Moyens", [("", "Tous"), *NatureMoyen.choices]),
        ("suivi", "Suivi", [("", "Par tous"), *SUIVI]),
        ("departement", "Département", [("", "Tous"), *lists.departements(request.actor.region_id)]),
    ]
    if several:
        selects.insert(0, ("annuaire", "Plan tenu par", [("", "Toutes"), *keepers(request.actor)]))
    return [
        {"name": name, "label": label, "options": listing.options(choices, chosen(name, ""))}
        for name, label, choices in selects
    ]


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The rows of plans by term: search, filters, sort, pages, exports."""
    actor = request.actor
    if not can_list(actor):
        raise NotAllowed("Les plans d’accompagnement sont tenus par les DLA et les C2RA : vous n’en êtes pas membre.")
    # A plan that is closed asks for nothing, whatever its rows said.
    queryset = LignePlan.objects.visible_to(actor).filter(plan__state=EtatPlan.EN_COURS)
    filters = EcheanceFilter(request.GET, queryset=queryset, request=request)
    sort = listing.chosen_sort(request, SORTS, DEFAULT_SORT)
    found = filters.qs.order_by(*SORTS[sort]).with_list_related_data()
    if "export" in request.GET:
        rows = presenters.export_rows(found)
        return export_response("echeances-des-plans", presenters.EXPORT_HEADER, rows, request.GET["export"])
    page = listing.paginate(found, request)
    several = not actor.organisation.is_dla
    context = {
        "rows": presenters.echeance_rows(page.object_list, actor),
        "page": page,
        "counter": page.paginator.counter("ligne"),
        "capped": page.paginator.capped,
        "heads": listing.sort_heads(request, (*COLUMNS, ("", "Tenu par", "")) if several else COLUMNS, sort),
        "sort": sort,
        "several": several,
        "filtered": any(request.GET.get(name) for name in EcheanceFilter.base_filters),
        "ignored": bool(filters.form.errors),
        "q": request.GET.get("q", "")[:200],
    }
    if not listing.is_partial(request):
        context["selects"] = _selects(request, several)
    return listing.render_list(
        request, "structures/plans/echeances.html", "structures/plans/echeances_resultats.html", context
    )
