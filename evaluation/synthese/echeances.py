"""The date by which the synthesis is to be fixed, in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from evaluation.synthese.enums import EtatSynthese
from evaluation.synthese.models import Synthese
from projects.echeances import concerned


def _syntheses(actor: Actor, window: Window) -> Iterator[Echeance]:
    rows = Synthese.objects.filter(
        ingenierie__in=concerned(actor, window).values("pk"), echeance__range=(window.since, window.until)
    )
    for row in rows.order_by("echeance", "pk").values("pk", "ingenierie_id", "ingenierie__titre", "echeance", "state"):
        yield Echeance(
            f"synthese-{row['pk']}",
            "Synthèse de l’évaluation à arrêter",
            row["ingenierie__titre"],
            reverse("evaluation:synthese", args=[row["ingenierie_id"]]),
            row["echeance"],
            done=row["state"] == EtatSynthese.ARRETEE,
        )


def register() -> None:
    """Called once by :func:`evaluation.synthese.providers.register`."""
    ECHEANCES.register("syntheses", EcheanceSource("Synthèses de l’évaluation à arrêter", _syntheses), order=76)
