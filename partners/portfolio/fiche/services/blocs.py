"""The repeating blocks of a fiche: references, intervenants, documents with their expiry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput
from core.models import Attachment
from core.uploads import attach, detach
from partners.portfolio.fiche.enums import NaturePiece
from partners.portfolio.fiche.models.blocs import Intervenant, Piece, Reference
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.versions import ensure_written
from partners.portfolio.prestataire import permissions

journal.register_verbs(
    {
        "portfolio.reference_ajoutee": "a ajouté une référence",
        "portfolio.reference_modifiee": "a modifié une référence",
        "portfolio.reference_retiree": "a retiré une référence",
        "portfolio.intervenant_ajoute": "a ajouté un intervenant",
        "portfolio.intervenant_modifie": "a modifié un intervenant",
        "portfolio.intervenant_retire": "a retiré un intervenant",
        "portfolio.piece_ajoutee": "a ajouté un document à la fiche",
        "portfolio.piece_retiree": "a retiré un document de la fiche",
        "portfolio.cv_lu": "a ouvert le CV",
    }
)

#: Blocks of one kind that a fiche may hold: what a person reads.
MOST = 60


def _open(fiche: FicheVersion, actor: Actor) -> FicheVersion:
    locked = lock(fiche)
    ensure_written(locked, actor)
    return locked


def _room(rows: Any, what: str) -> None:
    if rows.count() >= MOST:
        raise InvalidInput(f"Une fiche présente {MOST} {what} au plus : retirez-en avant d’en ajouter.")


def _check_year(values: Mapping[str, Any]) -> None:
    if values.get("annee") and values["annee"] > clock.today().year + 1:
        raise InvalidInput("L’année de la référence est dans le futur.")


# --- References -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_reference(fiche: FicheVersion, values: Mapping[str, Any], *, actor: Actor) -> Reference:
    """Add an experience. Raises ``NotAllowed``, ``InvalidInput``."""
    locked = _open(fiche, actor)
    _room(locked.references, "références")
    _check_year(values)
    return create(
        Reference(fiche=locked), values, actor=actor, verb="portfolio.reference_ajoutee", scope=locked.prestataire
    )


@transaction.atomic
def update_reference(
    reference: Reference, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> Reference:
    """Change an experience. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    locked = _open(reference.fiche, actor)
    _check_year(values)
    return apply_changes(
        reference,
        checked(reference, values),
        actor=actor,
        verb="portfolio.reference_modifiee",
        expected_version=expected_version,
        scope=locked.prestataire,
    )


@transaction.atomic
def duplicate_reference(reference: Reference, *, actor: Actor) -> Reference:
    """A copy, to be changed: the same mission for another structure is typed once."""
    names = ("annee", "client", "structure", "objet", "theme", "jours", "dla", "collectif")
    return add_reference(reference.fiche, {name: getattr(reference, name) for name in names}, actor=actor)


@transaction.atomic
def remove_reference(reference: Reference, *, actor: Actor) -> None:
    """Take an experience off the fiche; the journal keeps what it said."""
    locked = _open(reference.fiche, actor)
    remove(lock(reference), actor=actor, verb="portfolio.reference_retiree", scope=locked.prestataire)


# --- Intervenants ---------------------------------------------------------------------------------------------------


@transaction.atomic
def add_intervenant(fiche: FicheVersion, values: Mapping[str, Any], *, actor: Actor, secteurs=()) -> Intervenant:
    """Add somebody who intervenes. Raises ``NotAllowed``, ``InvalidInput``."""
    locked = _open(fiche, actor)
    _room(locked.intervenants, "intervenants")
    return create(
        Intervenant(fiche=locked),
        values,
        actor=actor,
        verb="portfolio.intervenant_ajoute",
        scope=locked.prestataire,
        many_to_many={"secteurs": secteurs},
    )


@transaction.atomic
def update_intervenant(
    intervenant: Intervenant, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None, secteurs=()
) -> Intervenant:
    """Change what is said of somebody. Raises ``NotAllowed``, ``EditConflict``."""
    locked = _open(intervenant.fiche, actor)
    return apply_changes(
        intervenant,
        checked(intervenant, values),
        actor=actor,
        verb="portfolio.intervenant_modifie",
        expected_version=expected_version,
        scope=locked.prestataire,
        many_to_many={"secteurs": secteurs},
    )


