"""What happens to the groups of structures.

Groups are chosen against one another: every service takes the row of the ingénierie first, so that two of them never
wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, StaleState
from mobilisation.groupes.models import Groupe, MembreGroupe
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from projects.structures_ciblees.models import StructureCiblee

journal.register_verbs(
    {
        "mobilisation.groupe": "a modifié un groupe de structures",
        "mobilisation.groupe_ajoute": "a constitué un groupe de structures",
        "mobilisation.groupe_retire": "a défait un groupe de structures",
    }
)

#: States in which a structure may be put in a group.
MOBILISABLES = (
    EtatMobilisation.REPEREE,
    EtatMobilisation.CONTACTEE,
    EtatMobilisation.INTERESSEE,
    EtatMobilisation.CONFIRMEE,
)


def _members(ingenierie: Ingenierie, structures: Iterable[StructureCiblee]) -> list[StructureCiblee]:
    chosen = list(structures)
    if any(s.ingenierie_id != ingenierie.pk for s in chosen):
        raise InvalidInput("Un groupe ne réunit que des structures de cette ingénierie.")
    return chosen


def _take_from_others(groupe: Groupe, chosen: list[StructureCiblee], actor: Actor) -> None:
    """A structure put in a group leaves the one it was in, which says so in the journal."""
    elsewhere = MembreGroupe.objects.filter(structure_ciblee__in=chosen).exclude(groupe=groupe)
    for other in Groupe.objects.filter(membres__in=elsewhere).distinct().order_by("pk"):
        left = [s for s in other.structures.select_related("structure") if s not in chosen]
        apply_changes(
            other,
            {},
            actor=actor,
            verb="mobilisation.groupe",
            expected_version=None,
            scope=groupe.ingenierie,
            many_to_many={"structures": left},
        )


def add_groupe(
    ingenierie: Ingenierie,
    *,
    actor: Actor,
    values: Mapping[str, Any],
    structures: Iterable[StructureCiblee] = (),
) -> Groupe:
    """Constitute a group; structures that were in another one leave it.

    Raises ``NotAllowed``, ``InvalidInput`` (name already taken, structure of another ingénierie).
    """
    ensure_open(ingenierie, actor)
    chosen = _members(ingenierie, structures)
    with transaction.atomic():
        lock(ingenierie)
        groupe = Groupe(ingenierie=ingenierie)
        # In two steps: the group exists before the structures move.
        create(groupe, values, actor=actor, verb="mobilisation.groupe_ajoute", scope=ingenierie)
        if chosen:
            _take_from_others(groupe, chosen, actor)
            groupe = apply_changes(
                groupe,
                {},
                actor=actor,
                verb="mobilisation.groupe",
                expected_version=None,
                scope=ingenierie,
                many_to_many={"structures": chosen},
            )
        touch(ingenierie.pk)
    return groupe


def update_groupe(
    groupe: Groupe,
    *,
    actor: Actor,
    expected_version: int | None,
    values: Mapping[str, Any],
    structures: Iterable[StructureCiblee] | None = None,
) -> Groupe:
    """Change a group, and its structures unless ``None``. Raises as :func:`add_groupe`, and ``EditConflict``."""
    ensure_open(groupe.ingenierie, actor)
    chosen = None if structures is None else _members(groupe.ingenierie, structures)
    with transaction.atomic():
        lock(groupe.ingenierie)
        if chosen:
            _take_from_others(groupe, chosen, actor)
        fresh = apply_changes(
            groupe,
            checked(groupe, values),
            actor=actor,
            verb="mobilisation.groupe",
            expected_version=expected_version,
            scope=groupe.ingenierie,
            many_to_many={} if chosen is None else {"structures": chosen},
        )
        touch(groupe.ingenierie_id)
    return fresh


def move_structure(ciblee: StructureCiblee, groupe: Groupe | None, *, actor: Actor, seen: int | None) -> Groupe | None:
    """Put a structure in ``groupe``, or in none. ``seen``: the group (its primary key) the page showed it in.

    Nothing happens when it is there already. Raises ``NotAllowed``, ``InvalidInput`` (it declined or was withdrawn),
    ``StaleState`` when somebody moved it meanwhile.
    """
    ingenierie = ciblee.ingenierie
    ensure_open(ingenierie, actor)
    if groupe is not None:
        _members(groupe.ingenierie, [ciblee])
        if ciblee.state not in MOBILISABLES:
            raise InvalidInput(
                f"« {ciblee.structure} » n’est plus de l’action : reprenez-la d’abord parmi les repérées."
            )
    with transaction.atomic():
        lock(ingenierie)
        member = MembreGroupe.objects.filter(structure_ciblee=ciblee).select_related("groupe").first()
        present = member.groupe_id if member else None
        wanted = groupe.pk if groupe else None
        if present == wanted:
            return groupe
        if present != seen:
            raise StaleState(
                f"« {ciblee.structure} » a changé de groupe entre-temps : voyez où elle est, puis recommencez."
            )
        target, others = (groupe, [ciblee]) if groupe else (member.groupe, [])
        if groupe is not None:
            _take_from_others(groupe, others, actor)
        target.ingenierie = ingenierie
        inside = [s for s in target.structures.select_related("structure") if s.pk != ciblee.pk]
        apply_changes(
            target,
            {},
            actor=actor,
            verb="mobilisation.groupe",
            expected_version=None,
            scope=ingenierie,
            many_to_many={"structures": [*inside, *others]},
        )
        touch(ingenierie.pk)
    return groupe


def remove_groupe(groupe: Groupe, *, actor: Actor) -> None:
    """Undo a group: its structures stay in the ingénierie. Raises ``StaleState`` when it is already gone."""
    ensure_open(groupe.ingenierie, actor)
    with transaction.atomic():
        lock(groupe.ingenierie)
        remove(lock(groupe), actor=actor, verb="mobilisation.groupe_retire", scope=groupe.ingenierie)
        touch(groupe.ingenierie_id)


def move_membership(kept: StructureCiblee, gone: StructureCiblee, actor: Actor) -> int:
    """Two targeted structures become one (``core.merging``): the one that is kept stays in its group, or takes the
    other's."""
    memberships = MembreGroupe.objects.filter(structure_ciblee=gone)
    if MembreGroupe.objects.filter(structure_ciblee=kept).exists():
        memberships.delete()
        return 0
    return memberships.update(structure_ciblee=kept)
