"""What the library puts among what waits for a person: questions, reports, resources to verify, dead links."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Max, Min, Q
from django.urls import reverse

from accounts.enums import OrganisationKind
from capitalisation.bibliotheque.enums import PUBLIES
from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.enums import EtatLien, EtatSignalement, GenreQuestion, Motif
from capitalisation.usages.models import QuestionRessource, Signalement, VerificationLien
from capitalisation.usages.services.verification import AVANT
from core import clock
from core.actor import Actor
from core.formats import format_date, plural
from projects.dashboard import LIMIT, TODOS, Todo


def _mine(actor: Actor, path: str = "") -> dict[str, Any]:
    """The resources that the actor's organisation deposited."""
    return {f"{path}contributeur": actor.organisation_id}


def _writes(actor: Actor) -> bool:
    return actor.membership is not None and actor.membership.writes


def _url(pk: int, anchor: str) -> str:
    return reverse("bibliotheque:ressource", args=[pk]) + anchor


def questions(actor: Actor) -> list[Todo]:
    """Questions without an answer: one line a resource, one query."""
    if not _writes(actor):
        return []
    rows = (
        QuestionRessource.objects.filter(**_mine(actor, "ressource__"), repondu_le=None, genre=GenreQuestion.QUESTION)
        .values("ressource", "ressource__titre")
        .annotate(nombre=Count("pk"), premiere=Min("le"))
        .order_by("premiere", "ressource")
    )
    return [
        Todo(
            row["ressource__titre"],
            f"{plural(row['nombre'], 'question attend', 'questions attendent')} votre réponse, depuis le "
            f"{format_date(row['premiere'])}.",
            _url(row["ressource"], "#questions"),
        )
        for row in rows[:LIMIT]
    ]


def _handled(actor: Actor) -> Q:
    """The reports that wait for the actor: of what her organisation deposited; for a C2RA, of what names people in its
    région; for the Avise, in the national resources."""
    organisation, mine = actor.organisation, Q(**_mine(actor, "ressource__"))
    if organisation.kind == OrganisationKind.C2RA:
        return mine | Q(motif=Motif.DROITS, ressource__region=organisation.region_id)
    if organisation.kind == OrganisationKind.AVISE:
        return mine | Q(motif=Motif.DROITS, ressource__region=None)
    return mine


def signalements(actor: Actor) -> list[Todo]:
    """Reports to deal with: one line a resource and a motive, one query."""
    if not _writes(actor):
        return []
    rows = (
        Signalement.objects.filter(_handled(actor), etat=EtatSignalement.OUVERT)
        .values("ressource", "ressource__titre", "motif")
        .annotate(nombre=Count("pk"), premier=Min("le"), un=Max("pk"))
        .order_by("premier", "ressource", "motif")
    )
    return [
        Todo(
            row["ressource__titre"],
            f"{plural(row['nombre'], 'signalement')} à traiter : {Motif(row['motif']).label}.",
            reverse("bibliotheque:signalement", args=[row["ressource"], row["un"]]),
            late=row["motif"] == Motif.DROITS,
        )
        for row in rows[:LIMIT]
    ]


def verifications(actor: Actor) -> list[Todo]:
    """Resources to verify again, a month before their date: one query."""
    if not _writes(actor):
        return []
    today = clock.today()
    rows = Ressource.objects.publiees().filter(
        **_mine(actor), a_reverifier_le__lte=today + dt.timedelta(days=AVANT)
    ).order_by("a_reverifier_le", "pk")  # fmt: skip
    return [
        Todo(
            titre,
            f"Ressource à vérifier de nouveau pour le {format_date(day)}.",
            reverse("bibliotheque:verifiee", args=[pk]),
            date=day,
            late=day < today,
        )
        for pk, titre, day in rows.values_list("pk", "titre", "a_reverifier_le")[:LIMIT]
    ]


def dead_links(actor: Actor) -> list[Todo]:
    """Links that do not answer any more: one query."""
    if not _writes(actor):
        return []
    rows = VerificationLien.objects.filter(
        **_mine(actor, "ressource__"),
        ressource__state__in=PUBLIES,
        adresse=F("ressource__lien"),
        prevenu_le__isnull=False,
        etat__in=(EtatLien.MORT, EtatLien.REFUSE),
    ).order_by("prevenu_le", "pk")
    return [
        Todo(row["ressource__titre"], f"Son lien ne répond plus : {row['detail']}.", _url(row["ressource"], ""))
        for row in rows.values("ressource", "ressource__titre", "detail")[:LIMIT]
    ]


def register() -> None:
    """Called once by :func:`capitalisation.usages.providers.register`."""
    TODOS.register("ressources_signalees", signalements, order=31)
    TODOS.register("ressources_questions", questions, order=32)
    TODOS.register("ressources_a_verifier", verifications, order=33)
    TODOS.register("ressources_liens", dead_links, order=34)
