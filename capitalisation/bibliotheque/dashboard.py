"""What the library puts among what waits for a person: resources to complete, openings to decide."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from accounts.permissions import writes
from capitalisation.bibliotheque.enums import EtatRessource, Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.presenters import COURT
from capitalisation.bibliotheque.services.demandes import asked_of
from core.actor import Actor
from projects.dashboard import LIMIT, TODOS, Todo


def to_complete(actor: Actor) -> list[Todo]:
    """Those the committee wants completed: one's own, and all those of the organisation for a responsable."""
    if not writes(actor):
        return []
    rows = Ressource.objects.filter(contributeur=actor.organisation_id, state=EtatRessource.A_COMPLETER)
    if not actor.membership.manages:
        rows = rows.filter(Q(auteur=actor.user_id) | Q(auteur=None))
    return [
        Todo(
            row.titre, "Le comité éditorial demande de la compléter.", reverse("bibliotheque:ressource", args=[row.pk])
        )
        for row in rows.order_by("state_since", "pk")[:LIMIT]
    ]


def to_open(actor: Actor) -> list[Todo]:
    """The openings asked of the C2RA, of the Avise."""
    if not writes(actor):
        return []
    rows = asked_of(actor).select_related("contributeur")[:LIMIT]
    return [
        Todo(
            row.titre,
            f"{row.contributeur} demande de l’ouvrir : {COURT[Lecteurs(row.lecteurs_demandes)]}.",
            reverse("bibliotheque:ressource", args=[row.pk]) + "#lecteurs",
        )
        for row in rows
    ]


def register() -> None:
    """Called once by :func:`capitalisation.bibliotheque.providers.register`."""
    TODOS.register("ressources-a-completer", to_complete, order=31)
    TODOS.register("ouvertures-demandees", to_open, order=32)
