"""The review queue, and one version under review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.errors import DomainError, InvalidInput
from core.formats import format_date, plural
from core.forms import OUT_OF_DATE
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from core.views.once import sent_once
from partners.portfolio.fiche import permissions
from partners.portfolio.fiche.ancres import anchors, told
from partners.portfolio.fiche.enums import EtatFiche
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.remarque import Remarque
from partners.portfolio.fiche.reading import Section, changes, loaded, price, sections
from partners.portfolio.fiche.rubriques import BY_CODE
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.views.publications import region_of
from partners.portfolio.relecture import services
from partners.portfolio.relecture.forms import RemarqueForm

_DECISIONS = {"publier": services.publish, "renvoyer": services.send_back, "refuser": services.refuse}


def _waited(instant: Any) -> str:
    days = (clock.now() - instant).days
    return f"attend depuis {plural(days, 'jour')}" if days else "arrivée aujourd’hui"


@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """The review queue, oldest first: versions of the région, and fiches of other régions that ask for it."""
    region = region_of(request)
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
    return render(request, "portfolio/relecture/file.html", context)


class Relire(View):
    """One submitted version: what changed since the last publication, remarks at their place, the decision."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor = request.actor
        region = region_of(request)
        self.fiche = get_object_or_404(
            loaded(FicheVersion.objects.visible_to(self.actor)), pk=kwargs["pk"], prestataire__region=region
        )

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a remark."""
        form = RemarqueForm(request.POST)
        if not form.is_valid():
            return self.show(typed=form, status=422)
        data = form.cleaned_data
        services.add_remark(self.fiche, data["rubrique"], data["ancre"], data["texte"], actor=self.actor)
        messages.success(request, "La remarque est notée ; elle partira avec le renvoi.")
        return redirect(reverse("portfolio:relire", args=[pk]) + f"#rubrique-{data['rubrique']}")

    def show(
        self,
        *,
        refused: DomainError | None = None,
        reason: str = "",
        typed: RemarqueForm | None = None,
        status: int = 200,
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
        rows = fiche.remarques.select_related("reference", "intervenant", "piece__fichier")
        remarks = [_remark_row(row, sent=row.tour <= fiche.tours) for row in rows]
        can_decide = permissions.why_not_review(self.actor, fiche.prestataire.region) is None
        open_ = fiche.state == EtatFiche.SOUMISE
        parts = []
        for section in sections(
            fiche, piece_url=lambda p: reverse("portfolio:piece", args=[fiche.pk, p.pk]), whole=True
        ):
            parts.append(
                {
                    "section": section,
                    "changes": [c for c in differences if c.rubrique == section.code],
                    "remarks": _place(section, [r for r in remarks if r["rubrique"] == section.code]),
                    "ancres": list(anchors(fiche, BY_CODE[section.code])),
                }
            )
        return render(
            self.request,
            "portfolio/relecture/relire.html",
            {
                "fiche": fiche,
                "prestataire": fiche.prestataire,
                "etat": fiche.get_state_display(),
                "tag": fiche.state_tag,
                "submitted": format_date(fiche.submitted_at),
                "price": price(fiche),
                "parts": parts,
                "before": before,
                "since": format_date(publication.publiee_le) if before is not None else "",
                "n_changes": len(differences),
                "n_remarks": sum(not row["sent"] for row in remarks),
                "open": open_,
                "can_decide": can_decide and open_,
                "why_not": permissions.why_not_review(self.actor, fiche.prestataire.region) or "",
                "actions": [a for a in available_actions(fiche, self.actor) if a.action.name in _DECISIONS],
                "refused": refused,
                "reason": reason,
                "typed": typed,
                "insurance_expired": bool(fiche.assurance_expire_le and fiche.assurance_expire_le < clock.today()),
            },
            status=status,
        )


def _remark_row(remarque: Remarque, *, sent: bool) -> dict[str, Any]:
    return {
        "pk": remarque.pk,
        "rubrique": remarque.rubrique,
        "champ": remarque.champ,
        "of": (remarque.reference_id, remarque.intervenant_id, remarque.piece_id),
        "about": told(remarque),
        "texte": remarque.texte,
        "sent": sent,
        "settled": format_date(remarque.traitee_le),
        "reponse": remarque.reponse,
    }


def _place(section: Section, remarks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put each remark beside the line, the reference, the person or the document it is about; returns the others."""
    places: dict[Any, list[dict[str, Any]]] = {line.champ: line.remarks for line in section.lines}
    for rows, at in ((section.references, 0), (section.intervenants, 1), (section.pieces, 2)):
        for row in rows:
            of: list[int | None] = [None, None, None]
            of[at] = row["pk"]
            places[tuple(of)] = row.setdefault("remarks", [])
    for row in section.pieces:
        places.setdefault(f"piece_{row['nature']}", row["remarks"])
    others = []
    for remark in remarks:
        key = remark["of"] if any(remark["of"]) else remark["champ"]
        places.get(key, others).append(remark)
    return others


@method_decorator(require_POST, name="dispatch")
class Decider(ActionMixin, Relire):
    """Publish, return, refuse."""

    def perform(self, action: str, **shown: Any) -> FicheVersion:
        if action not in _DECISIONS:
            raise InvalidInput(OUT_OF_DATE)
        return _DECISIONS[action](self.fiche, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(refused=error, reason=reason, status=error.status)

    def get_action_url(self, action: str, obj: FicheVersion) -> str:
        return reverse("portfolio:file")


@require_POST
def remarque_retirer(request: HttpRequest, pk: int, remarque_pk: int) -> HttpResponse:
    """Take back a remark that did not leave yet."""
    region = region_of(request)
    remarque = get_object_or_404(
        Remarque.objects.select_related("fiche__prestataire__region"),
        pk=remarque_pk,
        fiche=pk,
        fiche__prestataire__region=region,
    )
    services.remove_remark(remarque, actor=request.actor)
    messages.success(request, "La remarque est retirée.")
    return redirect(reverse("portfolio:relire", args=[pk]) + f"#rubrique-{remarque.rubrique}")
