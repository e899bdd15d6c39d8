"""What the library has near an ingénierie, for « Existe-t-il déjà ? »: from every région, one query."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.urls import reverse

from capitalisation.bibliotheque.enums import EtatRessource, Support
from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.recherche import lisibles, pres_de, proches, proximite
from core.actor import Actor
from projects.identification.existant import LEAST, SOURCES, Near, Subject

#: Most that are scored, the nearest first.
CANDIDATES = 100
_KINDS = {Support.FICHE_EXPERIENCE: "Fiche expérience", Support.MONOGRAPHIE: "Monographie"}


def _near(subject: Subject, ressource: Ressource) -> Near | None:
    points, reasons = proximite(subject, ressource)
    if points < LEAST:
        return None
    where = str(ressource.region) if ressource.region_id else "toute la France"
    return Near(
        key=f"ressource-{ressource.pk}",
        kind=_KINDS.get(Support(ressource.support), "Ressource de la bibliothèque"),
        title=ressource.titre,
        url=f"{reverse('bibliotheque:ressource', args=[ressource.pk])}?pour={subject.ingenierie.pk}",
        score=points,
        reasons=reasons,
        detail=f"{ressource.contributeur} · {where}",
        state="Référence nationale" if ressource.state == EtatRessource.REFERENCE_NATIONALE else "Publiée",
    )


def bibliotheque(subject: Subject, actor: Actor) -> Iterable[Near]:
    """The published resources, fiches expériences and monographies that the actor may read; those drawn from the
    ingénierie itself are not news to it."""
    rows = (
        lisibles(actor)
        .filter(proches(subject))
        .annotate(points=pres_de(subject))
        .order_by("-points", F("utilisations").desc(), "-pk")
        .select_related("contributeur", "region")
    )
    found = (_near(subject, row) for row in rows[:CANDIDATES] if row.ingenierie_id != subject.ingenierie.pk)
    return [near for near in found if near is not None]


def register() -> None:
    """Called once by :func:`capitalisation.recherche.providers.register`."""
    SOURCES.register("bibliotheque", bibliotheque)
