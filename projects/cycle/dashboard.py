"""What waits for a C2RA: the opinions asked of it, the conditions passed over; for a pilot, the opinions given."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from projects.cycle.models import AvisC2RA, ConditionLevee, DemandeAvisC2RA
from projects.dashboard import LIMIT, Todo, carried
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


def asked(actor: Actor) -> list[Todo]:
    """For a C2RA: the opinions that it was asked for and has not given, oldest first."""
    organisation = actor.organisation
    if organisation is None or not organisation.is_c2ra or not actor.membership.writes:
        return []
    given = AvisC2RA.objects.filter(
        ingenierie=OuterRef("ingenierie"), step=OuterRef("step"), organisation=organisation.pk
    )
    rows = (
        DemandeAvisC2RA.objects.filter(
            ~Exists(given), step=F("ingenierie__state"), ingenierie__in=Ingenierie.objects.visible_to(actor)
        )
        .exclude(ingenierie__pilote=organisation.pk)
        .order_by("at", "pk")
        .values_list("ingenierie_id", "ingenierie__titre", "ingenierie__pilote__name", "at")[:LIMIT]
    )
    return [
        Todo(
            title,
            f"{pilote} vous demande votre avis depuis le {format_date(at)}.",
            reverse("projects:avis_c2ra", args=[pk]),
            late=clock.now() - at > dt.timedelta(days=14),
        )
        for pk, title, pilote, at in rows
    ]


def given(actor: Actor) -> list[Todo]:
    """For who carries an ingénierie: the opinion that the C2RA gave at its present step these last 14 days."""
    rows = (
        AvisC2RA.objects.filter(
            **carried(actor, "ingenierie__"),
            step=F("ingenierie__state"),
            at__gte=clock.now() - dt.timedelta(days=14),
        )
        .exclude(organisation=actor.organisation_id)
        .select_related("ingenierie", "organisation")
        .order_by("-at", "-pk")[:LIMIT]
    )
    return [
        Todo(
            avis.ingenierie.titre,
            f"{avis.organisation} a donné son avis le {format_date(avis.at)} : {avis.get_sens_display()}.",
            reverse("projects:etape", args=[avis.ingenierie_id]),
        )
        for avis in rows
    ]
