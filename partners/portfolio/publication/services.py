"""What the C2RA of each région decides of a fiche: publish, set aside, withdraw, put back."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.clock import months_after
from core.editing import lock
from core.errors import StaleState
from core.lifecycle import perform
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.publication import notices
from partners.portfolio.publication.enums import EtatPublication
from partners.portfolio.publication.models import MOIS_A_JOUR, Periode, Publication
from referentiels.models import Region

journal.register_verbs({"portfolio.offerte": "a reçu la fiche à publier"})


def publication_in(fiche: FicheVersion, region: Region) -> Publication:
    """The publication of ``fiche`` in ``region``, made if there is none, with ``fiche`` as the version to decide on."""
    found, _ = Publication.objects.get_or_create(
        prestataire=fiche.prestataire, region=region, defaults={"asked_at": clock.now()}
    )
    found.candidate = fiche
    found.save(update_fields=["candidate"])
    return found


def offer(fiche: FicheVersion, region: Region, actor: Actor) -> Publication:
    """Put a frozen version in the queue of another région; what it publishes meanwhile does not change."""
    publication = publication_in(fiche, region)
    if publication.state in (EtatPublication.REFUSEE, EtatPublication.INACTIVE):
        publication = perform(
            publication,
            "demander",
            actor=Actor.system("publication demandée"),
            expected_state=publication.state,
            scope=fiche.prestataire,
        )
    publication.asked_at = clock.now()
    publication.save(update_fields=["asked_at"])
    journal.record(actor, "portfolio.offerte", publication, scope=fiche.prestataire)
    return publication


def _close_period(publication: Publication) -> None:
    Periode.objects.filter(publication=publication, au__isnull=True).update(au=clock.today())


def publish_there(publication: Publication, fiche: FicheVersion, actor: Actor) -> Publication:
    """Publish ``fiche`` there from today: the actor's right was checked by who calls."""
    today = clock.today()

    def before(locked: Publication) -> dict[str, Any]:
        was = locked.fiche_id
        locked.fiche, locked.candidate = fiche, None
        locked.publiee_le, locked.a_actualiser_le = today, months_after(today, MOIS_A_JOUR)
        locked.decision_reason = ""
        return {"fiche": (was, fiche.pk), "publiee_le": (None, today)}

    def effect(locked: Publication) -> None:
        _close_period(locked)
        Periode.objects.create(publication=locked, fiche=fiche, du=today, a_actualiser_le=locked.a_actualiser_le)

    return perform(
        publication,
        "publier",
        actor=actor,
        expected_state=publication.state,
        scope=fiche.prestataire,
        before=before,
        effect=effect,
    )


def publish_in_region(
    publication: Publication, *, actor: Actor, expected_state: str, version: int | None = None
) -> Publication:
    """Another région publishes the version it was offered."""
    with transaction.atomic():
        locked = lock(publication)
        if locked.state != expected_state or (version is not None and locked.version != version):
            raise StaleState("Cette page n’était plus à jour : relisez la situation puis recommencez.")
        if locked.candidate is None:
            raise StaleState("Aucune version n’attend votre décision.")
        done = publish_there(locked, locked.candidate, actor)
        notices.region_decided(done, actor=actor)
    return done


def _move(publication: Publication, action: str, *, actor: Actor, reason: str, before: Any, effect: Any, **shown: Any):
    return perform(
        publication,
        action,
        actor=actor,
        reason=reason,
        scope=publication.prestataire,
        before=before,
        effect=effect,
        **shown,
    )


def set_aside(
    publication: Publication, *, actor: Actor, reason: str, expected_state: str, version: int | None = None
) -> Publication:
    """Refuse the version offered; a version already published there stays published."""

    def before(locked: Publication) -> dict[str, Any]:
        was, locked.candidate = locked.candidate_id, None
        locked.decision_reason = reason.strip()
        return {"candidate": (was, None)}

    return _move(
        publication,
        "ecarter",
        actor=actor,
        reason=reason,
        before=before,
        effect=lambda locked: notices.region_decided(locked, actor=actor),
        expected_state=expected_state,
        version=version,
    )


def deactivate(
    publication: Publication, *, actor: Actor, reason: str, expected_state: str, version: int | None = None
) -> Publication:
    """Withdraw a fiche from publication, with a reason: it cannot be retained from today."""

    def before(locked: Publication) -> dict[str, Any]:
        locked.decision_reason = reason.strip()
        return {}

    def effect(locked: Publication) -> None:
        _close_period(locked)
        notices.region_decided(locked, actor=actor)

    return _move(
        publication,
        "desactiver",
        actor=actor,
        reason=reason,
        before=before,
        effect=effect,
        expected_state=expected_state,
        version=version,
    )


def reactivate(
    publication: Publication, *, actor: Actor, expected_state: str, version: int | None = None
) -> Publication:
    """Publish again what was withdrawn, to the same term."""

    def effect(locked: Publication) -> None:
        Periode.objects.create(
            publication=locked, fiche=locked.fiche, du=clock.today(), a_actualiser_le=locked.a_actualiser_le
        )

    return _move(
        publication,
        "reactiver",
        actor=actor,
        reason="",
        before=None,
        effect=effect,
        expected_state=expected_state,
        version=version,
    )
