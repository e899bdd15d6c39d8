"""What the C2RA decides: publish, return, refuse; for its own région, each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import lock
from core.errors import InvalidInput, NotAllowed, StaleState
from core.lifecycle import perform
from core.text import typed_text
from partners.portfolio import permissions
from partners.portfolio.enums import EtatFiche, EtatPublication
from partners.portfolio.models import FicheVersion, Periode, Publication, Remarque, months_after
from partners.portfolio.models.publication import MOIS_A_JOUR
from partners.portfolio.rubriques import BY_CODE, RUBRIQUE_OF
from partners.portfolio.services import notices
from partners.portfolio.services.fiche import repeat
from referentiels.models import Region

journal.register_verbs({"portfolio.remarque": "a remarqué", "portfolio.offerte": "a reçu la fiche à publier"})


# --- A version, by the C2RA of its home région ----------------------------------------------------------------------


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
        home = _publication(locked, locked.prestataire.region, actor)
        _publish_in(home, locked, actor)
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


# --- A publication, by the C2RA of each région ----------------------------------------------------------------------


def _publication(fiche: FicheVersion, region: Region, actor: Actor) -> Publication:
    found, _ = Publication.objects.get_or_create(
        prestataire=fiche.prestataire, region=region, defaults={"asked_at": clock.now()}
    )
    found.candidate = fiche
    found.save(update_fields=["candidate"])
    return found


def offer(fiche: FicheVersion, region: Region, actor: Actor) -> Publication:
    """Put a frozen version in the queue of another région; what it publishes meanwhile does not change."""
    publication = _publication(fiche, region, actor)
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


def _publish_in(publication: Publication, fiche: FicheVersion, actor: Actor) -> Publication:
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
        done = _publish_in(locked, locked.candidate, actor)
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


def open_remarks(fiche: FicheVersion) -> Iterable[Remarque]:
    """The remarks of the last return: what the prestataire is asked."""
    return fiche.remarques.filter(tour=fiche.tours) if fiche.tours else fiche.remarques.none()
