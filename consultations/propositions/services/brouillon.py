"""Writing the draft of a proposition. It is encrypted from the first keystroke; the journal tells which parts were
written, never with what; nothing of it is told to the dossier."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models, transaction

from consultations.appel.models import Invitation
from consultations.propositions import coffre
from consultations.propositions.contenu import (
    AU_PLUS,
    CLE,
    DECIMAUX,
    LIBELLES,
    LISTES,
    SECTION_OF,
    TEXTES,
    derive_prix,
    garde,
    lue,
    nouvelle_cle,
)
from consultations.propositions.models import PieceScellee, Proposition
from consultations.propositions.permissions import why_not_write
from core import clock, journal
from core.actor import Actor
from core.editing import lock, section_version
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.files import delete_file, save_file
from core.text import LONG_TEXT, typed_text
from core.uploads.checks import check_upload
from partners.portfolio.fiche.models.blocs import Intervenant

log = structlog.get_logger(__name__)

journal.register_verbs(
    {
        "consultations.proposition_commencee": "a commencé sa proposition",
        "consultations.proposition_ecrite": "a écrit dans sa proposition",
        "consultations.piece_scellee": "a joint un fichier à sa proposition",
        "consultations.piece_retiree": "a retiré un fichier de sa proposition",
    }
)

#: The folder of the storage where encrypted files lie; files of a proposition, at most.
SCELLES = "scelles"
PIECES_AU_PLUS = 8
GONE = "Cette ligne a été retirée entre-temps : rechargez la page."


# --- Birth ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin(invitation: Invitation, actor: Actor) -> Proposition:
    """The proposition of an invitation, started if it was not. Raises ``NotAllowed``."""
    found = Proposition.objects.filter(invitation=invitation).first()
    if found is not None:
        return found
    refusal = why_not_write(invitation, actor)
    if refusal:
        raise NotAllowed(refusal)
    lock(invitation)
    proposition, new = Proposition.objects.get_or_create(
        invitation=invitation, defaults={"created_at": clock.now(), "updated_at": clock.now()}
    )
    if new:
        journal.record(actor, "consultations.proposition_commencee", proposition)
    return proposition


# --- Writing --------------------------------------------------------------------------------------------------------


def _write(
    invitation: Invitation,
    change: Callable[[dict[str, Any]], None],
    names: Sequence[str],
    *,
    actor: Actor,
    expected_version: int | None,
) -> Proposition:
    """Apply ``change`` to the draft. People who write different ``names`` do not meet.

    An ``EditConflict`` has in its ``current`` the recorded values of the fields, so that the page compares.
    """
    proposition = begin(invitation, actor)
    with transaction.atomic():
        fresh = Invitation.objects.select_related("appel").get(pk=invitation.pk)
        refusal = why_not_write(fresh, actor)
        if refusal:
            raise NotAllowed(refusal)
        try:
            locked = lock(proposition, section_version(proposition, names, expected_version))
        except EditConflict as error:
            _tell_recorded(error.current, names)
            raise
        draft = locked.brouillon
        before = copy.deepcopy(draft)
        change(draft)
        changed = [name for name, value in draft.items() if before.get(name) != value]
        if changed:
            locked.brouillon_scelle = coffre.seal(draft)
            locked.updated_at = clock.now()
            locked.version += 1
            locked.save()
            told = dict.fromkeys([*names, *(name for name in changed if name not in LISTES)])
            journal.record(actor, "consultations.proposition_ecrite", locked, changes=told)
    return locked


def _tell_recorded(current: Proposition, names: Sequence[str]) -> None:
    draft = current.brouillon
    for name in names:
        if name in SECTION_OF:
            setattr(current, name, lue(name, draft.get(name, "")))
        elif "." in name:
            liste, cle = name.split(".")
            row = next((r for r in draft[liste] if r[CLE] == cle), {})
            for champ in LISTES[liste]:
                setattr(current, champ, lue(champ, row.get(champ, "")))


def _kept(values: Mapping[str, Any], known: Sequence[str]) -> dict[str, str]:
    """``values`` as they are kept. Raises ``InvalidInput`` for an unknown field, a wrong number, too long a text."""
    unknown = set(values) - set(known)
    if unknown:
        raise InvalidInput(f"Champs inconnus : {', '.join(sorted(unknown))}.")
    kept = {}
    for champ, value in values.items():
        try:
            text = typed_text(garde(champ, value), limit=LONG_TEXT)
            number = lue(champ, text) if champ in DECIMAUX else None
        except InvalidInput as error:
            raise InvalidInput(f"{LIBELLES[champ]} : {error.message}") from None
        except (ArithmeticError, ValueError):
            raise InvalidInput(f"{LIBELLES[champ]} : saisissez un nombre.") from None
        if number is not None and not (number.is_finite() and 0 <= number < 10_000_000):
            raise InvalidInput(f"{LIBELLES[champ]} : ce nombre n’est pas possible.")
        kept[champ] = text
    return kept


def _row(liste: str, values: Mapping[str, Any], cle: str = "") -> dict[str, str]:
    row = {**dict.fromkeys(LISTES[liste], ""), **_kept(values, LISTES[liste])}
    if row.get("debut") and row.get("fin") and row["fin"] < row["debut"]:
        raise InvalidInput("L’étape finit avant de commencer : vérifiez ses deux dates.")
    return {CLE: cle or nouvelle_cle(), **row}


def save_draft(
    invitation: Invitation, values: Mapping[str, Any], actor: Actor, *, expected_version: int | None = None
) -> Proposition:
    """Save some fields of the draft: texts, numbers, and whole lists (``etapes``, ``intervenants``: rows by field).

    One price gives the other with the TVA. People who write two sections do not meet. Raises ``NotAllowed``,
    ``InvalidInput``, ``EditConflict``.
    """
    texts = _kept({name: v for name, v in values.items() if name not in LISTES}, TEXTES)
    rows = {name: [_row(name, row) for row in v] for name, v in values.items() if name in LISTES}
    if any(len(found) > AU_PLUS for found in rows.values()):
        raise InvalidInput(f"{AU_PLUS} lignes au plus : réunissez-en.")

    def change(draft: dict[str, Any]) -> None:
        before = dict(draft)
        draft.update(texts)
        draft.update(rows)
        if {"prix_ht", "prix_ttc", "tva"} & set(texts):
            try:
                draft.update(derive_prix(before, draft))
            except ValueError as error:
                raise InvalidInput(str(error)) from None

    return _write(invitation, change, list(values), actor=actor, expected_version=expected_version)


# --- Rows -----------------------------------------------------------------------------------------------------------


def add_row(invitation: Invitation, liste: str, values: Mapping[str, Any], *, actor: Actor) -> str:
    """Add a stage or an intervenant, last; return its key. Raises ``NotAllowed``, ``InvalidInput``."""
    row = _row(liste, values)

    def change(draft: dict[str, Any]) -> None:
        if len(draft[liste]) >= AU_PLUS:
            raise InvalidInput(f"{AU_PLUS} lignes au plus : réunissez-en.")
        draft[liste].append(row)

    _write(invitation, change, [liste], actor=actor, expected_version=None)
    return row[CLE]


def save_row(
    invitation: Invitation,
    liste: str,
    cle: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> Proposition:
    """Save some fields of one row; who writes another row is not met. Raises as :func:`save_draft`, ``StaleState``."""
    kept = _kept(values, LISTES[liste])

    def change(draft: dict[str, Any]) -> None:
        found = next((n for n, row in enumerate(draft[liste]) if row[CLE] == cle), None)
        if found is None:
            raise StaleState(GONE)
        draft[liste][found] = _row(liste, {**without_key(draft[liste][found]), **kept}, cle)

    return _write(invitation, change, [f"{liste}.{cle}"], actor=actor, expected_version=expected_version)


def without_key(row: Mapping[str, str]) -> dict[str, str]:
    """The fields of a row."""
    return {champ: value for champ, value in row.items() if champ != CLE}


def move_row(invitation: Invitation, liste: str, cle: str, sens: str, *, actor: Actor) -> Proposition:
    """``sens``: « monter », « descendre » or « retirer ». At the end of the list nothing moves.

    Raises ``NotAllowed``, ``StaleState`` when the row is gone.
    """

    def change(draft: dict[str, Any]) -> None:
        rows = draft[liste]
        place = next((n for n, row in enumerate(rows) if row[CLE] == cle), None)
        if place is None:
            raise StaleState(GONE)
        row = rows.pop(place)
        if sens != "retirer":
            rows.insert(max(0, place + (-1 if sens == "monter" else 1)), row)

    # A row that is taken out was told: who still writes it is told so.
    return _write(invitation, change, [liste, f"{liste}.{cle}"], actor=actor, expected_version=None)


def proposables(invitation: Invitation) -> models.QuerySet[Intervenant]:
    """The intervenants of the published fiche, that may be taken up: the only thing that is proposed."""
    region = invitation.appel.ingenierie.pilote.region_id
    of_here = Intervenant.objects.filter(
        fiche__publications__prestataire=invitation.prestataire_id,
        fiche__publications__region=region,
        fiche__publications__state="publiee",
    )
    return of_here.distinct().order_by("pk")


def take_intervenants(invitation: Invitation, keys: Sequence[int], *, actor: Actor) -> int:
    """Take up those of the published fiche (primary keys) that are not in the draft yet; return how many.

    Raises ``NotAllowed``, ``InvalidInput`` when none is chosen.
    """
    chosen = [i for i in proposables(invitation) if i.pk in set(keys)]
    if not chosen:
        raise InvalidInput("Cochez au moins une personne.")
    added: list[str] = []

    def change(draft: dict[str, Any]) -> None:
        there = {row["nom"] for row in draft["intervenants"]}
        for one in chosen:
            if one.nom not in there and len(draft["intervenants"]) < AU_PLUS:
                values = {"nom": one.nom, "fonction": one.fonction, "experiences": one.expertises}
                draft["intervenants"].append(_row("intervenants", values))
                added.append(one.nom)

    _write(invitation, change, ["intervenants"], actor=actor, expected_version=None)
    return len(added)


# --- Files ----------------------------------------------------------------------------------------------------------


def add_piece(invitation: Invitation, fichier: File, actor: Actor) -> PieceScellee:
    """Check ``fichier``, encrypt its bytes and its name, keep it. The same file is kept once.

    Raises ``NotAllowed``, ``InvalidInput`` (type, size, content, too many).
    """
    proposition = begin(invitation, actor)
    refusal = why_not_write(invitation, actor)
    if refusal:
        raise NotAllowed(refusal)
    checked = check_upload(fichier)
    fiche = {"nom": checked.name, "mime": checked.mime, "sha256": checked.sha256}
    fichier.seek(0)
    key = save_file(SCELLES, ContentFile(coffre.seal_bytes(fichier.read())))
    try:
        with transaction.atomic():
            locked = lock(proposition)
            present = list(locked.pieces.filter(retiree_at=None))
            same = next((piece for piece in present if piece.fiche == fiche), None)
            if same is None and len(present) >= PIECES_AU_PLUS:
                raise InvalidInput(f"{PIECES_AU_PLUS} fichiers au plus : réunissez-en, ou retirez-en un.")
            if same is None:
                piece = PieceScellee.objects.create(
                    proposition=locked,
                    nom_scelle=coffre.seal(fiche),
                    storage_key=key,
                    taille=checked.size,
                    created_at=clock.now(),
                )
                locked.updated_at = clock.now()
                locked.save(update_fields=["updated_at"])
                journal.record(actor, "consultations.piece_scellee", piece, scope=locked)
    except BaseException:
        delete_file(key)
        raise
    if same is not None:
        delete_file(key)
        return same
    return piece


@transaction.atomic
def remove_piece(piece: PieceScellee, *, actor: Actor) -> None:
    """Take a file off the draft; a deposit that holds it keeps it. Raises ``NotAllowed``, ``StaleState``."""
    invitation = piece.proposition.invitation
    refusal = why_not_write(invitation, actor)
    if refusal:
        raise NotAllowed(refusal)
    locked = lock(piece.proposition)
    here = PieceScellee.objects.filter(pk=piece.pk, retiree_at=None).first()
    if here is None:
        raise StaleState("Ce fichier a déjà été retiré.")
    journal.record(actor, "consultations.piece_retiree", here, scope=locked)
    if here.depots.exists():
        here.retiree_at = clock.now()
        here.save(update_fields=["retiree_at"])
    else:
        key = here.storage_key
        here.delete()
        transaction.on_commit(lambda: delete_file(key))


def read_piece(piece: PieceScellee) -> bytes:
    """The clear bytes of a file. Raises ``CoffreFerme``, also when the storage lost it."""
    try:
        with default_storage.open(piece.storage_key) as stored:
            sealed = stored.read()
    except FileNotFoundError:
        log.error("file_missing", key=piece.storage_key)
        raise coffre.CoffreFerme from None
    return coffre.read_bytes(sealed)
