"""The C2RA's side: the review queue, one version under review, the fiches its région publishes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from core import clock, listing
from core.errors import ConditionsNotMet, DomainError, InvalidInput, NotAllowed
from core.exports import MAX_ROWS, export_response
from core.formats import format_date, format_date_short, plural
from core.lifecycle import available_actions
from partners.portfolio import exports, permissions, services
from partners.portfolio.enums import EtatFiche, EtatPublication, Statut
from partners.portfolio.forms import ActionForm, RemarqueForm
from partners.portfolio.models import FicheVersion, Prestataire, Publication, Remarque, months_after
from partners.portfolio.models.publication import MOIS_INACTIVE
from partners.portfolio.reading import STATUT_TAGS, TAGS, changes, loaded, price, sections
from partners.portfolio.rubriques import RUBRIQUES

_REVIEW = ("publier", "renvoyer", "refuser")
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
COLUMNS = (("nom", "Prestataire", ""), ("", "Type", ""), ("", "État", ""), ("", "Publiée le", ""),
           ("echeance", "À actualiser le", ""), ("", "Assurance", ""))  # fmt: skip


def _region_of(request: HttpRequest) -> Any:
    """The région the actor's C2RA keeps; a 404 for anybody else: there is nothing of theirs here."""
    organisation = request.actor.organisation
    if organisation is None or not organisation.is_c2ra:
        raise Http404
    return organisation.region


def _waited(instant: Any) -> str:
    days = (clock.now() - instant).days
    return plural(days, "jour")


@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """The review queue, oldest first: versions of the région, and fiches of other régions that ask for it."""
    region = _region_of(request)
    submitted = FicheVersion.objects.filter(state=EtatFiche.SOUMISE, prestataire__region=region)
    offered = Publication.objects.to_decide().filter(region=region)
    rows = [
        {
            "at": f.submitted_at,
            "name": str(f.prestataire),
            "what": "première fiche" if f.numero == 1 else f"version {f.numero}",
            "origin": "de la région",
            "url": reverse("portfolio:relire", args=[f.pk]),
            "returned": bool(f.tours),
        }
        for f in submitted.select_related("prestataire").order_by("submitted_at", "pk")[:200]
    ] + [
        {
            "at": p.asked_at,
            "name": str(p.prestataire),
            "what": "nouvelle version" if p.fiche_id else "demande à être publiée dans la région",
            "origin": f"région {p.prestataire.region}",
            "url": reverse("portfolio:publication", args=[p.pk]),
            "returned": False,
        }
        for p in offered.select_related("prestataire__region").order_by("asked_at", "pk")[:200]
    ]
    rows.sort(key=lambda row: row["at"])
    for row in rows:
        row["since"] = format_date(row["at"])
        row["waited"] = _waited(row["at"])
        row["late"] = (clock.now() - row["at"]).days >= 14
    context = {
        "rows": rows,
        "region": region,
        "counter": plural(len(rows), "fiche"),
        "writes": request.actor.membership.writes,
    }
    return render(request, "portfolio/file.html", context)


class Relire(View):
    """One submitted version: what changed since the last publication, remarks at their place, the decision."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor = request.actor
        region = _region_of(request)
        self.fiche = get_object_or_404(
            loaded(FicheVersion.objects.visible_to(self.actor)), pk=kwargs["pk"], prestataire__region=region
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a remark."""
        form = RemarqueForm(request.POST)
        if not form.is_valid():
            return self.show(typed=form, status=422)
        data = form.cleaned_data
        services.add_remark(self.fiche, data["rubrique"], data["champ"], data["texte"], actor=self.actor)
        messages.success(request, "La remarque est notée ; elle partira avec le renvoi.")
        return redirect(reverse("portfolio:relire", args=[pk]) + f"#rubrique-{data['rubrique']}")

    def show(
        self, *, refused: DomainError | None = None, typed: RemarqueForm | None = None, status: int = 200
    ) -> HttpResponse:
        fiche = self.fiche
        publication = (
            Publication.objects.filter(prestataire=fiche.prestataire, region=fiche.prestataire.region)
            .exclude(fiche=None)
            .first()
        )
        before = None
        if publication is not None and publication.fiche_id != fiche.pk:
            before = loaded(FicheVersion.objects.filter(pk=publication.fiche_id)).get()
        differences = changes(before, fiche)
        remarks = list(fiche.remarques.filter(tour=fiche.tours + 1))
        earlier = list(fiche.remarques.filter(tour__lte=fiche.tours))
        can_decide = permissions.why_not_review(self.actor, fiche.prestataire.region) is None
        open_ = fiche.state == EtatFiche.SOUMISE
        told = []
        for section in sections(
            fiche, piece_url=lambda p: reverse("portfolio:piece", args=[fiche.pk, p.pk]), whole=True
        ):
            rubrique = next(r for r in RUBRIQUES if r.code == section.code)
            told.append(
                {
                    "section": section,
                    "changes": [c for c in differences if c.rubrique == section.code],
                    "remarks": [r for r in remarks if r.rubrique == section.code],
                    "earlier": [r for r in earlier if r.rubrique == section.code],
                    "champs": _choices(rubrique),
                }
            )
        return render(
            self.request,
            "portfolio/relire.html",
            {
                "fiche": fiche,
                "prestataire": fiche.prestataire,
                "etat": fiche.get_state_display(),
                "tag": TAGS[fiche.state],
                "submitted": format_date(fiche.submitted_at),
                "price": price(fiche),
                "told": told,
                "before": before,
                "since": format_date(publication.publiee_le) if before is not None else "",
                "n_changes": len(differences),
                "n_remarks": len(remarks),
                "open": open_,
                "can_decide": can_decide and open_,
                "why_not": permissions.why_not_review(self.actor, fiche.prestataire.region) or "",
                "actions": [a for a in available_actions(fiche, self.actor) if a.action.name in _REVIEW],
                "refused": refused,
                "typed": typed,
                "insurance_expired": bool(fiche.assurance_expire_le and fiche.assurance_expire_le < clock.today()),
            },
            status=status,
        )


