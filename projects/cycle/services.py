"""Passing a gate, and what is written there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, create, lock
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import REASON_MAX, perform
from core.text import typed_text
from projects.cycle import gates
from projects.cycle.demandes import tell_given
from projects.cycle.models import Attestation, AvisC2RA, ConditionLevee
from projects.enums import OPEN_STATES
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from projects.methodologie import methodology

journal.register_verbs(
    {
        "projects.condition_levee": "a levé une condition",
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
    """Record the C2RA's opinion at the present step; a second one of the same C2RA replaces the first. The pilot is
    told by mail, and on the Accueil."""
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
        row.ingenierie = ingenierie
        tell_given(row, actor=actor)
        touch(ingenierie.pk)
    return row


def perform_action(
    ingenierie: Ingenierie,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None,
    reason: str = "",
    overrides: Mapping[str, str] | None = None,
) -> Ingenierie:
    """Pass a gate, step back, abandon or reopen.

    ``overrides`` maps condition codes to the pilot's written reason for passing over them: each is kept in
    :class:`ConditionLevee` and in the journal. A condition the cycle declares not ``levable`` never passes.
    Raises what :func:`core.lifecycle.perform` raises.
    """
    overrides = {code: typed_text(text, limit=REASON_MAX) for code, text in (overrides or {}).items() if text.strip()}
    lifted: list[gates.ConditionState] = []

    def override(locked: Ingenierie, missing: tuple[str, ...]) -> Mapping[str, Any] | None:
        blocking = [state for state in gates.conditions_of(locked) if state.blocks]
        if any(not s.definition.levable and s.definition.code in overrides for s in blocking):
            raise InvalidInput("La condition sur le prestataire ne peut jamais être levée.")
        if not blocking or any(s.definition.code not in overrides for s in blocking):
            return None
        lifted.extend(blocking)
        return {"conditions_levees": ([], [s.definition.label for s in blocking])}

    def before(locked: Ingenierie) -> None:
        if locked.state in OPEN_STATES:
            locked.left_state = locked.state
        locked.state_since = clock.now()
        locked.last_activity_at = clock.now()

    def effect(locked: Ingenierie) -> None:
        for state in lifted:
            row = ConditionLevee.objects.create(
                ingenierie=locked,
                step=locked.left_state,
                condition=state.definition.code,
                label=state.definition.label,
                reason=overrides[state.definition.code],
                by=actor.user,
                by_label=actor.label,
            )
            journal.record(actor, "projects.condition_levee", row, scope=locked, reason=row.reason)
        touch(locked.pk, ended=True)

    return perform(
        ingenierie,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        override=override,
        before=before,
        effect=effect,
    )
