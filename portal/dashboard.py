"""What the portfolio of prestataires puts among what waits for a person (it stands below the floor of the lists)."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from accounts.services.passations import waiting
from core import clock
from core.actor import Actor
from core.formats import format_date, plural
from partners.portfolio.fiche.enums import EtatFiche
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.publication.models import Publication
from projects.dashboard import LIMIT, TODOS, Todo

#: A fiche waits no longer than this without being late.
_PATIENCE = dt.timedelta(days=14)


def to_review(actor: Actor) -> list[Todo]:
    """For a C2RA: the fiches submitted in its région, oldest first."""
    if actor.organisation is None or not actor.organisation.is_c2ra:
        return []
    rows = (
        FicheVersion.objects.filter(state=EtatFiche.SOUMISE, prestataire__region=actor.organisation.region_id)
        .order_by("submitted_at", "pk")
        .values_list("pk", "prestataire__name", "submitted_at", "numero")[:LIMIT]
    )
    return [
        Todo(
            title=name,
            detail=f"{'Première fiche' if numero == 1 else 'Nouvelle version de la fiche'} à relire, reçue le "
            f"{format_date(at)}.",
            url=reverse("portfolio:relire", args=[pk]),
            late=clock.now() - at > _PATIENCE,
        )
        for pk, name, at, numero in rows
    ]


def to_publish(actor: Actor) -> list[Todo]:
    """For a C2RA: the fiches of other régions that ask for its own."""
    if actor.organisation is None or not actor.organisation.is_c2ra:
        return []
    rows = (
        Publication.objects.to_decide()
        .filter(region=actor.organisation.region_id)
        .order_by("asked_at", "pk")
        .values_list("pk", "prestataire__name", "asked_at")[:LIMIT]
    )
    return [
        Todo(
            title=name,
            detail=f"Demande à être publié dans votre région depuis le {format_date(at)}.",
            url=reverse("portfolio:publication", args=[pk]),
            late=clock.now() - at > _PATIENCE,
        )
        for pk, name, at in rows
    ]


def handed(actor: Actor) -> list[Todo]:
    """What somebody was handed over and has not seen yet, newest first."""
    return [
        Todo(
            title=plural(len(row.lines), "dossier vous a été confié", "dossiers vous ont été confiés"),
            detail=f"{f'{row.from_user} le suivait' if row.from_user else 'Personne ne le suivait'} jusqu’au "
            f"{format_date(row.at)} : voyez de quoi il s’agit.",
            url=reverse("accounts:passation", args=[row.pk]),
        )
        for row in waiting(actor)[:LIMIT]
    ]


def register() -> None:
    """Called once by ``PortalConfig.ready``."""
    TODOS.register("passations", handed, order=5)
    TODOS.register("fiches_a_relire", to_review, order=30)
    TODOS.register("fiches_a_publier", to_publish, order=31)
