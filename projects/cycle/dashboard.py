"""What waits for a C2RA: the conditions passed over in its region."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from core import clock
from core.actor import Actor
from projects.cycle.models import ConditionLevee
from projects.dashboard import LIMIT, Todo
from projects.ingenierie.models import Ingenierie


def overridden(actor: Actor) -> list[Todo]:
    """For a C2RA: the conditions passed over in the region these last 30 days."""
    if actor.organisation is None or not actor.organisation.is_c2ra:
        return []
    rows = (
        ConditionLevee.objects.filter(
            at__gte=clock.now() - dt.timedelta(days=30), ingenierie__in=Ingenierie.objects.visible_to(actor)
        )
        .exclude(ingenierie__pilote=actor.organisation_id)
        .order_by("-at", "-pk")
        .values_list("ingenierie_id", "ingenierie__titre", "label", "by_label")[:LIMIT]
    )
    return [
        Todo(title, f"Condition levée par {who} : {label}.", reverse("projects:etape", args=[pk]))
        for pk, title, label, who in rows
    ]
