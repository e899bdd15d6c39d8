"""What the C2RA of each région decides of a fiche: publish, set aside, withdraw, put back."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.clock import months_after
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


def _open_period(publication: Publication) -> None:
    Periode.objects.create(
        publication=publication,
        fiche=publication.fiche,
        du=clock.today(),
        a_actualiser_le=publication.a_actualiser_le,
    )


def publish_there(publication: Publication, *, actor: Actor, **shown: Any) -> Publication:
    """Publish the version offered there, from today. ``shown`` is what the page showed (``expected_state``,
    ``version``, ``reason``): as :func:`core.lifecycle.perform`, whose errors it raises.
    """
    today = clock.today()

    def before(locked: Publication) -> dict[str, Any]:
        was, locked.fiche, locked.candidate = locked.fiche_id, locked.candidate, None
        locked.publiee_le, locked.a_actualiser_le = today, months_after(today, MOIS_A_JOUR)
        locked.decision_reason = ""
        return {"fiche": (was, locked.fiche_id), "publiee_le": (None, today)}

    def effect(locked: Publication) -> None:
        _close_period(locked)
        _open_period(locked)

    return _move(publication, "publier", actor=actor, before=before, effect=effect, **shown)


@transaction.atomic
def publish_in_region(publication: Publication, *, actor: Actor, **shown: Any) -> Publication:
    """Another région publishes the version it was offered. As :func:`publish_there`."""
    done = publish_there(publication, actor=actor, **shown)
    notices.region_decided(done, actor=actor)
    return done


def _move(publication: Publication, action: str, **told: Any) -> Publication:
    return perform(publication, action, scope=publication.prestataire, **told)


def set_aside(publication: Publication, *, actor: Actor, reason: str, **shown: Any) -> Publication:
    """Refuse the version offered; a version already published there stays published. As :func:`publish_there`."""

    def before(locked: Publication) -> dict[str, Any]:
        was, locked.candidate = locked.candidate_id, None
        locked.decision_reason = reason.strip()
        return {"candidate": (was, None)}

    def effect(locked: Publication) -> None:
        notices.region_decided(locked, actor=actor)

    return _move(publication, "ecarter", actor=actor, reason=reason, before=before, effect=effect, **shown)


def deactivate(publication: Publication, *, actor: Actor, reason: str, **shown: Any) -> Publication:
    """Withdraw a fiche from publication, with a reason: it cannot be retained from today. As :func:`publish_there`."""

    def before(locked: Publication) -> dict[str, Any]:
        locked.decision_reason = reason.strip()
        return {}

    def effect(locked: Publication) -> None:
        _close_period(locked)
        notices.region_decided(locked, actor=actor)

    return _move(publication, "desactiver", actor=actor, reason=reason, before=before, effect=effect, **shown)


def reactivate(publication: Publication, *, actor: Actor, **shown: Any) -> Publication:
    """Publish again what was withdrawn, to the same term. As :func:`publish_there`."""
    return _move(publication, "reactiver", actor=actor, effect=_open_period, **shown)
