"""What the committees put among what waits for a person: avis to give, decisions that may be taken."""

from __future__ import annotations

from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import Membership
from accounts.permissions import writes
from capitalisation.comite.models import Examen, MembreComite
from capitalisation.comite.permissions import region_of
from core import clock
from core.actor import Actor
from core.formats import plural
from projects.dashboard import LIMIT, TODOS, Todo


def dus(actor: Actor):
    """The examinations on which ``actor`` has an avis to give, soonest first."""
    seats = MembreComite.objects.par_compte(actor)
    rows = Examen.objects.juges_par(actor).exclude(avis__membre__in=seats)
    return rows.select_related("ressource", "comite__region").order_by("echeance", "pk")


def avis_dus(actor: Actor) -> list[Todo]:
    """The avis that somebody owes, by her account."""
    today = clock.today()
    return [
        Todo(
            title=f"Votre avis : {examen.ressource}",
            detail=f"Le {examen.comite} vous demande ce que vous pensez de sa qualité et de sa portée.",
            url=reverse("bibliotheque:examen", args=[examen.pk]),
            date=examen.echeance,
            late=examen.echeance < today,
        )
        for examen in dus(actor)[:LIMIT]
    ]


def a_decider(actor: Actor):
    """The examinations whose decision is that of the organisation of ``actor``, with ``rendus`` and ``membres``
    (those who may judge it)."""
    own, region = region_of(actor)
    rows = Examen.objects.ouverts().filter(comite__region=region) if own else Examen.objects.none()
    rows = rows.select_related("ressource__contributeur", "comite__region")
    theirs = Membership.objects.active().filter(
        user=OuterRef("comite__membres__user"), organisation=OuterRef("ressource__contributeur")
    )
    judges = Q(comite__membres__parti_le=None) & ~Exists(theirs)
    seated = Count("comite__membres", filter=judges, distinct=True)
    return rows.annotate(rendus=Count("avis", distinct=True), membres=seated).order_by("echeance", "pk")


def decisions(actor: Actor) -> list[Todo]:
    """What may be decided, and what cannot for want of members."""
    if not writes(actor):
        return []
    today, told = clock.today(), []
    rows = a_decider(actor).filter(Q(rendus__gte=F("comite__quorum")) | Q(membres__lt=F("comite__quorum")))
    for examen in rows[:LIMIT]:
        if examen.rendus >= examen.comite.quorum:
            said = plural(examen.rendus, "avis est rendu", "avis sont rendus")
            detail, url = f"{said} : la décision peut être prise.", reverse("bibliotheque:examen", args=[examen.pk])
        else:
            detail = f"Le comité a {plural(examen.membres, 'membre')} pour {examen.comite.quorum} avis : complétez-le."
            url = reverse("bibliotheque:comite_reglages")
        told.append(
            Todo(
                title=f"Comité éditorial : {examen.ressource}",
                detail=detail,
                url=url,
                date=examen.echeance,
                late=examen.echeance < today,
            )
        )
    return told


def register() -> None:
    """Called once by :func:`capitalisation.comite.providers.register`."""
    TODOS.register("avis_editoriaux", avis_dus, order=62)
    TODOS.register("examens_a_decider", decisions, order=63)
