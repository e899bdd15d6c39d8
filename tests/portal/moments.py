"""What may wait for somebody on the home page: how the tests bring it about."""

from __future__ import annotations

import datetime as dt

from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from core.actor import Actor
from core.clock import today
from engagement.validation.services import record_avis
from projects.ingenierie.models import Ingenierie
from tests.factories import (
    actor_of,
)

SYSTEM = Actor.system("recette")
PARIS_17H = dt.datetime(2026, 11, 27, 16, 0, tzinfo=dt.UTC)


def titles(provider, user) -> list[str]:
    return [todo.title for todo in provider(actor_of(user))]


def placed(ingenierie: Ingenierie, **fields) -> Ingenierie:
    """The ingénierie put where a test needs it, without walking there."""
    Ingenierie._base_manager.filter(pk=ingenierie.pk).update(**fields)
    return Ingenierie.objects.get(pk=ingenierie.pk)


def cahier_of(ingenierie: Ingenierie, state: str, deadline: dt.datetime | None = PARIS_17H, **fields):
    return CahierDesCharges.objects.create(
        ingenierie=ingenierie, reference=f"CDC-{ingenierie.pk}", state=state, date_limite=deadline, **fields
    )


def diffused(ingenierie: Ingenierie, deadline: dt.datetime = PARIS_17H, **fields) -> CahierDesCharges:
    cahier = cahier_of(ingenierie, "diffuse", deadline, **fields)
    version(cahier, deadline)
    return cahier


def version(cahier: CahierDesCharges, deadline: dt.datetime, numero: int = 1) -> VersionDiffusee:
    row = VersionDiffusee(
        cahier=cahier, numero=numero, contenu="{}", date_limite=deadline, par="Recette"
    )  # fmt: skip
    row.save()
    return row


def give_avis(ingenierie, organisation, sens: str) -> None:
    values = {"date": today(), "sens": sens, "commentaires": "Préciser le coût."}
    record_avis(ingenierie, organisation, values, actor=SYSTEM)
