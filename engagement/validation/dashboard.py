"""What the validation puts among what waits for a person: opinions still to come."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from engagement.validation.models import A_REPONDRE, AvisComite
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import Cycle, Etat, SensAvis
from projects.facts import first_of
from projects.ingenierie.models import Ingenierie, scope_of


def missing_avis(actor: Actor) -> list[Todo]:
    """Ingénieries at « Engager » where the comité d'appui of the actor's DLA has not given its opinion, oldest first.

    Those that the DLA pilots wait for who carries them (or for a responsable), those where it is associated for
    whoever of its members may write. An adjourned opinion is still to come.
    """
    organisation = actor.organisation
    if organisation is None or not organisation.is_dla or not actor.membership.writes:
        return []
    piloted = Q(pilote=organisation.pk)
    if not actor.membership.manages:
        piloted &= Q(charge_mission=actor.user_id)
    associated = Ingenierie.associes.through.objects.filter(ingenierie=OuterRef("pk"), organisation=organisation.pk)
    given = AvisComite.objects.filter(organisation=organisation.pk).order_by()
    rows = (
        # The step is asked of the index of visibility: what is elsewhere in the cycle is not even read.
        Ingenierie.objects.filter(piloted | Exists(associated), scopes__key=scope_of(actor), scopes__step=Etat.ENGAGER)
        .exclude(Exists(given.filter(ingenierie=OuterRef("pk")).exclude(sens=SensAvis.AJOURNE)))
        .annotate(ajourne_le=first_of(given, "date"), reponse_le=first_of(given, "reponse_le"))
        .order_by("state_since", "pk")
        .values("pk", "titre", "ajourne_le", "reponse_le")[:LIMIT]
    )
    return [
        Todo(
            title=row["titre"],
            detail=_detail(row),
            url=reverse("engagement:avis", args=[row["pk"], organisation.pk]),
        )
        for row in rows
    ]


def _detail(row: dict[str, Any]) -> str:
    if not row["ajourne_le"]:
        return "L’avis de votre comité d’appui reste à enregistrer."
    told = f"Votre comité d’appui a ajourné son avis le {format_date(row['ajourne_le'])}."
    if row["reponse_le"]:
        told += f" Le pilote y a répondu le {format_date(row['reponse_le'])} : présentez sa réponse au comité."
    return told


def unanswered(actor: Actor) -> list[Todo]:
    """Opinions, unfavourable or adjourned, that who carries the ingénierie is to answer in writing: one query."""
    rows = AvisComite.objects.filter(
        **carried(actor, "ingenierie__"), ingenierie__state=Etat.ENGAGER, sens__in=A_REPONDRE, reponse=""
    ).exclude(ingenierie__cycle=Cycle.INDIVIDUELLE)
    found = rows.select_related("ingenierie", "organisation").order_by("date", "pk")
    return [
        Todo(
            title=avis.ingenierie.titre,
            detail=f"{avis.organisation} : avis {avis.get_sens_display().lower()} du comité d’appui, le "
            f"{format_date(avis.date)}. Répondez-y par écrit.",
            url=reverse("engagement:avis_repondre", args=[avis.ingenierie_id, avis.organisation_id]),
        )
        for avis in found[:LIMIT]
    ]


def register() -> None:
    """Called once by :func:`engagement.validation.providers.register`."""
    TODOS.register("avis_comite", missing_avis, order=30)
    TODOS.register("avis_sans_reponse", unanswered, order=29)
