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
from partners.portfolio.fiche.ancres import anchors
from partners.portfolio.fiche.enums import EtatFiche
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.remarque import Remarque
from partners.portfolio.fiche.rubriques import BY_CODE
from partners.portfolio.fiche.services.versions import repeat
from partners.portfolio.publication.services import offer, publication_in, publish_there

journal.register_verbs({"portfolio.remarque": "a remarqué"})


@transaction.atomic
def add_remark(fiche: FicheVersion, rubrique: str, ancre: str, texte: str, *, actor: Actor) -> Remarque:
    """Anchor a remark to a rubric of a submitted version, or to a place of it (the value of one of
    :func:`partners.portfolio.fiche.ancres.anchors`); sent with the return.

    Raises ``NotAllowed``, ``StaleState`` (not submitted any more), ``InvalidInput``.
    """
    locked = lock(fiche)
    _reviewable(locked, actor)
    found = BY_CODE.get(rubrique)
    places = {place.value: place for place in anchors(locked, found)} if found is not None else {}
    if ancre not in places:
        raise InvalidInput("Cette rubrique n’existe pas : rechargez la page.")
    texte = typed_text(texte, limit=2000)
    if not texte:
        raise InvalidInput("Écrivez ce que le prestataire doit compléter.")
    row = Remarque.objects.create(
        fiche=locked,
        rubrique=rubrique,
        texte=texte,
        by_label=actor.label[:200],
        at=clock.now(),
        tour=locked.tours + 1,
        **places[ancre].fields,
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


def _decide(fiche: FicheVersion, action: str, *, actor: Actor, reason: str = "", effect: Any = None, **shown: Any):
    def before(locked: FicheVersion) -> dict[str, Any]:
        was, locked.decided_at = locked.decided_at, clock.now()
        locked.decision_reason = reason.strip()
        if action == "renvoyer":
            locked.tours += 1
        return {"decided_at": (was, locked.decided_at)}

    def told(locked: FicheVersion) -> None:
        if effect:
            effect(locked)
        notices.decided(locked, actor=actor)

    return perform(
        fiche, action, actor=actor, reason=reason, scope=fiche.prestataire, before=before, effect=told, **shown
    )


def publish(fiche: FicheVersion, *, actor: Actor, **shown: Any) -> FicheVersion:
    """Accept a submitted version: it is frozen, published in its home région, offered to the others it asks for.

    ``shown`` is what the page showed (``expected_state``, ``version``, ``reason``): as :func:`core.lifecycle.perform`,
    whose errors it raises.
    """

    def effect(locked: FicheVersion) -> None:
        repeat(locked)
        home = publication_in(locked, locked.prestataire.region)
        publish_there(home, actor=actor, expected_state=home.state)
        for region in locked.regions.exclude(pk=locked.prestataire.region_id).order_by("pk"):
            offer(locked, region, actor)

    return _decide(fiche, "publier", actor=actor, effect=effect, **shown)


def send_back(fiche: FicheVersion, *, actor: Actor, **shown: Any) -> FicheVersion:
    """Return a version to be completed, with the remarks written: refused without any. As :func:`publish`."""
    return _decide(fiche, "renvoyer", actor=actor, **shown)


def refuse(fiche: FicheVersion, *, actor: Actor, **shown: Any) -> FicheVersion:
    """Refuse a version, with a ``reason``. What was published stays so. As :func:`publish`."""
    return _decide(fiche, "refuser", actor=actor, **shown)
