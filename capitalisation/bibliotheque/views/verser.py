"""From an ingénierie to the library: what it gave already, what may be poured in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from capitalisation.bibliotheque import presenters, sources
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import why_not_deposit
from capitalisation.transfert.views.base import CapitalisationView
from evaluation.questionnaires.models import Questionnaire
from missions.productions.models import Production
from projects.ingenierie.permissions import why_not_contribute


class Verser(CapitalisationView):
    """The room « Bibliothèque » of a dossier."""

    salle = "bibliotheque"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        drawn = Ressource.objects.visible_to(self.actor).filter(ingenierie=self.ingenierie)
        refusal = why_not_deposit(self.actor) or why_not_contribute(self.actor, self.ingenierie) or ""
        return self.page(
            "capitalisation/bibliotheque/verser.html",
            {
                "rows": presenters.rows(drawn.order_by("-created_at", "-pk")[:50]),
                "refusal": refusal,
                "groups": [] if refusal else self.offered(),
            },
        )

    def offered(self) -> list[dict[str, Any]]:
        """What may be poured in, by kind, each with its address."""

        def rows(name: str, found: Any) -> list[dict[str, str]]:
            base = reverse("bibliotheque:deposer")
            return [{"label": str(row), "url": f"{base}?{name}={row.pk}"} for row in found]

        recits = sources.recits_to_deposit(self.actor, self.ingenierie)
        told = [
            {
                "titre": "Récits arrêtés",
                "rows": [
                    {**row, "label": f"{recit.get_genre_display().capitalize()} : {recit}"}
                    for row, recit in zip(rows("recit", recits), recits, strict=True)
                ],
            },
            {
                "titre": "Productions remises à toutes les structures",
                "rows": rows(
                    "production",
                    Production.objects.filter(convention__ingenierie=self.ingenierie, structure=None)[:50],
                ),
            },
            {
                "titre": "Questionnaires de l’évaluation",
                "rows": rows("questionnaire", Questionnaire.objects.filter(ingenierie=self.ingenierie)[:20]),
            },
        ]
        return [group for group in told if group["rows"]]
