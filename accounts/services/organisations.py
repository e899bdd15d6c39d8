"""Organisations: created by the administration, their coordinates kept by their responsables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts import permissions
from accounts.models import Organisation
from core import editing, journal
from core.actor import Actor
from core.errors import NotAllowed

journal.register_verbs(
    {
        "organisation.created": "a ouvert l’organisation",
        "organisation.updated": "a modifié la fiche de l’organisation",
    }
)

#: What a responsable may change; the rest (type, name, territory) belongs to the administration.
COORDINATES = frozenset({"address", "email", "phone", "mention_financeurs"})


def update_organisation(
    organisation: Organisation,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None,
    many_to_many: Mapping[str, Any] | None = None,
) -> Organisation:
    """Save ``values``; raises ``NotAllowed`` (also for a field kept by the administration) and ``EditConflict``."""
    refusal = permissions.manage_refusal(actor, organisation)
    if refusal:
        raise NotAllowed(refusal)
    if not permissions.runs_application(actor) and (set(values) - COORDINATES or many_to_many):
        raise NotAllowed("Le nom, le type et le territoire d’une organisation sont tenus par l’administration.")
    return editing.apply_changes(
        organisation,
        values,
        actor=actor,
        verb="organisation.updated",
        expected_version=expected_version,
        many_to_many=many_to_many,
    )


def create_organisation(organisation: Organisation, *, actor: Actor, departements: Any = ()) -> Organisation:
    """Open an organisation; for the administration only."""
    if not permissions.runs_application(actor):
        raise NotAllowed("Une organisation s’ouvre depuis l’administration.")
    return editing.create(
        organisation, actor=actor, verb="organisation.created", many_to_many={"departements": departements}
    )
