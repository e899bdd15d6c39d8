"""Who receives the synthesis, what is sent, what comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from accounts import services as accounts
from accounts.services.links import REVOQUE, status_of
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, lock_rows, remove
from core.errors import InvalidInput, NotAllowed
from evaluation.synthese.enums import EtatSynthese, Lecture, Moyen
from evaluation.synthese.models import DestinataireSynthese, EnvoiSynthese, Synthese, VersionSynthese
from evaluation.synthese.permissions import why_not_write
from evaluation.synthese.proposes import proposes
from evaluation.synthese.services.liens import LECTURE, grants, leave
from evaluation.synthese.services.synthese import DOCUMENT_SANS_COUTS, ask_pdf, keep, last_version
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "evaluation.destinataire_ajoute": "a ajouté un destinataire de la synthèse",
        "evaluation.destinataire_modifie": "a modifié un destinataire de la synthèse",
        "evaluation.destinataire_retire": "a retiré un destinataire de la synthèse",
        "evaluation.synthese_envoyee": "a envoyé la synthèse",
        "evaluation.synthese_reaction": "a noté une réaction à la synthèse",
    }
)

DESTINATAIRES_MAX = 400
NOT_SHARED = "Partagez d’abord la synthèse : une version est alors gardée, c’est elle qui part."


def _ensure(synthese: Synthese, actor: Actor) -> None:
    if refusal := why_not_write(actor, synthese.ingenierie):
        raise NotAllowed(refusal)


def _room_for(synthese: Synthese, more: int) -> None:
    if synthese.destinataires.count() + more > DESTINATAIRES_MAX:
        raise InvalidInput(f"{DESTINATAIRES_MAX} destinataires au plus.")


@transaction.atomic
def add_destinataire(synthese: Synthese, values: Mapping[str, Any], *, actor: Actor) -> DestinataireSynthese:
    """Add somebody by hand. Raises ``NotAllowed``, ``InvalidInput``."""
    _ensure(synthese, actor)
    lock(synthese)
    _room_for(synthese, 1)
    row = _create(synthese, values, actor)
    touch(synthese.ingenierie_id)
    return row


def _create(synthese: Synthese, values: Mapping[str, Any], actor: Actor, **links: Any) -> DestinataireSynthese:
    row = DestinataireSynthese(synthese=synthese, **links)
    return create(row, values, actor=actor, verb="evaluation.destinataire_ajoute", scope=synthese.ingenierie)


@transaction.atomic
def add_proposes(synthese: Synthese, cles: Collection[str], *, actor: Actor) -> int:
    """Add those of the proposed whom the page ticked; returns how many. Raises ``NotAllowed``, ``InvalidInput``."""
    _ensure(synthese, actor)
    lock(synthese)
    wanted = set(cles)
    chosen = [one for one in proposes(synthese) if one.cle in wanted]
    _room_for(synthese, len(chosen))
    for one in chosen:
        _create(synthese, one.values, actor, structure_id=one.structure, partenaire_id=one.partenaire)
    touch(synthese.ingenierie_id)
    return len(chosen)


@transaction.atomic
def update_destinataire(
    row: DestinataireSynthese, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> DestinataireSynthese:
    """Change who it is, what it reads, or what it answered.

    A reader without amounts loses nothing of what it received: what changes holds for the next sending. Raises
    ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    synthese = row.synthese
    _ensure(synthese, actor)
    fresh = lock(row)
    values = dict(values)
    if values.get("reaction", "").strip() and not values.get("reaction_le"):
        values["reaction_le"] = clock.today()
    if values.get("reaction_le") and values["reaction_le"] > clock.today():
        raise InvalidInput("La date de la réaction est dans le futur.")
    done = apply_changes(
        fresh,
        checked(fresh, values),
        actor=actor,
        verb="evaluation.destinataire_modifie",
        expected_version=expected_version,
        scope=synthese.ingenierie,
    )
    touch(synthese.ingenierie_id)
    done.synthese = synthese
    return done


@transaction.atomic
def remove_destinataire(row: DestinataireSynthese, *, actor: Actor, expected_version: int | None) -> None:
    """Take out somebody to whom nothing was sent. Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``."""
    synthese = row.synthese
    _ensure(synthese, actor)
    fresh = lock(row, expected_version, typed=False)
    if EnvoiSynthese.objects.filter(destinataire=fresh).exists():
        raise InvalidInput("La synthèse lui a déjà été envoyée : son envoi est gardé. Vous pouvez révoquer son lien.")
    remove(fresh, actor=actor, verb="evaluation.destinataire_retire", scope=synthese.ingenierie)
    touch(synthese.ingenierie_id)


