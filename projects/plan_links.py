"""What ingénieries give to the plans d'accompagnement: what a row opened, how it is carried out, what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from projects.dashboard import LIMIT, TODOS, Todo
from structures.enums import EtatPlan, NatureMoyen
from structures.models import LignePlan
from structures.plans.presenters import DUE
from structures.plans.registry import LIGNE_ACTIONS, LIGNE_LINKS, LigneAction, LigneLink


def links(lignes: Sequence[LignePlan], actor: Actor) -> dict[int, list[LigneLink]]:
    """The ingénierie of each row: two queries in all. Who may not read it whole has its title only."""
    from projects.models import Ingenierie, LigneIngenierie

    found = list(LigneIngenierie.objects.filter(ligne__in=[ligne.pk for ligne in lignes]).select_related("ingenierie"))
    pks = [link.ingenierie_id for link in found]
    whole = set(Ingenierie.objects.visible_to(actor).filter(pk__in=pks).values_list("pk", flat=True)) if pks else set()
    return {
        link.ligne_id: [
            LigneLink(
                label=link.ingenierie.titre,
                url=reverse("projects:detail", args=[link.ingenierie_id]) if link.ingenierie_id in whole else "",
                state=link.ingenierie.get_state_display(),
            )
        ]
        for link in found
    }


def _why_not_open(actor: Actor, ligne: LignePlan) -> str | None:
    from projects import permissions

    return None if permissions.can_create(actor) else "Seuls les membres d’un DLA ou d’un C2RA ouvrent une ingénierie."


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
    LIGNE_LINKS.register("ingenierie", links)
    LIGNE_ACTIONS.register(
        "collective",
        LigneAction(
            "Ouvrir une ingénierie collective",
            "projects:ligne_ouvrir",
            {NatureMoyen.COLLECTIVE},
            icon="plus-lg",
            why_not=_why_not_open,
        ),
        order=10,
    )
    LIGNE_ACTIONS.register(
        "individuelle",
        LigneAction(
            "Ouvrir une ingénierie individuelle",
            "projects:ligne_ouvrir_individuelle",
            {NatureMoyen.INDIVIDUELLE},
            icon="plus-lg",
            why_not=_why_not_open,
        ),
        order=20,
    )
    LIGNE_ACTIONS.register(
        "rattacher",
        LigneAction(
            "Rattacher à une ingénierie",
            "projects:ligne_rattacher",
            {NatureMoyen.COLLECTIVE, NatureMoyen.INDIVIDUELLE, NatureMoyen.DLA},
            icon="link-45deg",
        ),
        order=30,
    )
    LIGNE_ACTIONS.register(
        "detacher",
        LigneAction(
            "Détacher de cette ingénierie",
            "projects:ligne_detacher",
            {NatureMoyen.COLLECTIVE, NatureMoyen.INDIVIDUELLE, NatureMoyen.DLA},
            icon="x-lg",
            linked=True,
        ),
        order=40,
    )
    TODOS.register("plans", due, order=15)
