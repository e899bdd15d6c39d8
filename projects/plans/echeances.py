"""The rows of the plans d'accompagnement in the échéancier."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from structures.plans.enums import EtatPlan
from structures.plans.models import LignePlan


def _plan_rows(actor: Actor, window: Window) -> Iterator[Echeance]:
    """Open rows of the plans d'accompagnement that the actor reads: those that the ingénierie carries out, or those of
    the plans one follows (all of the organisation's for a responsable)."""
    found = LignePlan.objects.visible_to(actor).ouvertes().filter(plan__state=EtatPlan.EN_COURS)
    if window.ingenierie is not None:
        found = found.filter(rattachement__ingenierie=window.ingenierie)
    elif actor.membership is not None and actor.membership.manages:
        found = found.filter(organisation=actor.organisation_id)
    else:
        found = found.filter(plan__suivi_par=actor.user_id, organisation=actor.organisation_id)
    found = found.filter(echeance__range=(window.since, window.until)).select_related("plan__structure")
    for ligne in found.order_by("echeance", "pk"):
        yield Echeance(
            f"ligne-{ligne.pk}",
            f"Plan d’accompagnement : {ligne}",
            ligne.plan.structure.name,
            reverse("structures:ligne", args=[ligne.pk]),
            ligne.echeance,
        )


def register() -> None:
    """Called once by :func:`projects.plans.providers.register`."""
    ECHEANCES.register("plans", EcheanceSource("Plans d’accompagnement", _plan_rows), order=28)
