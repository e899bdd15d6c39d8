"""What the C2RA of its home région decides of a version: remarks, publish, return, refuse."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import lock
from core.errors import InvalidInput, NotAllowed, StaleState
from core.lifecycle import perform
from core.text import typed_text
from partners.portfolio.fiche import notices, permissions
from partners.portfolio.fiche.enums import EtatFiche
from partners.portfolio.fiche.models.fiche import FicheVersion, Remarque
from partners.portfolio.fiche.rubriques import BY_CODE, RUBRIQUE_OF
from partners.portfolio.fiche.services.versions import repeat
from partners.portfolio.publication.services import offer, publication_in, publish_there

journal.register_verbs({"portfolio.remarque": "a remarqué"})


@transaction.atomic
def add_remark(fiche: FicheVersion, rubrique: str, champ: str, texte: str, *, actor: Actor) -> Remarque:
    """Anchor a remark to a rubric of a submitted version, or to one of its fields; sent with the return.

    Raises ``NotAllowed``, ``StaleState`` (not submitted any more), ``InvalidInput``.
    """
    locked = lock(fiche)
    _reviewable(locked, actor)
    found = BY_CODE.get(rubrique)
    if found is None or (champ and RUBRIQUE_OF.get(champ) is not found):
        raise InvalidInput("Cette rubrique n’existe pas : rechargez la page.")
    texte = typed_text(texte, limit=2000)
    if not texte:
        raise InvalidInput("Écrivez ce que le prestataire doit compléter.")
    row = Remarque.objects.create(
        fiche=locked,
        rubrique=rubrique,
        champ=champ,
        texte=texte,
        by_label=actor.label[:200],
        at=clock.now(),
        tour=locked.tours + 1,
    )
    journal.record(actor, "portfolio.remarque", row, scope=locked.prestataire)
    return row


@transaction.atomic
def remove_remark(remarque: Remarque, *, actor: Actor) -> None:
    """Take back a remark that was not sent yet."""
    locked = lock(remarque.fiche)
    _reviewable(locked, actor)
    if remarque.tour != locked.tours + 1:
        raise InvalidInput("Cette remarque est déjà partie : elle ne se retire plus.")
    remarque.delete()


def _reviewable(fiche: FicheVersion, actor: Actor) -> None:
    refusal = permissions.why_not_review(actor, fiche.prestataire.region)
    if refusal:
        raise NotAllowed(refusal)
    if fiche.state != EtatFiche.SOUMISE:
        raise StaleState(f"Cette version n’attend plus de décision : elle est {fiche.get_state_display()}.")


def _decide(fiche: FicheVersion, action: str, *, actor: Actor, reason: str = "", effect: Any, **shown: Any):
    def before(locked: FicheVersion) -> dict[str, Any]:
        was, locked.decided_at = locked.decided_at, clock.now()
        locked.decision_reason = reason.strip()
        if action == "renvoyer":
            locked.tours += 1
        return {"decided_at": (was, locked.decided_at)}

    return perform(
        fiche, action, actor=actor, reason=reason, scope=fiche.prestataire, before=before, effect=effect, **shown
    )


def publish(fiche: FicheVersion, *, actor: Actor, expected_state: str, version: int | None = None) -> FicheVersion:
    """Accept a submitted version: it is frozen, published in its home région, offered to the others it asks for.

    Raises what :func:`core.lifecycle.perform` raises.
    """

    def effect(locked: FicheVersion) -> None:
        repeat(locked)
        home = publication_in(locked, locked.prestataire.region)
        publish_there(home, locked, actor)
        for region in locked.regions.exclude(pk=locked.prestataire.region_id).order_by("pk"):
            offer(locked, region, actor)
        notices.decided(locked, actor=actor)

    return _decide(fiche, "publier", actor=actor, expected_state=expected_state, version=version, effect=effect)


def send_back(fiche: FicheVersion, *, actor: Actor, expected_state: str, version: int | None = None) -> FicheVersion:
    """Return a version to be completed, with the remarks written. Raises ``ConditionsNotMet`` without any."""
    return _decide(
        fiche,
        "renvoyer",
        actor=actor,
        expected_state=expected_state,
        version=version,
        effect=lambda locked: notices.decided(locked, actor=actor),
    )


def refuse(
    fiche: FicheVersion, *, actor: Actor, reason: str, expected_state: str, version: int | None = None
) -> FicheVersion:
    """Refuse a version, with a reason. What was published stays so."""
    return _decide(
        fiche,
        "refuser",
        actor=actor,
        reason=reason,
        expected_state=expected_state,
        version=version,
        effect=lambda locked: notices.decided(locked, actor=actor),
    )
