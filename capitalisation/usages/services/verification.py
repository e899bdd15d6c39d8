"""A resource is verified again by a professional, before its date; a legal watch sooner than the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from capitalisation.bibliotheque.enums import Sorte
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.noms import ensure_names_nobody
from capitalisation.bibliotheque.services.depot import ensure_quality
from capitalisation.usages.enums import EtatSignalement, Motif
from capitalisation.usages.models import Signalement
from capitalisation.usages.permissions import why_not_verify
from capitalisation.usages.services.adresses import author, overseers
from capitalisation.usages.services.signalements import close
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, lock_rows
from core.errors import InvalidInput, NotAllowed
from core.formats import format_date
from core.outbox import queue_mail

journal.register_verbs({"capitalisation.ressource_verifiee": "a vérifié la ressource de nouveau"})

#: Days before its date, that the contributor is reminded; days after it, that the C2RA is told of a legal watch.
AVANT, VEILLE_DEPASSEE = 30, 60
MAIL_RAPPEL = "capitalisation/ressource_a_reverifier"
MAIL_VEILLE = "capitalisation/veille_depassee"


@transaction.atomic
def verify(ressource: Ressource, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None) -> Ressource:
    """It was verified again: by whom (a quality), when, until when. Who reported it as out of date is told.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    if refusal := why_not_verify(actor, ressource):
        raise NotAllowed(refusal)
    told = checked(ressource, values, only=("verifie_par", "verifie_le", "a_reverifier_le"))
    day, until = told.get("verifie_le"), told.get("a_reverifier_le")
    if not told.get("verifie_par", "").strip() or day is None or until is None:
        raise InvalidInput("Dites par qui elle a été vérifiée, quand, et quand elle sera à vérifier de nouveau.")
    ensure_quality(told["verifie_par"])
    if ressource.ingenierie_id is not None:
        ensure_names_nobody(ressource.ingenierie, told)
    if day > clock.today():
        raise InvalidInput("Le jour de la vérification est à venir : donnez celui où elle a été faite.")
    if until <= max(day, clock.today()):
        raise InvalidInput("La prochaine vérification est à une date à venir.")
    done = apply_changes(
        ressource, told, actor=actor, verb="capitalisation.ressource_verifiee", expected_version=expected_version
    )
    said = {"etat": EtatSignalement.TRAITE, "suite": f"Vérifiée de nouveau le {format_date(day)}."}
    waiting = Signalement.objects.filter(
        ressource=done, motif=Motif.A_REVERIFIER, etat=EtatSignalement.OUVERT
    ).order_by("pk")
    for row in lock_rows(waiting):
        close(row, done, said, actor=actor)
    return done


def is_stale(ressource: Ressource) -> bool:
    """Published, and to verify again since that day or before?"""
    return (
        ressource.est_publiee and ressource.a_reverifier_le is not None and ressource.a_reverifier_le <= clock.today()
    )


def stage_of(ressource: Ressource) -> str:
    """Where its date stands: ``bientot``, ``passee``, or ``""``."""
    if is_stale(ressource):
        return "passee"
    day = ressource.a_reverifier_le
    near = ressource.est_publiee and day is not None and day <= clock.today() + dt.timedelta(days=AVANT)
    return "bientot" if near else ""


def to_verify(before: dt.date) -> QuerySet:
    """The published resources to verify again by that day."""
    rows = Ressource.objects.publiees().filter(a_reverifier_le__lte=before)
    return rows.select_related("contributeur", "auteur", "region").order_by("a_reverifier_le", "pk")


def remind(*, actor: Actor, check: Callable[[], None]) -> tuple[int, int]:
    """Remind the contributors, then tell the C2RA of the legal watches that are long past; each once for a date.

    Returns how many mails of each.
    """
    today, reminded, told = clock.today(), 0, 0
    for row in to_verify(today + dt.timedelta(days=AVANT)):
        check()
        reminded += _mail(MAIL_RAPPEL, row, stage_of(row), author(row), actor)
        late = row.sorte == Sorte.VEILLE_JURIDIQUE and (today - row.a_reverifier_le).days >= VEILLE_DEPASSEE
        if late:
            told += _mail(MAIL_VEILLE, row, "veille", overseers(row), actor)
    return reminded, told


def _mail(template: str, row: Ressource, stage: str, to: list[str], actor: Actor) -> int:
    day = row.a_reverifier_le.isoformat()
    for address in to:
        queue_mail(
            template, to=address, context={"ressource": row.pk, "date": day, "moment": stage}, actor=actor, scope=row,
            key=f"reverifier-{row.pk}-{day}-{stage}-{address}", urgent=False,
        )  # fmt: skip
    return len(to)
