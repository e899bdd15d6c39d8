"""Recording which prestataires were consulted for an ingénierie, and taking a record back.

The DLA writes to them by its own means; that it did is kept here, so that the same ones are not always asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When

from consultations.choice import STEPS, why_not_choose, withdraw
from consultations.models import AU_PLUS, CahierDesCharges, PrestataireConsulte
from core import clock, journal
from core.actor import Actor
from core.editing import create, lock
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed
from core.text import typed_text
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.permissions import uses_portfolio
from partners.portfolio.publication.retenue import may_be_retained
from projects.models import Ingenierie
from projects.services import touch
from projects.services.ingenierie import ensure_open

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


def why_not_record(actor: Actor) -> str:
    """Why ``actor`` records no consultation at all, whatever the ingénierie, or ``""``."""
    if not uses_portfolio(actor):
        return "Le portefeuille est consulté par les DLA, les C2RA, les CNAR et l’AVISE."
    return "" if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."


def why_not_consult(ingenierie: Ingenierie, actor: Actor) -> str:
    """Why ``actor`` may not record who is consulted now, or ``""``: who chooses the prestataire, once there is a
    cahier des charges to send."""
    refusal = why_not_choose(ingenierie, actor)
    if refusal:
        return refusal
    if CahierDesCharges.objects.filter(ingenierie=ingenierie).exists():
        return ""
    return "Commencez d’abord le cahier des charges : c’est lui que reçoivent les prestataires consultés."


def open_to(actor: Actor) -> QuerySet[Ingenierie]:
    """The ingénieries for which ``actor`` may record consultations: her own first, then by step and title."""
    if why_not_record(actor):
        return Ingenierie.objects.none()
    visible = Ingenierie.objects.visible_to(actor).filter(state__in=STEPS, cahier_des_charges__isnull=False)
    decided = Q(pilote=actor.organisation_id) | Q(referent=actor.organisation_id)
    mine = Case(When(charge_mission=actor.user_id, then=Value(0)), default=Value(1))
    return visible.filter(decided).order_by(mine, "state", "titre", "pk")


def consult(
    ingenierie: Ingenierie, prestataires: Sequence[Prestataire], *, date: dt.date, motif: str = "", actor: Actor
) -> Inscrits:
    """Record that these prestataires were consulted on that day; those that are recorded already stay as they are.

    Raises ``NotAllowed``; ``ConditionsNotMet`` in words for each whose fiche was not published and current in the
    pilot's région that day; ``InvalidInput`` for a day to come, or for more than three in all without a ``motif``.
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
        refusal = why_not_consult(locked, actor)
        if refusal:
            raise NotAllowed(refusal)
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
        beyond = bool(new) and len(there) + len(new) > AU_PLUS
        if beyond and not motif:
            raise InvalidInput(
                f"Cela ferait {len(there) + len(new)} prestataires consultés : deux ou trois suffisent. Décochez-en, "
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


def take_back(consulte: PrestataireConsulte, *, actor: Actor, reason: str) -> PrestataireConsulte:
    """Take back what was recorded by mistake; it stays readable and is counted no longer.

    Raises ``NotAllowed``, ``StaleState``, ``InvalidInput``.
    """
    return withdraw(
        consulte,
        actor=actor,
        reason=reason,
        why_not=why_not_consult,
        verb="consultations.consulte_retire",
        unsaid="Dites pourquoi cette ligne est retirée : c’est inscrit au journal.",
        already="Ce prestataire a déjà été retiré des consultés.",
    )
