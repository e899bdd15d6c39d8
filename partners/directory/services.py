"""What happens to the directory of partners: inscribing, correcting, setting aside."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from core import editing
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.journal import register_verbs
from partners.directory import permissions
from partners.directory.likeness import NearPartenaires
from partners.directory.models import Partenaire

register_verbs(
    {
        "directory.create": "a inscrit le partenaire à l’annuaire",
        "directory.update": "a modifié la fiche du partenaire",
        "directory.archive": "a retiré le partenaire de l’annuaire actif",
        "directory.reactivate": "a remis le partenaire dans l’annuaire actif",
    }
)

#: What a form may set; everything else belongs to the services.
EDITABLE = frozenset(
    f.name for f in Partenaire._meta.concrete_fields if f.editable and not f.primary_key and f.name != "version"
)


class DuplicatePartenaire(InvalidInput):
    """The directory of the organisation already has a partner of this name: ``existing``."""

    title = "Partenaire déjà inscrit"

    def __init__(self, existing: Partenaire):
        super().__init__(f"« {existing} » est déjà dans votre annuaire.")
        self.existing = existing


class NearDuplicate(InvalidInput):
    """Partners of the région have a close name: ``candidates``. The person may confirm it is another."""

    title = "Ce partenaire est peut-être déjà inscrit"

    def __init__(self, candidates: list[Partenaire]):
        super().__init__(
            "Des partenaires de la région portent un nom proche : vérifiez qu’il ne s’agit pas du même.",
            reasons=[str(c) for c in candidates],
        )
        self.candidates = candidates


def near(visible: QuerySet[Partenaire], name: str, *, limit: int = 5) -> list[Partenaire]:
    """The partners among ``visible`` whose name or sigle is close to ``name``."""
    close = NearPartenaires(visible.values_list("pk", "name", "sigle")).near(name)
    if not close:
        return []
    found = Partenaire.objects.filter(pk__in=close[:limit]).with_list_related_data()
    return list(found.order_by("search_text", "pk"))


def _checked(partenaire: Partenaire, values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - EDITABLE
    if unknown:
        raise InvalidInput(f"Champs inconnus : {', '.join(sorted(unknown))}.")
    trial = copy.copy(partenaire)
    for name, value in values.items():
        setattr(trial, name, value)
    try:
        trial.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise InvalidInput("La fiche du partenaire est à corriger.", reasons=error.messages) from error
    return dict(values)


def same_name(organisation_id: int, name: str, exclude: int | None = None) -> Partenaire | None:
    """The partner of this directory with exactly this name, whatever the case; not one merged into another."""
    return (
        Partenaire.objects.filter(organisation_id=organisation_id, name__iexact=name.strip(), merged_into__isnull=True)
        .exclude(pk=exclude)
        .first()
    )


def _refuse_same_name(organisation_id: int, values: Mapping[str, Any], exclude: int | None = None) -> None:
    found = same_name(organisation_id, values["name"], exclude) if values.get("name") else None
    if found is not None:
        raise DuplicatePartenaire(found)


def check_values(partenaire: Partenaire, values: Mapping[str, Any], *, ignoring: int | None = None) -> None:
    """Refuse what :func:`update_partenaire` would refuse of these values, writing nothing.

    ``ignoring``: the primary key of a partner whose name is about to be given to this one.

    Raises ``InvalidInput``, ``DuplicatePartenaire``.
    """
    _refuse_same_name(partenaire.organisation_id, _checked(partenaire, values), exclude=ignoring or partenaire.pk)


def create_partenaire(
    values: Mapping[str, Any], *, actor: Actor, confirmed: bool = False, reason: str = ""
) -> Partenaire:
    """Inscribe a partner in the directory of the actor's organisation.

    ``values`` are model fields (``name`` and ``famille`` at least). ``confirmed``: the person has seen the partners of
    the région with a close name and says it is another one. ``reason`` enters the journal.

    Raises ``NotAllowed``, ``InvalidInput``, ``DuplicatePartenaire``, ``NearDuplicate``.
    """
    refusal = permissions.why_not_create(actor)
    if refusal:
        raise NotAllowed(refusal)
    partenaire = Partenaire(organisation=actor.organisation)
    values = _checked(partenaire, values)
    _refuse_same_name(partenaire.organisation_id, values)
    if not confirmed:
        candidates = near(Partenaire.objects.visible_to(actor).active(), values["name"])
        if candidates:
            raise NearDuplicate(candidates)
    for name, value in values.items():
        setattr(partenaire, name, value)
    try:
        with transaction.atomic():
            editing.create(partenaire, actor=actor, verb="directory.create", reason=reason)
    except IntegrityError:
        _refuse_same_name(partenaire.organisation_id, values)
        raise
    return partenaire


def update_partenaire(
    partenaire: Partenaire,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None,
    reason: str = "",
) -> Partenaire:
    """Change the sheet. Raises ``NotAllowed``, ``InvalidInput``, ``DuplicatePartenaire``, ``EditConflict``."""
    refusal = permissions.why_not_edit(actor, partenaire)
    if refusal:
        raise NotAllowed(refusal)
    values = _checked(partenaire, values)
    _refuse_same_name(partenaire.organisation_id, values, exclude=partenaire.pk)
    try:
        with transaction.atomic():
            return editing.apply_changes(
                partenaire,
                values,
                actor=actor,
                verb="directory.update",
                expected_version=expected_version,
                reason=reason,
            )
    except IntegrityError:
        _refuse_same_name(partenaire.organisation_id, values, exclude=partenaire.pk)
        raise


def set_active(
    partenaire: Partenaire, active: bool, *, actor: Actor, expected_version: int | None, reason: str = ""
) -> Partenaire:
    """Set a partner aside or take it back; what it took part in stays told.

    Setting aside needs a reason. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    refusal = permissions.why_not_edit(actor, partenaire)
    if refusal:
        raise NotAllowed(refusal)
    reason = reason.strip()
    if not active and not reason:
        raise InvalidInput("Indiquez pourquoi le partenaire quitte l’annuaire actif : c’est inscrit au journal.")
    if len(reason) > 500:
        raise InvalidInput("Ce motif est trop long : 500 caractères au plus.")
    return editing.apply_changes(
        partenaire,
        {"is_active": active},
        actor=actor,
        verb="directory.reactivate" if active else "directory.archive",
        expected_version=expected_version,
        reason=reason,
    )
