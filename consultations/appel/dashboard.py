"""What a call puts among what waits for a person: of the team, then of the prestataires invited."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse

from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Invitation
from consultations.appel.presenters import countdown, title_for
from consultations.cahier.models import VersionDiffusee
from core import clock
from core.actor import Actor
from core.formats import plural
from partners.portfolio.espace.registry import ATTENTES, Attente
from partners.portfolio.prestataire.models import Prestataire
from projects.dashboard import LIMIT, TODOS, Todo, carried

#: From how long before its deadline a call is told.
AHEAD = dt.timedelta(days=5)


def appels(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries: questions to answer, a rectified version to give, a deadline near or past,
    a call that went back to the complete mode. One query."""
    mine = Appel.objects.filter(
        **carried(actor, "ingenierie__"), state__in=[EtatAppel.PREPARATION, EtatAppel.OUVERT, EtatAppel.PRERETENU]
    )
    latest = VersionDiffusee.objects.filter(cahier__ingenierie=OuterRef("ingenierie")).order_by("-numero")
    waiting = Q(questions__isnull=False, questions__repondu_at=None)
    found = (
        mine.annotate(
            n_questions=Count("questions", filter=waiting, distinct=True), last=Subquery(latest.values("pk")[:1])
        )
        .select_related("ingenierie")
        .order_by("date_limite", "pk")[: 4 * LIMIT]
    )
    lines = [todo for appel in found if (todo := _line(appel)) is not None]
    return lines[:LIMIT]


def _line(appel: Appel) -> Todo | None:
    told = _told(appel)
    if not told:
        return None
    url = reverse("consultations:appel", args=[appel.ingenierie_id, appel.pk])
    return Todo(
        title=appel.ingenierie.titre,
        detail=told,
        url=f"{url}#questions" if appel.n_questions else url,
        date=appel.date_limite.astimezone(appel.zone).date() if appel.date_limite else None,
    )


def _told(appel: Appel) -> str:
    if appel.n_questions:
        return f"{plural(appel.n_questions, 'question attend', 'questions attendent')} votre réponse, publiée à tous."
    if appel.state == EtatAppel.PREPARATION:
        back = appel.retour_complet_at is not None
        return "L’appel est revenu au mode complet : préparez-le de nouveau, puis ouvrez-le." if back else ""
    if appel.version_diffusee_id and appel.last != appel.version_diffusee_id:
        return "Une version rectifiée du cahier des charges est à remettre aux prestataires invités."
    if appel.state != EtatAppel.OUVERT:
        return ""
    if appel.is_closed:
        simple = appel.mode == ModeAppel.SIMPLIFIEE
        what = "pré-retenez un prestataire" if simple else "ouvrez les propositions"
        return f"La date limite de l’appel est passée : {what}."
    if appel.date_limite <= clock.now() + AHEAD:
        return f"Appel aux prestataires : {countdown(appel)}."
    return ""


def consultations_of(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """What waits for the people of a prestataire: the consultations that are open. One query."""
    rows = (
        Invitation.objects.for_actor(actor)
        .filter(prestataire=prestataire, decline_at=None, appel__state__in=[EtatAppel.OUVERT, EtatAppel.PRERETENU])
        .select_related("appel__ingenierie__pilote")
        .annotate(n_remises=Count("remises"))
        .order_by("appel__date_limite", "pk")
    )
    lines = []
    for row in rows:
        appel = row.appel
        if appel.state == EtatAppel.PRERETENU:
            if row.pre_retenu_at is None:
                continue
            told = "Vous êtes pré-retenu : votre proposition se construit avec le DLA et la structure."
        elif appel.is_closed:
            continue
        else:
            told = f"{countdown(appel).capitalize()}, avant le {appel.date_limite_texte}."
        url = reverse("candidat:consultation", args=[row.pk])
        lines.append(Attente(title_for(row), told, url, appel.date_limite))
    return lines


def register() -> None:
    """Called once by :func:`consultations.appel.providers.register`."""
    TODOS.register("appels", appels, order=19)
    ATTENTES.register("consultations", consultations_of)
