"""The avis due to a committee in the échéancier of who sits in it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse

from capitalisation.comite.models import AvisEditorial, Examen, MembreComite
from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window


def _avis(actor: Actor, window: Window) -> Iterator[Echeance]:
    """The days on which the avis of ``actor`` are due; they are of no ingénierie."""
    if window.ingenierie is not None:
        return
    seats = MembreComite.objects.par_compte(actor)
    rows = Examen.objects.juges_par(actor).filter(echeance__range=(window.since, window.until))
    mine = AvisEditorial.objects.filter(examen=OuterRef("pk"), membre__in=seats)
    for examen in rows.annotate(rendu=Exists(mine)).select_related("ressource").order_by("echeance", "pk"):
        yield Echeance(
            f"avis-editorial-{examen.pk}",
            "Avis éditorial à donner",
            str(examen.ressource),
            reverse("bibliotheque:examen", args=[examen.pk]),
            examen.echeance,
            done=examen.rendu,
        )


def register() -> None:
    """Called once by :func:`capitalisation.comite.providers.register`."""
    ECHEANCES.register("avis_editoriaux", EcheanceSource("Avis éditoriaux à donner", _avis), order=62)
