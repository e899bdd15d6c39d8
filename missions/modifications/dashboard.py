"""The requests that wait for the pilot's decision, on the home page."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from missions.modifications.enums import EtatDemande, Quoi
from missions.modifications.models import DemandeModification
from projects.dashboard import LIMIT, Todo, carried


def modifications(actor: Actor) -> list[Todo]:
    """Of the missions the actor carries: what is asked and waits for the DLA. One query."""
    rows = (
        DemandeModification.objects.filter(
            state=EtatDemande.DEMANDEE,
            convention__choix__retire_at__isnull=True,
            **carried(actor, "convention__ingenierie__"),
        )
        .order_by("demande_le", "pk")
        .values("pk", "quoi", "demande_le", "convention", "convention__ingenierie", "convention__ingenierie__titre")
    )
    return [
        Todo(
            row["convention__ingenierie__titre"],
            f"Une modification est demandée depuis le {format_date(row['demande_le'])} : {Quoi(row['quoi']).label}.",
            reverse("missions:modification", args=[row["convention__ingenierie"], row["convention"], row["pk"]]),
        )
        for row in rows[:LIMIT]
    ]
