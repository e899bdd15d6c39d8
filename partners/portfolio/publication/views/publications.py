"""The fiches that a région publishes: its list, and one of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_GET

from core import clock, listing
from core.clock import months_after
from core.errors import DomainError, InvalidInput
from core.exports import MAX_ROWS, export_response
from core.formats import format_date, format_date_short
from core.forms import OUT_OF_DATE
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.reading import changes, loaded
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication import exports, services
from partners.portfolio.publication.enums import EtatPublication, Statut
from partners.portfolio.publication.models import MOIS_INACTIVE, Publication
from partners.portfolio.publication.presenters import STATUT_TAGS

ETATS = [
    ("publiee", "À jour"), ("a_actualiser", "À actualiser"), ("inactive", "Inactives"), ("refusee", "Refusées"),
    ("assurance", "Assurance expirée"),
]  # fmt: skip
SORTS = {
    "nom": ("prestataire__search_text", "pk"),
    "-nom": ("-prestataire__search_text", "pk"),
    "echeance": ("a_actualiser_le", "pk"),
    "-echeance": ("-a_actualiser_le", "pk"),
}
_DECISIONS = {
    "publier": services.publish_in_region,
    "ecarter": services.set_aside,
    "desactiver": services.deactivate,
    "reactiver": services.reactivate,
}
COLUMNS = (("nom", "Prestataire", ""), ("", "Type", ""), ("", "État", ""), ("", "Publiée le", ""),
           ("echeance", "À actualiser le", ""), ("", "Assurance", ""))  # fmt: skip


def region_of(request: HttpRequest) -> Any:
    """The région the actor's C2RA keeps; a 404 for anybody else: there is nothing of theirs here."""
    organisation = request.actor.organisation
    if organisation is None or not organisation.is_c2ra:
        raise Http404
    return organisation.region


# --- What the région publishes ----------------------------------------------------------------------------------------


def _filtered(queryset: Any, etat: str) -> Any:
    today = clock.today()
    old = months_after(today, -MOIS_INACTIVE)
    published = queryset.filter(state=EtatPublication.PUBLIEE)
    return {
        "publiee": published.filter(a_actualiser_le__gt=today),
        "a_actualiser": published.filter(a_actualiser_le__lte=today, a_actualiser_le__gt=old),
        "inactive": queryset.filter(
            Q(state=EtatPublication.INACTIVE) | Q(state=EtatPublication.PUBLIEE, a_actualiser_le__lte=old)
        ),
        "refusee": queryset.filter(state=EtatPublication.REFUSEE),
        "assurance": published.filter(fiche__assurance_expire_le__lt=today),
    }.get(etat, queryset)


def _publication_row(p: Publication) -> dict[str, Any]:
    statut = p.statut()
    insured = p.fiche.assurance_expire_le if p.fiche_id else None
    expired = insured is not None and insured < clock.today()
    return {
        "name": str(p.prestataire),
        "kind": p.prestataire.get_kind_display(),
        "statut": statut.label,
        "tag": STATUT_TAGS.get(statut, "tag-neutral"),
        "publiee": format_date_short(p.publiee_le),
        "echeance": format_date_short(p.a_actualiser_le),
        "assurance": f"expirée le {format_date_short(insured)}" if expired else format_date_short(insured),
        "expired": expired,
        "url": reverse("portfolio:publication", args=[p.pk]),
    }


@require_GET
def publications(request: HttpRequest) -> HttpResponse:
    """The fiches my région publishes, or published: search, state, sort, export."""
    region = region_of(request)
    found = Publication.objects.filter(region=region).exclude(state=EtatPublication.DEMANDEE)
    query, etat = request.GET.get("q", "")[:200], request.GET.get("etat", "")
    known = Prestataire.objects.search(query) if query else None
    if known is not None:
        found = found.filter(prestataire__in=known)
    sort = listing.chosen_sort(request, SORTS, "echeance")
    found = _filtered(found, etat).select_related("prestataire", "fiche").order_by(*SORTS[sort])
    if "export" in request.GET and request.GET.get("contenu") == "complet":
        keys = list(found.values_list("pk", flat=True)[: MAX_ROWS + 1])
        return export_response("portefeuille", exports.HEADER, exports.full_rows(keys), request.GET["export"])
    if "export" in request.GET:
        head = ("Prestataire", "SIRET", "Type", "État", "Publiée le", "À actualiser le", "Assurance")
        lines = (
            [str(p.prestataire), p.prestataire.siret, row["kind"], row["statut"], p.publiee_le, p.a_actualiser_le,
             p.fiche.assurance_expire_le if p.fiche_id else None]
            for p in found.iterator(chunk_size=500)
            for row in [_publication_row(p)]
        )  # fmt: skip
        return export_response("publications", head, lines, request.GET["export"])
    page = listing.paginate(found, request)
    context = {
        "rows": [_publication_row(p) for p in page.object_list],
        "page": page,
        "counter": page.paginator.counter("fiche"),
        "heads": listing.sort_heads(request, COLUMNS, sort),
        "etats": listing.options([("", "Tous les états"), *ETATS], etat),
        "q": query,
        "region": region,
        "filtered": bool(query or etat),
    }
    return listing.render_list(
        request, "portfolio/publication/publications.html", "portfolio/publication/publications_resultats.html", context
    )


class PublicationPage(ActionMixin, View):
    """One fiche in my région: publish the version offered, refuse it, withdraw it, put it back."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor = request.actor
        region = region_of(request)
        self.publication = get_object_or_404(
            Publication.objects.select_related("prestataire__region", "region"), pk=kwargs["pk"], region=region
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, refused: DomainError | None = None, reason: str = "", status: int = 200) -> HttpResponse:
        p = self.publication
        shown = p.candidate_id or p.fiche_id
        fiche = loaded(FicheVersion.objects.filter(pk=shown)).get() if shown else None
        before = None
        if p.candidate_id and p.fiche_id and p.candidate_id != p.fiche_id:
            before = loaded(FicheVersion.objects.filter(pk=p.fiche_id)).get()
        statut = p.statut()
        hidden = {"demander"} | ({"publier", "ecarter"} if not p.candidate_id else set())
        return render(
            self.request,
            "portfolio/publication/publication.html",
            {
                "publication": p,
                "prestataire": p.prestataire,
                "region": p.region,
                "statut": statut.label,
                "tag": STATUT_TAGS.get(statut, "tag-neutral"),
                "since": format_date(p.publiee_le),
                "until": format_date(p.a_actualiser_le),
                "a_jour": statut == Statut.PUBLIEE,
                "fiche": fiche,
                "before": before,
                "changes": changes(before, fiche) if fiche is not None else [],
                "actions": [a for a in available_actions(p, self.actor) if a.action.name not in hidden],
                "refused": refused,
                "motif": p.decision_reason,
                "reason": reason,
            },
            status=status,
        )

    def perform(self, action: str, **shown: Any) -> Publication:
        if action not in _DECISIONS:
            raise InvalidInput(OUT_OF_DATE)
        return _DECISIONS[action](self.publication, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(refused=error, reason=reason, status=error.status)

    def get_action_url(self, action: str, obj: Publication) -> str:
        return reverse("portfolio:publication", args=[obj.pk])
