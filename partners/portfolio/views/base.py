"""What the pages of the « Espace prestataire » share: the prestataire, its version under way, for its people only."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import View

from core.actor import Actor
from core.errors import NotAllowed
from partners.portfolio import completeness, permissions
from partners.portfolio.enums import EN_COURS
from partners.portfolio.models import FicheVersion, Membre, Prestataire
from partners.portfolio.rubriques import BY_CODE, RUBRIQUES, Rubrique
from partners.portfolio.services import why_frozen


class EspaceMixin:
    """Sets ``self.actor``, ``self.prestataire`` and ``self.membre``; a 404 for who does not belong to it."""

    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor: Actor = request.actor
        self.prestataire: Prestataire = get_object_or_404(
            Prestataire.objects.of_person(self.actor.user_id).select_related("region"), pk=kwargs["pk"]
        )
        self.membre: Membre = permissions.belonging(self.actor, self.prestataire)

    def fiche_under_way(self) -> FicheVersion | None:
        """The version being written or reviewed, measured: one query."""
        return (
            FicheVersion.objects.with_completeness()
            .select_related("prestataire__region")
            .filter(prestataire=self.prestataire, state__in=EN_COURS)
            .first()
        )

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        base = {"prestataire": self.prestataire, "membre": self.membre}
        return render(self.request, template, {**base, **(context or {})}, status=status)


class EspaceView(EspaceMixin, View):
    """Base of the pages of a prestataire's own space."""


class WritingMixin(EspaceMixin):
    """Pages that write the version under way: ``self.fiche``; 404 without one, 403 in words when it is frozen."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = self.fiche_under_way()
        if found is None:
            raise Http404
        self.fiche: FicheVersion = found

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        frozen = why_frozen(self.fiche)
        if frozen:
            raise NotAllowed(frozen)
        return super().dispatch(request, *args, **kwargs)


class WritingView(WritingMixin, View):
    """Base of the pages that write."""


def rubrique_or_404(code: str) -> Rubrique:
    found = BY_CODE.get(code)
    if found is None:
        raise Http404
    return found


def ring(fiche: FicheVersion) -> dict[str, Any]:
    """How far the fiche is: the ring, the rubrics, and what is missing with the place where to mend it."""
    lacking = completeness.missing(fiche)
    whole, parts = completeness.progress(lacking)
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
        "complete": not lacking,
        "missing": [
            {"rubrique": m.rubrique.titre, "label": m.label, "url": address(m.rubrique.code, m.champ)} for m in lacking
        ],
        "rubriques": rows,
    }
