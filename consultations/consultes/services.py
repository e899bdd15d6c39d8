"""Recording which prestataires were consulted for an ingénierie, and taking a record back.

The DLA writes to them by its own means; that it did is kept here, so that the same ones are not always asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from consultations.cahier.models import VersionDiffusee
from consultations.consultes.models import Inscription, PrestataireConsulte
from consultations.consultes.permissions import why_not_choose, why_not_consult
from consultations.regles.models import regle_of
from core import clock, journal
from core.actor import Actor
from core.editing import create, lock
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.formats import format_date
from core.text import typed_text
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.retenue import may_be_retained
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch

Row = TypeVar("Row", bound=Inscription)

journal.register_verbs(
    {
        "consultations.prestataire_consulte": "a inscrit comme consulté le prestataire",
        "consultations.consulte_retire": "a retiré des prestataires consultés",
    }
)


@dataclass(frozen=True, slots=True)
class Inscrits:
    """What recording did: the rows added, and the prestataires that were there already."""

    rows: list[PrestataireConsulte]
    already: list[Prestataire]


def consult(
    ingenierie: Ingenierie,
    prestataires: Sequence[Prestataire],
    *,
    date: dt.date,
    motif: str = "",
    called: bool = False,
    actor: Actor,
) -> Inscrits:
    """Record that these prestataires were consulted on that day; those that are recorded already stay as they are.

    ``called``: by a call, which has its own deadline, and its own reason for their number.

    Raises ``NotAllowed``; ``ConditionsNotMet`` in words for each whose fiche was not published and current in the
    pilot's région that day; ``InvalidInput`` for a day to come or before the cahier des charges was diffused, or for
    more of them than the rule of the région without a ``motif``.
    Nothing is kept unless all are.
    """
    motif = typed_text(motif, limit=2000)
    if not prestataires:
        raise InvalidInput("Cochez au moins un prestataire.")
    if date > clock.today():
        raise InvalidInput("Le jour de la consultation est dans le futur.")
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = lock(ingenierie)
        refusal = why_not_choose(locked, actor) if called else why_not_consult(locked, actor)
        if refusal:
            raise NotAllowed(refusal)
        if not called and date < (since := _diffused_since(locked)):
            raise InvalidInput(
                f"Le cahier des charges n’est diffusé que depuis le {format_date(since)} : un prestataire ne peut pas "
                "avoir été consulté avant. Vérifiez le jour."
            )
        there = set(
            PrestataireConsulte.objects.standing().filter(ingenierie=locked).values_list("prestataire_id", flat=True)
        )
        # Always locked in the same order: two people who record the same ones do not wait for each other.
        wanted = sorted({p.pk: p for p in prestataires}.values(), key=lambda p: p.pk)
        new = [p for p in wanted if p.pk not in there]
        found = {p.pk: may_be_retained(lock(p), locked.pilote.region, date) for p in new}
        reasons = [answer.reason for answer in found.values() if not answer]
        if reasons:
            raise ConditionsNotMet(
                "Ne se consulte que qui pourrait être retenu : fiche publiée dans la région et à jour ce jour-là.",
                reasons=reasons,
            )
        held = regle_of(locked.pilote.region_id, date)
        beyond = not called and bool(new) and len(there) + len(new) > held.invites_max
        if beyond and not motif:
            raise InvalidInput(
                f"Cela ferait {len(there) + len(new)} prestataires consultés : {held.nombre} suffisent. Décochez-en, "
                "ou dites pourquoi."
            )
        rows = [
            create(
                PrestataireConsulte(
                    ingenierie=locked,
                    prestataire=prestataire,
                    periode=found[prestataire.pk].periode,
                    date=date,
                    motif=motif if beyond else "",
                    by=actor.user,
                    by_label=actor.label[:200],
                ),
                actor=actor,
                verb="consultations.prestataire_consulte",
                scope=locked,
                reason=motif if beyond else "",
            )
            for prestataire in new
        ]
        if rows:
            touch(locked.pk)
    return Inscrits(rows, [p for p in wanted if p.pk in there])


def _diffused_since(ingenierie: Ingenierie) -> dt.date:
    """The day, where its answers are due, of the first version diffused of the cahier des charges."""
    first = VersionDiffusee.objects.filter(cahier__ingenierie=ingenierie).select_related("cahier").order_by("numero")[0]
    return first.le.astimezone(first.cahier.zone).date()


def take_back(consulte: PrestataireConsulte, *, actor: Actor, reason: str) -> PrestataireConsulte:
    """Take back what was recorded by mistake; it stays readable and is counted no longer.

    Raises ``NotAllowed`` (also for one that a call invited: it was), ``StaleState``, ``InvalidInput``.
    """
    if consulte.invitations.exists():
        raise NotAllowed("Ce prestataire a été invité par un appel de l’application : il a bien été consulté.")
    return withdraw(
        consulte,
        actor=actor,
        reason=reason,
        why_not=why_not_consult,
        verb="consultations.consulte_retire",
        unsaid="Dites pourquoi cette ligne est retirée : c’est inscrit au journal.",
        already="Ce prestataire a déjà été retiré des consultés.",
    )


@transaction.atomic
def withdraw(
    row: Row,
    *,
    actor: Actor,
    reason: str,
    why_not: Callable[[Ingenierie, Actor], str],
    verb: str,
    unsaid: str,
    already: str,
) -> Row:
    """Mark a row of an ingénierie as taken back (``retire_at``, ``retire_motif``), journaled under ``verb``.

    ``unsaid`` and ``already`` are what is said without a reason, or when it was taken back before. Raises as
    :func:`take_back`.
    """
    reason = typed_text(reason, limit=2000)
    if not reason:
        raise InvalidInput(unsaid)
    ensure_open(row.ingenierie, actor)
    ingenierie = lock(row.ingenierie)
    refusal = why_not(ingenierie, actor)
    if refusal:
        raise NotAllowed(refusal)
    locked = lock(row)
    if locked.retire_at is not None:
        raise StaleState(already)
    locked.retire_at, locked.retire_motif = clock.now(), reason
    locked.version += 1
    locked.save()
    changes = {"retire_at": (None, locked.retire_at)}
    journal.record(actor, verb, locked, scope=ingenierie, changes=changes, reason=reason)
    touch(ingenierie.pk)
    return locked
