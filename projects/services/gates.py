"""What is written at a gate."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, create, lock
from core.errors import InvalidInput, NotAllowed
from projects import gates, methodology, permissions
from projects.enums import OPEN_STATES
from projects.models import Attestation, AvisC2RA, Ingenierie
from projects.services.ingenierie import ensure_open, touch

journal.register_verbs(
    {
        "projects.attestation": "a attesté une condition",
        "projects.attestation_retiree": "a retiré une attestation",
        "projects.avis_c2ra": "a donné l’avis du C2RA",
    }
)


def attest(ingenierie: Ingenierie, condition: str, *, actor: Actor, date: dt.date, text: str) -> Attestation:
    """Write the pilot's word that ``condition`` holds, with the date of the fact; replaces an earlier one.

    Only for conditions of the present gate that no part of the application answers for: as soon as one does, the
    condition is a fact and not a word any more. Raises ``NotAllowed``, ``InvalidInput``.
    """
    ensure_open(ingenierie, actor)
    refusal = permissions.why_not_pilot(actor, ingenierie)
    if refusal:
        raise NotAllowed(refusal)
    known = {d.code: d for d in methodology.get(ingenierie.methodologie_id).gates.get(ingenierie.state, ())}
    if condition not in known or condition in gates.CONDITIONS:
        raise InvalidInput("Cette condition ne s’atteste pas à la main.")
    text = text.strip()
    if not text:
        raise InvalidInput("Dites en une phrase ce que vous attestez (qui, quoi, quelle pièce).")
    if date > clock.today():
        raise InvalidInput("La date du fait attesté est dans le futur.")
    with transaction.atomic():
        lock(ingenierie)
        Attestation.objects.filter(ingenierie=ingenierie, condition=condition).delete()
        row = create(
            Attestation(
                ingenierie=ingenierie,
                condition=condition,
                date=date,
                text=text,
                by=actor.user,
                by_label=actor.label[:200],
            ),
            actor=actor,
            verb="projects.attestation",
            scope=ingenierie,
        )
        touch(ingenierie.pk)
    return row


def give_avis_c2ra(ingenierie: Ingenierie, *, actor: Actor, sens: str, commentaire: str) -> AvisC2RA:
    """Record the C2RA's opinion at the present step; a second one of the same C2RA replaces the first."""
    if not permissions.can_give_avis(actor, ingenierie):
        raise NotAllowed("Seul le C2RA d’une région de cette ingénierie donne cet avis.")
    if ingenierie.state not in OPEN_STATES:
        raise InvalidInput("L’ingénierie est terminée : il n’y a plus d’étape sur laquelle donner un avis.")
    with transaction.atomic():
        lock(ingenierie)
        existing = AvisC2RA.objects.filter(
            ingenierie=ingenierie, step=ingenierie.state, organisation=actor.organisation
        ).first()
        values = {"sens": sens, "commentaire": commentaire.strip()}
        if existing:
            row = apply_changes(
                existing,
                {**values, "at": clock.now(), "by": actor.user, "by_label": actor.label[:200]},
                actor=actor,
                verb="projects.avis_c2ra",
                expected_version=None,
                scope=ingenierie,
            )
        else:
            row = create(
                AvisC2RA(
                    ingenierie=ingenierie,
                    step=ingenierie.state,
                    organisation=actor.organisation,
                    by=actor.user,
                    by_label=actor.label[:200],
                    **values,
                ),
                actor=actor,
                verb="projects.avis_c2ra",
                scope=ingenierie,
            )
        touch(ingenierie.pk)
    return row
