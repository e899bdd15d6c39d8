"""A convention being written: begun from the dossier, its texts, its rows, withdrawn while nobody has seen it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from consultations.cahier.models import CompteurReference
from consultations.choix.models import ChoixPrestataire
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, lock_rows, remove, section_version
from core.errors import InvalidInput, NotAllowed
from core.models import Attachment
from core.uploads import detach
from missions.conventions import prefill
from missions.conventions.models import Convention, EtapeConvention, PaiementPrevu, Partie
from missions.conventions.permissions import why_not_begin
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch

journal.register_verbs(
    {
        "missions.convention_commencee": "a commencé la convention",
        "missions.convention_ecrite": "a modifié la convention",
        "missions.convention_retiree": "a retiré le projet de convention",
        "missions.ligne_ajoutee": "a complété la convention",
        "missions.ligne_modifiee": "a modifié une ligne de la convention",
        "missions.ligne_retiree": "a retiré une ligne de la convention",
    }
)

Ligne = Partie | EtapeConvention | PaiementPrevu
#: The most rows of one kind that a convention holds.
LIGNES_MAX = 60
_PRIX = ("prix", "base", "taux_tva")


def next_reference() -> str:
    """« CONV-2026-0004 »: two conventions never bear the same. Inside the caller's transaction."""
    prefix = f"CONV-{clock.today().year}"
    CompteurReference.objects.get_or_create(prefixe=prefix)
    counter = lock_rows(CompteurReference.objects.filter(prefixe=prefix)).get()
    counter.dernier += 1
    counter.save(update_fields=["dernier"])
    return str(counter)


def _settle(convention: Convention) -> None:
    """Write beside the price what the rate makes of it."""
    told = convention.montants
    convention.prix_ht, convention.prix_ttc = told.ht, told.ttc


def begin(choix: ChoixPrestataire, *, actor: Actor, phase: str = "") -> Convention:
    """Begin the convention of the mission of ``choix`` (or of one ``phase`` of it), prefilled from the dossier.

    Raises ``NotAllowed``, ``InvalidInput`` (a convention of this mission and phase is there already; the choice was
    taken back).
    """
    ingenierie = choix.ingenierie
    if refusal := why_not_begin(ingenierie, actor):
        raise NotAllowed(refusal)
    with transaction.atomic():
        locked = lock(ingenierie)
        if lock(choix).retire_at is not None:
            raise InvalidInput("Ce prestataire n’est plus retenu pour cette ingénierie.")
        convention = Convention(ingenierie=locked, choix=choix, reference=next_reference())
        for name, value in checked(convention, {"phase": " ".join(phase.split())}).items():
            setattr(convention, name, value)
        _prefill(convention)
        _settle(convention)
        try:
            with transaction.atomic():
                create(convention, {}, actor=actor, verb="missions.convention_commencee", scope=locked)
        except IntegrityError as error:
            raise InvalidInput(Convention._meta.constraints[0].violation_error_message) from error
        for rang, values in enumerate(prefill.parties(convention), 1):
            Partie.objects.create(convention=convention, ordre=rang, **values)
        for values in prefill.etapes(convention):
            EtapeConvention.objects.create(convention=convention, **values)
        touch(locked.pk)
    return convention


def _prefill(convention: Convention) -> None:
    """Give ``convention`` what the dossier knows of it; what a convention could not say (a day and a third) is left."""
    for name, value in prefill.proposals(convention).items():
        try:
            kept = checked(convention, {name: value}, constraints=False)
        except InvalidInput:
            continue
        setattr(convention, name, kept[name])


def take_etapes(convention: Convention, *, actor: Actor) -> int:
    """Take the stages of the retained project, where the convention has none yet; returns how many.

    Raises ``NotAllowed``, ``InvalidInput`` (it has some already, or the project tells none).
    """
    with transaction.atomic():
        locked = locked_draft(convention, actor)
        if locked.etapes.exists():
            raise InvalidInput("Cette convention a déjà des étapes : modifiez-les, ou retirez-les d’abord.")
        found = prefill.etapes(locked)
        if not found:
            raise InvalidInput("Le projet retenu ne dit pas d’étapes : saisissez-les.")
        for values in found:
            row = EtapeConvention(convention=locked, **values)
            create(row, actor=actor, verb="missions.ligne_ajoutee", scope=locked.ingenierie)
        touch(locked.ingenierie_id)
    return len(found)


