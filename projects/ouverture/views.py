"""Opening an ingénierie: collective, or individuelle (the structure, then what is needed to begin)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from core import listing
from core.errors import NotAllowed
from projects.dossier.views.editing import IngenierieOpen
from projects.enums import Origine
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.ouverture import services
from projects.ouverture.forms import IndividuelleForm, NouvelleIngenierieForm
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure


@require_GET
def choisir(request: HttpRequest) -> HttpResponse:
    """Choose the structure in the directory."""
    refusal = permissions.why_not_create(request.actor)
    if refusal:
        raise NotAllowed(refusal)
    q = request.GET.get("q", "")[:200]
    found = Structure.objects.directory_of(request.actor).active().search(q).with_list_related_data()
    page = listing.paginate(found.order_by("search_text", "pk"), request)
    context: dict[str, Any] = {
        "q": q,
        "page": page,
        "rows": STRUCTURES.rows(page.object_list),
        "counter": page.paginator.counter("structure"),
        "capped": page.paginator.capped,
        "several": not request.actor.organisation.is_dla,
    }
    return listing.render_list(
        request,
        "projects/ouverture/individuelle_choix.html",
        "projects/ouverture/individuelle_choix_resultats.html",
        context,
    )


class IndividuelleOpen(IngenierieOpen):
    """Opens one for a single structure."""

    form_class = IndividuelleForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def typed(self, form: IndividuelleForm) -> dict[str, Any]:
        """What the services take of the form, its needs apart."""
        data = form.cleaned_data
        values = {name: data[name] for name in ("charge_mission", "date_debut", "date_fin")}
        return {"titre": data["titre"], "themes": data["themes"], "values": values}


class Ouvrir(IndividuelleOpen):
    """Open it for one structure of one's own directory (404 for another)."""

    template_name = "projects/ouverture/individuelle_nouvelle.html"
    success_message = "L’ingénierie individuelle est ouverte. Commencez par l’accueil et le diagnostic."

    def get_object(self) -> Structure:
        own = Structure.objects.directory_of(self.actor).active().with_list_related_data()
        return get_object_or_404(own, pk=self.kwargs["structure"])

    def get_initial(self) -> dict[str, Any]:
        return {"titre": services.default_title(self.object)}

    def save(self, form: IndividuelleForm) -> Ingenierie:
        besoins = form.cleaned_data["besoins"]
        problematique = {"besoins": besoins, "origines": [Origine.STRUCTURES]} if besoins else None
        return services.open_individuelle(
            self.object, actor=self.actor, problematique=problematique, **self.typed(form)
        )

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(structure=self.object, **context)


class Nouvelle(IngenierieOpen):
    """Open an ingénierie."""

    form_class = NouvelleIngenierieForm
    template_name = "projects/ouverture/nouvelle.html"
    success_message = "L’ingénierie est ouverte. Commencez par cerner sa problématique."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "actor": self.actor}

    def save(self, form: NouvelleIngenierieForm) -> Ingenierie:
        return services.create_ingenierie(actor=self.actor, values=form.values(), **form.many_to_many())
