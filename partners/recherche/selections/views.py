"""Selections of the portfolio: made from what is ticked, listed, read by a partner."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.views.links import LinkView
from core.errors import InvalidInput, NotAllowed
from core.formats import format_date, plural
from core.views.editing import CreateView
from partners.portfolio.prestataire.permissions import uses_portfolio
from partners.portfolio.vitrine import presenters, selection
from partners.recherche import ticked
from partners.recherche.models import SelectionPartagee
from partners.recherche.selections import services
from partners.recherche.selections.forms import SelectionForm
from partners.recherche.views import back_to_search


def _own(request: HttpRequest):
    if not uses_portfolio(request.actor):
        raise NotAllowed("Le portefeuille est consulté par les DLA, les C2RA, les CNAR et l’AVISE.")
    return SelectionPartagee.objects.visible_to(request.actor)


class Partager(CreateView):
    """``p``: the prestataires ticked (their primary keys); ``retour``: the search one comes from."""

    form_class = SelectionForm
    template_name = "recherche/selections/partager.html"
    page_title = "Partager une sélection avec un partenaire"
    submit_label = "Faire la sélection"
    success_message = "La sélection est faite : envoyez maintenant son lien à chaque partenaire."

    def get_object(self) -> None:
        if refusal := services.why_not_share(self.actor):
            raise NotAllowed(refusal)
        self.prestataires = ticked.ticked(self.request.POST or self.request.GET, self.actor)

    def save(self, form: SelectionForm) -> SelectionPartagee:
        if not self.prestataires:
            raise InvalidInput("Plus aucun prestataire n’est coché : revenez à la liste et cochez-en.")
        return services.share(self.prestataires, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        if self.created is None:
            return back_to_search(self.request)
        return reverse("recherche:selection", args=[self.created.pk])

    def get_context(self, form: Any, **context: Any) -> dict[str, Any]:
        agreed = {p.prestataire_id for p in services.readable([p.pk for p in self.prestataires])}
        rows = [{**line, "agreed": line["pk"] in agreed} for line in ticked.lines(self.prestataires)]
        return super().get_context(form=form, rows=rows, **context)


@require_GET
def selections(request: HttpRequest) -> HttpResponse:
    """The selections of the organisation, newest first."""
    rows = _own(request).prefetch_related("prestataires")[:100]
    return render(
        request,
        "recherche/selections/selections.html",
        {
            "rows": [
                {
                    "titre": row.titre,
                    "url": reverse("recherche:selection", args=[row.pk]),
                    "detail": f"{plural(len(row.prestataires.all()), 'prestataire')}, le {format_date(row.created_at)} "
                    f"par {row.created_by}",
                }
                for row in rows
            ]
        },
    )


@require_GET
def une_selection(request: HttpRequest, pk: int) -> HttpResponse:
    """One selection: who is in it, what a partner reads of each, the links sent."""
    found = get_object_or_404(SelectionPartagee.objects.visible_to(request.actor), pk=pk)
    everybody = list(found.prestataires.all())
    agreed = {p.prestataire_id for p in services.readable([p.pk for p in everybody])}
    return render(
        request,
        "recherche/selections/selection.html",
        {
            "selection": found,
            "made": format_date(found.created_at),
            "rows": [{**line, "agreed": line["pk"] in agreed} for line in ticked.lines(everybody)],
        },
    )


class Lire(LinkView):
    """What the partner reads: the public part of each fiche, as it is today. Nothing is answered."""

    object: SelectionPartagee
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = services.readable(list(self.object.prestataires.values_list("pk", flat=True)))
        fiches = []
        for publication in rows:
            part = selection.public_part(publication)
            fiches.append(
                {
                    "part": part,
                    "name": presenters.named(part),
                    "facts": presenters.facts(part),
                    "texts": presenters.texts(part),
                    "publiee": format_date(publication.publiee_le),
                }
            )
        context = {"fiches": fiches, "message": self.object.message, "counter": plural(len(fiches), "prestataire")}
        return self.page("recherche/selections/lien.html", context)