def locked_draft(convention: Convention, actor: Actor) -> Convention:
    """The locked convention, which ``actor`` may write now. Raises ``NotAllowed``."""
    ingenierie = convention.ingenierie
    ensure_open(ingenierie, actor)
    locked = lock(convention)
    locked.ingenierie = ingenierie
    locked.ensure_open()
    return locked


def write(
    convention: Convention, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Convention:
    """Save some fields of a convention that is a draft: people who write two different parts of it do not meet.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    with transaction.atomic():
        locked = locked_draft(convention, actor)
        version = values.get("version_cahier")
        if version is not None and version.cahier.ingenierie_id != locked.ingenierie_id:
            raise InvalidInput("Cette version du cahier des charges n’est pas de cette ingénierie.")
        values = checked(locked, values)
        told = {**values}
        if set(values) & set(_PRIX):
            trial = Convention(**{name: values.get(name, getattr(locked, name)) for name in _PRIX})
            _settle(trial)
            told |= {"prix_ht": trial.prix_ht, "prix_ttc": trial.prix_ttc}
        fresh = apply_changes(
            locked,
            told,
            actor=actor,
            verb="missions.convention_ecrite",
            expected_version=section_version(locked, tuple(values), expected_version),
            scope=locked.ingenierie,
        )
        touch(locked.ingenierie_id)
    return fresh


def add_ligne(convention: Convention, model: type[Ligne], values: Mapping[str, Any], *, actor: Actor) -> Ligne:
    """Add a party, a stage or a payment. Raises ``NotAllowed``, ``InvalidInput``."""
    with transaction.atomic():
        locked = locked_draft(convention, actor)
        rows = model.objects.filter(convention=locked)
        if rows.count() >= LIGNES_MAX:
            raise InvalidInput(f"{LIGNES_MAX} lignes au plus.")
        row = model(convention=locked)
        if "ordre" not in values:
            row.ordre = (rows.aggregate(last=Max("ordre"))["last"] or 0) + 1
        create(row, values, actor=actor, verb="missions.ligne_ajoutee", scope=locked.ingenierie)
        touch(locked.ingenierie_id)
    return row


def update_ligne(
    ligne: Ligne, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Ligne:
    """Change a party, a stage or a payment. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    with transaction.atomic():
        convention = locked_draft(ligne.convention, actor)
        locked = lock(ligne, expected_version)
        fresh = apply_changes(
            locked,
            checked(locked, values),
            actor=actor,
            verb="missions.ligne_modifiee",
            expected_version=expected_version,
            scope=convention.ingenierie,
        )
        touch(convention.ingenierie_id)
    return fresh


def remove_ligne(ligne: Ligne, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take out a party, a stage or a payment; the journal keeps it. Raises ``NotAllowed``, ``StaleState``."""
    with transaction.atomic():
        convention = locked_draft(ligne.convention, actor)
        locked = lock(ligne, expected_version, typed=False)
        remove(locked, actor=actor, verb="missions.ligne_retiree", scope=convention.ingenierie)
        touch(convention.ingenierie_id)


def withdraw(convention: Convention, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take out a draft that was never put to be signed, with its files; the journal keeps what it said.

    Raises ``NotAllowed``, ``InvalidInput`` (it was put to be signed once: it stays), ``StaleState``.
    """
    with transaction.atomic():
        locked_draft(convention, actor)
        locked = lock(convention, expected_version, typed=False)
        locked.ingenierie = convention.ingenierie
        if locked.numero:
            raise InvalidInput("Cette convention a été mise à la signature : elle reste au dossier.")
        for piece in Attachment.objects.of(locked._meta.label_lower, [locked.pk]):
            detach(piece, actor=actor)
        remove(locked, actor=actor, verb="missions.convention_retiree", scope=convention.ingenierie)
        touch(convention.ingenierie_id)


def etapes_of(convention: Convention) -> list[EtapeConvention]:
    """The stages that the mission follows, in their order: those of a convention that is signed, else none."""
    return list(convention.etapes.all()) if convention.is_signed else []


def conventions_of(ingenierie: Ingenierie) -> list[Convention]:
    """The conventions of an ingénierie, oldest first, with who is retained: one query."""
    rows = Convention.objects.filter(ingenierie=ingenierie).select_related("choix__prestataire", "version_cahier")
    found = list(rows)
    for row in found:
        row.ingenierie = ingenierie
    return found
