"""What the plans d'accompagnement put on the home page: the rows late or due soon."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from projects.dashboard import LIMIT, TODOS, Todo
from structures.enums import EtatPlan
from structures.models import LignePlan
from structures.plans.presenters import DUE


def due(actor: Actor) -> list[Todo]:
    """The rows of plans late or due within 14 days: those one follows, all of the organisation's for a responsable."""
    organisation = actor.organisation
    if organisation is None or actor.user_id is None or not (organisation.is_dla or organisation.is_c2ra):
        return []
    today = clock.today()
    rows = LignePlan.objects.ouvertes().filter(
        organisation=organisation.pk, echeance__lte=today + DUE, plan__state=EtatPlan.EN_COURS
    )
    if not actor.membership.manages:
        rows = rows.filter(plan__suivi_par=actor.user_id)
    found = rows.order_by("echeance", "pk").values_list("pk", "difficulte", "echeance", "plan__structure__name")[:LIMIT]
    return [
        Todo(
            title=f"{structure} : {difficulte if len(difficulte) <= 80 else difficulte[:79].rstrip() + '…'}",
            detail=_told(echeance, today),
            url=reverse("structures:ligne", args=[pk]),
            date=echeance,
            late=echeance < today,
        )
        for pk, difficulte, echeance, structure in found
    ]


def _told(echeance: dt.date, today: dt.date) -> str:
    was = "était prévue" if echeance < today else "est prévue"
    return f"Plan d’accompagnement : cette action {was} pour le {format_date(echeance)}."


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    TODOS.register("plans", due, order=15)
