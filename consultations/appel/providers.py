"""What the call gives to the floors below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Max

from consultations.appel import dashboard, echeances
from consultations.appel.models import Invitation
from consultations.consultes.permissions import why_not_record
from core import clock
from core.actor import Actor
from core.menu import MENU, MenuEntry
from partners.recherche.registry import INDISPONIBLES, RESULT_ACTIONS, ResultAction
from projects.ingenierie.permissions import can_create


def _alone(actor: Actor) -> bool:
    """Somebody who acts for no organisation: a consultant, or one who will be (asked without any query)."""
    return actor.kind == "user" and actor.organisation is None


def _unavailable(prestataires: Collection[int] | None) -> dict[int, dt.date]:
    """From when each may be asked again, of those who declined a call for that reason: the last day said, while it is
    to come. One query."""
    rows = Invitation.objects.filter(decline_at__isnull=False, de_nouveau_le__gt=clock.today())
    if prestataires is not None:
        rows = rows.filter(prestataire__in=prestataires)
    return dict(rows.order_by().values_list("prestataire").annotate(day=Max("de_nouveau_le")))


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
    RESULT_ACTIONS.register(
        "inviter",
        ResultAction(
            "Inviter à un appel…",
            "consultations:inviter",
            "envelope-plus",
            lambda actor: not why_not_record(actor) and can_create(actor),
        ),
    )
    INDISPONIBLES.register("appels", _unavailable)
    MENU.register("consultations", MenuEntry("Consultations", "megaphone", "candidat:consultations", _alone), order=16)
    dashboard.register()
    echeances.register()
