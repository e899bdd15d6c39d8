"""What happens to the directory of structures: inscribing, correcting, setting aside."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core import editing
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.journal import register_verbs
from structures.annuaire import duplicates, permissions
from structures.annuaire.models import Structure
from structures.identifiers import clean_rna, clean_siret

register_verbs(
    {
        "structures.create": "a inscrit la structure à l’annuaire",
        "structures.update": "a modifié la fiche de la structure",
        "structures.archive": "a retiré la structure de l’annuaire actif",
        "structures.reactivate": "a remis la structure dans l’annuaire actif",
    }
)

#: What a form may set; everything else belongs to the services.
EDITABLE = frozenset(
    f.name for f in Structure._meta.concrete_fields if f.editable and not f.primary_key and f.name != "version"
)


class DuplicateStructure(InvalidInput):
    """The directory already holds a structure with this SIRET or RNA: ``existing``, told by ``field``."""

    title = "Structure déjà inscrite"

    def __init__(self, field: str, existing: Structure):
        number = "SIRET" if field == "siret" else "numéro RNA"
        super().__init__(f"« {existing} » porte déjà ce {number} dans votre annuaire.")
        self.field = field
        self.existing = existing


class NearDuplicate(InvalidInput):
    """Structures of the same département have a close name: ``candidates``. The person may confirm it is another."""

    title = "Cette structure est peut-être déjà inscrite"

    def __init__(self, candidates: list[Structure]):
        super().__init__(
            "Des structures du même département portent un nom proche : vérifiez qu’il ne s’agit pas de la même.",
            reasons=[str(c) for c in candidates],
        )
        self.candidates = candidates


def _checked(structure: Structure, values: Mapping[str, Any]) -> dict[str, Any]:
    """Put ``values`` on a copy, check it whole, return them in stored form. Raises ``InvalidInput``."""
    unknown = set(values) - EDITABLE
    if unknown:
        raise InvalidInput(f"Champs inconnus : {', '.join(sorted(unknown))}.")
    values = dict(values)
    trial = copy.copy(structure)
    try:
        if "siret" in values:
            values["siret"] = clean_siret(values["siret"])
        if "rna" in values:
            values["rna"] = clean_rna(values["rna"])
        for name, value in values.items():
            setattr(trial, name, value)
        # What does not change was checked before; a foreign key is checked by the database, without a query of its own.
        exclude = {
            f.name
            for f in Structure._meta.concrete_fields
            if (structure.pk and f.name not in values) or (f.is_relation and getattr(trial, f.attname) is not None)
        }
        trial.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise InvalidInput("La fiche de la structure est à corriger.", reasons=error.messages) from error
    return values


def _refuse_same_number(organisation_id: int, values: Mapping[str, Any], exclude: int | None = None) -> None:
    found = duplicates.same_number(
        organisation_id, siret=values.get("siret", ""), rna=values.get("rna", ""), exclude=exclude
    )
    if found:
        raise DuplicateStructure(*found)


def check_values(structure: Structure, values: Mapping[str, Any], *, ignoring: int | None = None) -> None:
    """Refuse what :func:`update_structure` would refuse of these values, writing nothing.

    ``ignoring``: the primary key of a structure whose numbers are about to be given to this one.

    Raises ``InvalidInput``, ``DuplicateStructure``.
    """
    values = _checked(structure, values)
    _refuse_same_number(structure.organisation_id, values, exclude=ignoring or structure.pk)


def create_structure(
    values: Mapping[str, Any], *, actor: Actor, confirmed: bool = False, reason: str = ""
) -> Structure:
    """Inscribe a structure in the directory of the actor's organisation.

    ``values`` are model fields (``name``, ``departement`` and ``secteur`` at least). ``confirmed``: the person has seen
    the structures with a close name and says it is another one. ``reason`` enters the journal.

    Raises ``NotAllowed``, ``InvalidInput``, ``DuplicateStructure`` (same SIRET or RNA), ``NearDuplicate``.
    """
    refusal = permissions.why_not_create(actor)
    if refusal:
        raise NotAllowed(refusal)
    structure = Structure(organisation=actor.organisation)
    values = _checked(structure, values)
    _refuse_same_number(structure.organisation_id, values)
    if not confirmed:
        candidates = duplicates.near(structure.organisation_id, values["name"], values["departement"].pk)
        if candidates:
            raise NearDuplicate(candidates)
    for name, value in values.items():
        setattr(structure, name, value)
    try:
        with transaction.atomic():
            editing.create(structure, actor=actor, verb="structures.create", reason=reason)
    except IntegrityError:
        # A colleague, or the other half of a double click, was a moment quicker.
        _refuse_same_number(structure.organisation_id, values)
        raise
    return structure


def update_structure(
    structure: Structure,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None,
    reason: str = "",
) -> Structure:
    """Change the sheet. Raises ``NotAllowed``, ``InvalidInput``, ``DuplicateStructure``, ``EditConflict``."""
    refusal = permissions.why_not_edit(actor, structure)
    if refusal:
        raise NotAllowed(refusal)
    values = _checked(structure, values)
    _refuse_same_number(structure.organisation_id, values, exclude=structure.pk)
    try:
        with transaction.atomic():
            return editing.apply_changes(
                structure,
                values,
                actor=actor,
                verb="structures.update",
                expected_version=expected_version,
                reason=reason,
            )
    except IntegrityError:
        _refuse_same_number(structure.organisation_id, values, exclude=structure.pk)
        raise


def set_active(
    structure: Structure, active: bool, *, actor: Actor, expected_version: int | None, reason: str = ""
) -> Structure:
    """Set a structure aside (it merged, it closed…) or take it back; its history stays.

    Setting aside needs a reason. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    refusal = permissions.why_not_edit(actor, structure)
    if refusal:
        raise NotAllowed(refusal)
    reason = reason.strip()
    if not active and not reason:
        raise InvalidInput("Indiquez pourquoi la structure quitte l’annuaire actif : c’est inscrit au journal.")
    if len(reason) > 500:
        raise InvalidInput("Ce motif est trop long : 500 caractères au plus.")
    return editing.apply_changes(
        structure,
        {"is_active": active},
        actor=actor,
        verb="structures.reactivate" if active else "structures.archive",
        expected_version=expected_version,
        reason=reason,
    )
