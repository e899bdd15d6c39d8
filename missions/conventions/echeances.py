"""The dates of the conventions in the échéancier: the beginning and the end of the mission."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from missions.conventions.enums import SIGNEES, EtatConvention
from missions.conventions.facts import fin_dite
from missions.conventions.models import Convention
from projects.echeances import concerned


def _missions(actor: Actor, window: Window) -> Iterator[Echeance]:
    """Of the signed conventions; an end that an avenant moved is told as it is now."""
    rows = (
        Convention.objects.standing()
        .filter(ingenierie__in=concerned(actor, window).values("pk"), state__in=SIGNEES)
        .annotate(fin_dite=fin_dite())
        .filter(Q(debut__range=(window.since, window.until)) | Q(fin_dite__range=(window.since, window.until)))
        .order_by("debut", "pk")
        .values("pk", "ingenierie_id", "ingenierie__titre", "reference", "debut", "fin_dite", "state")
    )
    for row in rows:
        url = reverse("missions:convention", args=[row["ingenierie_id"], row["pk"]])
        done = row["state"] == EtatConvention.CLOSE
        for name, word in (("debut", "Début"), ("fin_dite", "Fin")):
            day = row[name]
            if day is not None and window.since <= day <= window.until:
                title = f"{word} de la mission, convention {row['reference']}"
                yield Echeance(
                    f"convention-{word.lower()}-{row['pk']}", title, row["ingenierie__titre"], url, day, done=done
                )


def register() -> None:
    """Called once by :func:`missions.conventions.providers.register`."""
    ECHEANCES.register("missions", EcheanceSource("Début et fin des missions", _missions), order=62)
