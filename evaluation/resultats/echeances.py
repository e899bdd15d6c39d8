"""The follow-ups planned, in the échéancier: also of an ingénierie that is closed."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from evaluation.resultats.models import SuiviPrevu
from evaluation.resultats.services.suivi import ETAPES
from projects.dashboard import carried


def _suivis(actor: Actor, window: Window) -> Iterator[Echeance]:
    if window.ingenierie is not None:
        rows = SuiviPrevu.objects.filter(ingenierie=window.ingenierie)
    else:
        # Whoever carries it still does once it is closed.
        mine = {**carried(actor, "ingenierie__"), "ingenierie__state__in": ETAPES}
        rows = SuiviPrevu.objects.filter(**mine)
    found = rows.filter(le__range=(window.since, window.until)).order_by("le", "pk")
    for row in found.values("pk", "mois", "le", "questionnaire_id", "ingenierie_id", "ingenierie__titre"):
        yield Echeance(
            f"suivi-{row['pk']}",
            f"Suivi à {row['mois']} mois",
            row["ingenierie__titre"],
            reverse("evaluation:resultats", args=[row["ingenierie_id"]]) + "#suivi",
            row["le"],
            done=row["questionnaire_id"] is not None,
        )


def register() -> None:
    """Called once by :func:`evaluation.resultats.providers.register`."""
    ECHEANCES.register("suivis", EcheanceSource("Suivi après la fin", _suivis), order=72)