def _choices(rubrique: Any) -> list[tuple[str, str]]:
    """What a remark may be anchored to in a rubric: (field, label)."""
    from partners.portfolio.reading import label_of

    found = [("", "Toute la rubrique")]
    found += [(name, label_of(name)) for name in (*rubrique.fields, *rubrique.many)]
    names = {"references": "Références", "intervenants": "Intervenants"}
    found += [(name, names[name]) for name in rubrique.blocks]
    return found


@method_decorator(require_POST, name="dispatch")
class Decider(Relire):
    """Publish, return, refuse."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ActionForm(request.POST)
        if not form.is_valid() or form.cleaned_data["action"] not in _REVIEW:
            raise InvalidInput("Cette page n’est plus à jour : rechargez-la puis recommencez.")
        data = form.cleaned_data
        shown = {"expected_state": data["expected_state"], "version": data["version"]}
        try:
            if data["action"] == "publier":
                services.publish(self.fiche, actor=self.actor, **shown)
                said = f"La fiche de {self.fiche.prestataire} est publiée pour un an."
            elif data["action"] == "renvoyer":
                services.send_back(self.fiche, actor=self.actor, **shown)
                said = "La fiche est renvoyée au prestataire, avec vos remarques."
            else:
                services.refuse(self.fiche, actor=self.actor, reason=data["reason"], **shown)
                said = "La fiche est refusée ; le prestataire reçoit votre motif."
        except (ConditionsNotMet, InvalidInput) as error:
            return self.show(refused=error, status=error.status)
        messages.success(request, said)
        return redirect("portfolio:file")


@require_POST
def remarque_retirer(request: HttpRequest, pk: int, remarque_pk: int) -> HttpResponse:
    """Take back a remark that did not leave yet."""
    region = _region_of(request)
    remarque = get_object_or_404(
        Remarque.objects.select_related("fiche__prestataire__region"),
        pk=remarque_pk,
        fiche=pk,
        fiche__prestataire__region=region,
    )
    services.remove_remark(remarque, actor=request.actor)
    messages.success(request, "La remarque est retirée.")
    return redirect(reverse("portfolio:relire", args=[pk]) + f"#rubrique-{remarque.rubrique}")


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
    region = _region_of(request)
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
    return listing.render_list(request, "portfolio/publications.html", "portfolio/publications_resultats.html", context)


class PublicationPage(View):
    """One fiche in my région: publish the version offered, refuse it, withdraw it, put it back."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor = request.actor
        region = _region_of(request)
        self.publication = get_object_or_404(
            Publication.objects.select_related("prestataire__region", "region"), pk=kwargs["pk"], region=region
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, refused: DomainError | None = None, status: int = 200) -> HttpResponse:
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
            "portfolio/publication.html",
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
                "reason": p.decision_reason,
            },
            status=status,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ActionForm(request.POST)
        if not form.is_valid():
            raise InvalidInput("Cette page n’est plus à jour : rechargez-la puis recommencez.")
        data = form.cleaned_data
        shown = {"actor": self.actor, "expected_state": data["expected_state"], "version": data["version"]}
        try:
            if data["action"] == "publier":
                refusal = permissions.why_not_review(self.actor, self.publication.region)
                if refusal:
                    raise NotAllowed(refusal)
                services.publish_in_region(self.publication, **shown)
                said = "La fiche est publiée dans votre région pour un an."
            elif data["action"] == "ecarter":
                services.set_aside(self.publication, reason=data["reason"], **shown)
                said = "C’est noté ; le prestataire reçoit votre motif."
            elif data["action"] == "desactiver":
                services.deactivate(self.publication, reason=data["reason"], **shown)
                said = "La fiche n’est plus publiée dans votre région."
            elif data["action"] == "reactiver":
                services.reactivate(self.publication, **shown)
                said = "La fiche est de nouveau publiée dans votre région."
            else:
                raise InvalidInput("Cette action n’existe pas : rechargez la page.")
        except (ConditionsNotMet, InvalidInput) as error:
            return self.show(refused=error, status=error.status)
        messages.success(request, said)
        return redirect("portfolio:publication", pk)
