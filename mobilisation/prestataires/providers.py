"""What the prestataires-partenaires give: to the room of the partners, to their own space, to the home page."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from mobilisation.prestataires import liens
from mobilisation.prestataires.models import DemandePrestataire
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.registry import ESPACE_LINES, EspaceLine
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import OPEN_STATES
from projects.tabs import SIDE_PAGES, SidePage

#: An answer is worth reading on the home page for so long.
RECENT = dt.timedelta(days=14)


def _espace(prestataire: Prestataire) -> list[EspaceLine]:
    rows = DemandePrestataire.objects.filter(partenaire_projet__prestataire=prestataire)
    rows = rows.select_related("partenaire_projet__ingenierie__pilote").order_by("-posee_at", "-pk")
    told = []
    for row in rows[:30]:
        waits = row.repondu_at is None and row.ingenierie.state in OPEN_STATES
        if row.repondu_at:
            detail = f"répondu le {format_date(row.repondu_at)}"
        elif waits and row.attendue_le:
            detail = f"réponse attendue le {format_date(row.attendue_le)}"
        else:
            detail = "votre avis est attendu" if waits else "votre avis n’est plus attendu"
        told.append(
            EspaceLine(
                f"{row.ingenierie.titre} : {row.get_moment_display().partition(' : ')[2]}",
                f"{row.ingenierie.pilote}, {detail}",
                reverse("mobilisation:avis_prestataire", args=[row.pk]),
                waits,
            )
        )
    return told


def answers(actor: Actor) -> list[Todo]:
    """The answers of prestataires-partenaires that arrived lately in the ingénieries the actor carries."""
    rows = DemandePrestataire.objects.filter(
        **carried(actor, "partenaire_projet__ingenierie__"), repondu_at__gte=clock.now() - RECENT
    )
    rows = rows.select_related("partenaire_projet__ingenierie", "partenaire_projet__prestataire")
    return [
        Todo(
            title=row.ingenierie.titre,
            detail=f"{row.prestataire} a répondu le {format_date(row.repondu_at)} en prestataire-partenaire.",
            url=reverse("mobilisation:demande", args=[row.ingenierie.pk, row.pk]),
        )
        for row in rows.order_by("-repondu_at", "pk")[:LIMIT]
    ]


def register() -> None:
    """Fill the registries; called once by ``MobilisationConfig.ready``."""
    liens.register()
    ESPACE_LINES.register("prestataire_partenaire", _espace)
    TODOS.register("avis_prestataires", answers, order=37)
    SIDE_PAGES.register(
        "prestataires", SidePage("partenaires", "Prestataires-partenaires", "mobilisation:demandes", "person-badge")
    )
