"""What the pages that write a fiche share: its version under way, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views import View

from partners.portfolio.fiche import completeness
from partners.portfolio.fiche.ancres import told
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.remarque import Remarque
from partners.portfolio.fiche.rubriques import BY_CODE, RUBRIQUES, Rubrique
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.views import EspaceMixin


def fiche_under_way(prestataire: Prestataire) -> FicheVersion | None:
    """The version being written or reviewed, measured: one query."""
    rows = completeness.with_completeness(FicheVersion.objects.under_way())
    return rows.select_related("prestataire__region").filter(prestataire=prestataire).first()


class WritingMixin(EspaceMixin):
    """Pages that write the version under way: ``self.fiche``; 404 without one, 403 in words when it is frozen."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = fiche_under_way(self.prestataire)
        if found is None:
            raise Http404
        self.fiche: FicheVersion = found

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.fiche.ensure_open()
        return super().dispatch(request, *args, **kwargs)


class WritingView(WritingMixin, View):
    """Base of the pages that write."""


def rubrique_or_404(code: str) -> Rubrique:
    found = BY_CODE.get(code)
    if found is None:
        raise Http404
    return found


def remark_rows(remarques: Iterable[Remarque]) -> list[dict[str, Any]]:
    """What the C2RA asks, as the pages that mend it show it."""
    return [
        {"pk": r.pk, "champ": r.champ, "about": told(r), "texte": r.texte, "done": r.traitee_le is not None}
        for r in remarques
    ]


def ring(fiche: FicheVersion) -> dict[str, Any]:
    """How far the fiche is: the ring, the rubrics, and what is missing with the place where to mend it."""
    fiche = completeness.measured(fiche)
    lacking = completeness.missing(fiche)
    whole, parts = completeness.progress(fiche, lacking)
    pk = fiche.prestataire_id

    def address(code: str, champ: str = "") -> str:
        return reverse("portfolio:rubrique", args=[pk, code]) + (f"#champ-{champ}" if champ else "")

    rows = []
    for number, rubrique in enumerate(RUBRIQUES, 1):
        part = parts[rubrique.code]
        full = part.done == part.total
        rows.append(
            {
                "number": number,
                "code": rubrique.code,
                "titre": rubrique.titre,
                "url": address(rubrique.code),
                "text": "complète" if full else f"{part.done} sur {part.total}",
                "complete": full,
            }
        )
    return {
        "percent": whole.percent,
        "done": whole.done,
        "total": whole.total,
        "complete": not lacking and not fiche.n_a_traiter,
        "to_settle": fiche.n_a_traiter,
        "espace_url": reverse("portfolio:espace_prestataire", args=[pk]),
        "missing": [
            {"rubrique": m.rubrique.titre, "label": m.label, "url": address(m.rubrique.code, m.champ)} for m in lacking
        ],
        "rubriques": rows,
    }