@transaction.atomic
def remove_intervenant(intervenant: Intervenant, *, actor: Actor) -> None:
    """Take somebody off the fiche, with the CV."""
    locked = _open(intervenant.fiche, actor)
    for piece in intervenant.pieces.all():
        _drop(piece, locked, actor)
    remove(lock(intervenant), actor=actor, verb="portfolio.intervenant_retire", scope=locked.prestataire)


# --- Documents ------------------------------------------------------------------------------------------------------


def add_piece(
    fiche: FicheVersion,
    nature: str,
    upload: File,
    *,
    actor: Actor,
    expire_le: dt.date | None = None,
    intervenant: Intervenant | None = None,
) -> Piece:
    """Put a document on the fiche, checked by its content; an insurance says until when it is valid.

    A new insurance, statuts or CV of somebody takes the place of the former one. Raises ``NotAllowed``,
    ``InvalidInput`` (nature, date, type of file, size).
    """
    if nature not in NaturePiece.values:
        raise InvalidInput("Cette nature de document n’existe pas : rechargez la page.")
    if nature == NaturePiece.ASSURANCE and expire_le is None:
        raise InvalidInput("Indiquez jusqu’à quand l’attestation d’assurance est valable.")
    if nature == NaturePiece.ASSURANCE and expire_le < clock.today():
        raise InvalidInput("Cette attestation d’assurance n’est plus valable : joignez celle de l’année en cours.")
    if intervenant is not None and (nature != NaturePiece.CV or intervenant.fiche_id != fiche.pk):
        raise InvalidInput("Le document d’un intervenant est son CV.")
    ensure_written(fiche, actor)
    # The file is checked and stored before the row is locked: a slow upload makes nobody wait.
    category = f"{nature}-{intervenant.pk}" if intervenant is not None else nature
    stored = attach(fiche.prestataire, upload, actor=actor, scope=fiche.prestataire, category=category)
    with transaction.atomic():
        locked = _open(fiche, actor)
        former = locked.pieces.filter(nature=nature, intervenant=intervenant)
        if nature in (NaturePiece.REFERENCES, NaturePiece.AUTRE):
            former = former.filter(fichier=stored)
            _room(locked.pieces.filter(nature=nature), "documents de cette nature")
        for piece in former:
            _drop(piece, locked, actor, keep=stored)
        piece = Piece.objects.create(
            fiche=locked, nature=nature, intervenant=intervenant, fichier=stored, expire_le=expire_le
        )
        journal.record(
            actor,
            "portfolio.piece_ajoutee",
            piece,
            scope=locked.prestataire,
            changes={"nature": (None, nature), "expire_le": (None, expire_le)},
        )
        _note_insurance(locked)
    return piece


@transaction.atomic
def remove_piece(piece: Piece, *, actor: Actor) -> None:
    """Take a document off the fiche; its file stays while another version shows it."""
    locked = _open(piece.fiche, actor)
    _drop(piece, locked, actor)
    _note_insurance(locked)


def _drop(piece: Piece, fiche: FicheVersion, actor: Actor, *, keep: Attachment | None = None) -> None:
    stored = piece.fichier
    journal.record(
        actor,
        "portfolio.piece_retiree",
        piece,
        scope=fiche.prestataire,
        changes={"nature": (piece.nature, None), "expire_le": (piece.expire_le, None)},
    )
    piece.delete()
    shown = Piece.objects.filter(fichier=stored).exists()
    if not shown and stored != keep and stored.removed_at is None:
        detach(stored, actor=actor)


def _note_insurance(fiche: FicheVersion) -> None:
    """Repeat on the version until when its insurance is valid: what the portfolio signals without opening it."""
    until = (
        fiche.pieces.filter(nature=NaturePiece.ASSURANCE)
        .order_by("-expire_le")
        .values_list("expire_le", flat=True)
        .first()
    )
    if until != fiche.assurance_expire_le:
        fiche.assurance_expire_le = until
        fiche.save(update_fields=["assurance_expire_le"])


@transaction.atomic
def note_reading(piece: Piece, *, actor: Actor) -> None:
    """Who reads a CV is journaled: they are personal data. One's own people read theirs without a trace."""

    if piece.nature == NaturePiece.CV and not permissions.belonging(actor, piece.fiche.prestataire_id):
        journal.record(actor, "portfolio.cv_lu", piece, scope=piece.fiche.prestataire)
