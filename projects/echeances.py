"""The dates of the ingénieries in the échéancier, and what every source on them shares."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from projects.dashboard import carried_by
from projects.enums import OPEN_STATES
from projects.models import Ingenierie
from structures.plans.enums import EtatPlan
from structures.plans.models import LignePlan


def concerned(actor: Actor, window: Window) -> QuerySet[Ingenierie]:
    """The ingénieries whose dates are asked for: the one of the window, or those that the actor carries."""
    if window.ingenierie is not None:
        return Ingenierie.objects.filter(pk=window.ingenierie)
    return carried_by(actor)


def _dates(field: str, title: str, key: str):
    def find(actor: Actor, window: Window) -> Iterator[Echeance]:
        found = concerned(actor, window).filter(**{f"{field}__range": (window.since, window.until)})
        for pk, titre, state, when in found.order_by(field, "pk").values_list("pk", "titre", "state", field):
            url = reverse("projects:detail", args=[pk])
            yield Echeance(f"{key}-{pk}", title, titre, url, when, done=state not in OPEN_STATES)

    return find


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
    """Called once by :func:`projects.providers.register`."""
    ECHEANCES.register(
        "debut", EcheanceSource("Débuts d’ingénierie", _dates("date_debut", "Début prévu", "debut")), order=10
    )
    ECHEANCES.register("fin", EcheanceSource("Fins d’ingénierie", _dates("date_fin", "Fin prévue", "fin")), order=20)
    ECHEANCES.register("plans", EcheanceSource("Plans d’accompagnement", _plan_rows), order=28)
