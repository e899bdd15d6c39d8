"""The planned dates of the stages in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from missions.suivi.models import EtapeSuivi
from projects.echeances import concerned


def _etapes(actor: Actor, window: Window) -> Iterator[Echeance]:
    """Each stage by its planned end; the end of the mission is told by its convention."""
    rows = (
        EtapeSuivi.objects.filter(
            fiche__convention__ingenierie__in=concerned(actor, window).values("pk"),
            fiche__convention__choix__retire_at__isnull=True,
            derniere=False,
            prevu_fin__range=(window.since, window.until),
        )
        .order_by("prevu_fin", "pk")
        .values(
            "pk", "ordre", "intitule", "prevu_fin", "rendue_le", "fiche__convention", "fiche__convention__ingenierie",
            "fiche__convention__ingenierie__titre",
        )
    )  # fmt: skip
    for row in rows:
        url = reverse("missions:suivi", args=[row["fiche__convention__ingenierie"], row["fiche__convention"]])
        yield Echeance(
            f"etape-{row['pk']}",
            f"Fin de l’étape {row['ordre']} : {row['intitule']}",
            row["fiche__convention__ingenierie__titre"],
            f"{url}#etape-{row['pk']}",
            row["prevu_fin"],
            done=row["rendue_le"] is not None,
        )


def register() -> None:
    """Called once by :func:`missions.suivi.providers.register`."""
    ECHEANCES.register("etapes", EcheanceSource("Étapes des missions", _etapes), order=63)