@transaction.atomic
def send(synthese: Synthese, destinataires: Collection[int], *, actor: Actor) -> int:
    """Send the synthesis as it stands to those of its ``destinataires``; returns to how many it left.

    While it is shared, a version is kept first when the text or the facts changed. Those without an address, and those
    whose link left a few minutes ago, are passed over. Raises ``NotAllowed``, ``InvalidInput``.
    """
    _ensure(synthese, actor)
    fresh = _locked(synthese)
    version = _version_to_send(fresh, actor)
    rows = list(lock_rows(DestinataireSynthese.objects.filter(synthese=fresh, pk__in=destinataires).exclude(email="")))
    if not rows:
        raise InvalidInput("Cochez au moins un destinataire qui a une adresse électronique.")
    sent = 0
    for row in rows:
        row.synthese = fresh
        before, row.version_recue = row.version_recue_id, version
        if not leave(row, actor=actor):
            continue
        _kept(row, version, Moyen.LIEN_PDF if row.pdf_joint else Moyen.LIEN, clock.today(), actor, before)
        sent += 1
    touch(fresh.ingenierie_id)
    return sent


@transaction.atomic
def hand_over(row: DestinataireSynthese, le: dt.date, *, actor: Actor) -> EnvoiSynthese:
    """Note that it was handed over on a day, on paper or in a meeting. Raises ``NotAllowed``, ``InvalidInput``."""
    synthese = row.synthese
    _ensure(synthese, actor)
    if le > clock.today():
        raise InvalidInput("Cette date est dans le futur.")
    fresh = _locked(synthese)
    version = _version_to_send(fresh, actor)
    locked = lock(row)
    locked.synthese = fresh
    before, locked.version_recue = locked.version_recue_id, version
    kept = _kept(locked, version, Moyen.REMIS, le, actor, before)
    touch(synthese.ingenierie_id)
    return kept


def _locked(synthese: Synthese) -> Synthese:
    fresh = lock(synthese)
    fresh.ingenierie = synthese.ingenierie
    return fresh


def _version_to_send(synthese: Synthese, actor: Actor) -> VersionSynthese:
    if synthese.state == EtatSynthese.BROUILLON:
        raise InvalidInput(NOT_SHARED)
    if synthese.state == EtatSynthese.PARTAGEE:
        return keep(synthese, actor=actor)
    return last_version(synthese)


def _kept(
    row: DestinataireSynthese, version: VersionSynthese, moyen: str, le: dt.date, actor: Actor, before: int | None
) -> EnvoiSynthese:
    if row.lecture == Lecture.SANS_COUTS:
        ask_pdf(version, DOCUMENT_SANS_COUTS, actor=actor)
    row.version += 1
    row.save(update_fields=["version", "version_recue"])
    kept = EnvoiSynthese(
        destinataire=row, version=version, lecture=row.lecture, moyen=moyen, le=le, par=actor.label[:200]
    )
    kept.save()
    journal.record(
        actor,
        "evaluation.synthese_envoyee",
        row,
        scope=row.synthese.ingenierie,
        changes={"version_recue": (before, version.numero), "lecture": (None, row.get_lecture_display())},
    )
    return kept


@transaction.atomic
def react(row: DestinataireSynthese, texte: str, *, actor: Actor) -> DestinataireSynthese:
    """What a recipient answers by its link, while the synthesis is shared; it may say it again.

    Raises ``NotAllowed`` once it is fixed or the ingénierie over, ``LinkClosed``, ``InvalidInput``.
    """
    grant = accounts.take(actor, LECTURE, row)
    fresh = lock(row)
    if refusal := why_no_reaction(fresh.synthese):
        raise NotAllowed(refusal)
    if not texte.strip():
        raise InvalidInput("Écrivez votre réaction.")
    values = checked(fresh, {"reaction": texte, "reaction_le": clock.today()})
    done = apply_changes(
        fresh,
        {**values, "par_lien": True},
        actor=actor,
        verb="evaluation.synthese_reaction",
        expected_version=None,
        scope=fresh.synthese.ingenierie,
    )
    accounts.answered(grant)
    touch(fresh.synthese.ingenierie_id)
    return done


def why_no_reaction(synthese: Synthese) -> str:
    """Why a recipient does not answer any more, or ``""``."""
    if synthese.state == EtatSynthese.ARRETEE:
        return "La synthèse est arrêtée : elle ne reçoit plus de réactions."
    if not synthese.ingenierie.is_open:
        return "L’ingénierie est terminée : elle ne reçoit plus de réactions."
    return ""


@transaction.atomic
def revoke(row: DestinataireSynthese, *, actor: Actor) -> None:
    """Its link does not read any more; what was sent stays told. Raises ``NotAllowed``, ``InvalidInput``."""
    _ensure(row.synthese, actor)
    grant = grants(row.synthese).get(row.pk)
    if grant is None or status_of(grant) == REVOQUE:
        raise InvalidInput("Il n’a pas de lien en cours.")
    accounts.revoke_link(grant, actor=actor)
