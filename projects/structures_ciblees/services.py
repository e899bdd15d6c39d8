"""Structures targeted by an ingénierie: adding, changing their state, noting, removing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet

from core import journal
from core.actor import Actor
from core.editing import apply_changes, create, lock, lock_rows, remove
from core.errors import InvalidInput
from core.formats import plural
from core.lifecycle import available_actions, perform
from core.text import typed_text
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from projects.structures_ciblees import echanges
from projects.structures_ciblees.echanges import NOW, Contact
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure

journal.register_verbs(
    {
        "projects.structure_ajoutee": "a ajouté une structure",
        "projects.structure_notee": "a complété ce qui est noté d’une structure",
        "projects.structure_supprimee": "a supprimé une structure de la liste",
    }
)

#: Structures added by one click, at most.
MAX_AT_ONCE = 200
#: What may be done to several structures at once: what needs no reason of its own.
TOGETHER = ("contacter", "interesser", "confirmer", "decliner")


def pickable(ingenierie: Ingenierie, actor: Actor) -> QuerySet[Structure]:
    """The structures ``actor`` may add: the active ones of the own directory that are not in yet.

    A C2RA, which reads the whole région, also picks in the directories of the organisations that carry the ingénierie.
    """
    structures = Structure.objects.directory_of(actor).active()
    organisation = actor.organisation
    if not actor.is_system:
        owners = {actor.organisation_id}
        if organisation is not None and organisation.is_c2ra:
            owners |= {ingenierie.pilote_id, ingenierie.referent_id, *(o.pk for o in ingenierie.associes.all())}
        structures = structures.filter(organisation_id__in=[pk for pk in owners if pk is not None])
    return structures.filter(
        ~Exists(StructureCiblee.objects.filter(ingenierie=ingenierie.pk, structure=OuterRef("pk")))
    )


def _ensure_several(ingenierie: Ingenierie) -> None:
    if ingenierie.is_individuelle:
        raise InvalidInput(
            "Une ingénierie individuelle accompagne une seule structure : ouvrez une ingénierie collective pour en "
            "réunir plusieurs."
        )


def _add(ingenierie: Ingenierie, structure: Structure, *, actor: Actor, origine: str) -> StructureCiblee:
    return create(
        StructureCiblee(ingenierie=ingenierie, structure=structure, origine=origine),
        actor=actor,
        verb="projects.structure_ajoutee",
        scope=ingenierie,
    )


def add_structures(
    ingenierie: Ingenierie, structure_ids: Iterable[int], *, actor: Actor, origine: str = ""
) -> list[StructureCiblee]:
    """Target structures of the directory. Those already in are left as they are; the new ones are returned.

    Raises ``InvalidInput`` (and adds nothing) when one of them is not in the actor's directory, ``NotAllowed``.
    """
    ensure_open(ingenierie, actor)
    _ensure_several(ingenierie)
    wanted = set(structure_ids)
    origine = typed_text(origine, limit=200)
    if not wanted:
        raise InvalidInput("Cochez au moins une structure.")
    if len(wanted) > MAX_AT_ONCE:
        raise InvalidInput(f"Ajoutez {MAX_AT_ONCE} structures au plus à la fois.")
    with transaction.atomic():
        lock(ingenierie)
        found = list(pickable(ingenierie, actor).filter(pk__in=wanted).order_by("search_text", "pk"))
        unknown = wanted - {s.pk for s in found}
        if unknown:
            unknown -= set(
                ingenierie.structures_ciblees.filter(structure__in=unknown).values_list("structure", flat=True)
            )
        if unknown:
            raise InvalidInput(
                f"{plural(len(unknown), 'structure choisie n’est', 'structures choisies ne sont')} pas dans votre "
                "annuaire : rien n’a été ajouté. Rechargez la page, puis recommencez."
            )
        added = [_add(ingenierie, structure, actor=actor, origine=origine) for structure in found]
        if added:
            touch(ingenierie.pk, structures=True)
    return added


def create_and_add(
    ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor, origine: str = "", confirmed: bool = False
) -> StructureCiblee:
    """Inscribe a structure in the actor's directory and target it, both or neither.

    Raises what ``STRUCTURES.create`` raises, and ``NotAllowed``.
    """
    ensure_open(ingenierie, actor)
    _ensure_several(ingenierie)
    with transaction.atomic():
        structure = STRUCTURES.create(values, actor=actor, confirmed=confirmed)
        ciblee = _add(ingenierie, structure, actor=actor, origine=origine.strip()[:200])
        touch(ingenierie.pk, structures=True)
    return ciblee


def act_on_structure(
    ciblee: StructureCiblee,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None,
    reason: str = "",
    contact: Contact = NOW,
) -> StructureCiblee:
    """Change the state of a targeted structure, and note the exchange it tells of, at the day and by whom ``contact``
    says. Raises what :func:`core.lifecycle.perform` raises, ``InvalidInput`` for a day to come."""
    ingenierie = ciblee.ingenierie
    ensure_open(ingenierie, actor)

    def then(locked: StructureCiblee) -> None:
        _note(locked, action, ingenierie, actor, contact)
        touch(ingenierie.pk, structures=True)

    return perform(
        ciblee,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        scope=ingenierie,
        effect=then,
    )


def _note(ciblee: StructureCiblee, action: str, ingenierie: Ingenierie, actor: Actor, contact: Contact) -> None:
    sens = echanges.SENS.get(action)
    if sens is None:
        return
    ciblee.ingenierie = ingenierie
    etat = "" if action == "contacter" else ciblee.state
    echanges.write(ciblee, {"sens": sens, **contact.values(actor)}, actor=actor, etat=etat)


@dataclass
class Together:
    """What came of one action on several structures: changed, in that state before, not possible from their state."""

    done: list[StructureCiblee] = field(default_factory=list)
    already: list[StructureCiblee] = field(default_factory=list)
    left: list[StructureCiblee] = field(default_factory=list)


def act_on_structures(
    ingenierie: Ingenierie, ids: Iterable[int], action: str, *, actor: Actor, contact: Contact = NOW
) -> Together:
    """Do one action of :data:`TOGETHER` to the targeted structures ``ids``, each from the state it has now, and note
    the exchange with each.

    Those from which the action is not possible are left as they are. Raises ``StructureCiblee.DoesNotExist`` (and
    changes nothing) when one is not of this ingénierie, ``InvalidInput``, ``NotAllowed``.
    """
    ensure_open(ingenierie, actor)
    if action not in TOGETHER:
        raise InvalidInput("Cette action ne se fait pas sur plusieurs structures à la fois : rechargez la page.")
    wanted = set(ids)
    if not wanted:
        raise InvalidInput("Cochez au moins une structure.")
    if len(wanted) > MAX_AT_ONCE:
        raise InvalidInput(f"Cochez {MAX_AT_ONCE} structures au plus à la fois.")
    answer = Together()
    with transaction.atomic():
        # The structures first, in one order, the ingénierie last: as every change of a single one does.
        rows = ingenierie.structures_ciblees.filter(pk__in=wanted).select_related("structure")
        found = list(lock_rows(rows))
        if len(found) != len(wanted):
            raise StructureCiblee.DoesNotExist
        for ciblee in found:
            ciblee.ingenierie = ingenierie
            if any(a.allowed and a.action.name == action for a in available_actions(ciblee, actor)):
                fresh = perform(ciblee, action, actor=actor, expected_state=ciblee.state, scope=ingenierie)
                _note(fresh, action, ingenierie, actor, contact)
                answer.done.append(ciblee)
            elif ciblee.state == ciblee.lifecycle.get(action).target:
                answer.already.append(ciblee)
            else:
                answer.left.append(ciblee)
        if answer.done:
            touch(ingenierie.pk, structures=True)
    return answer


def update_structure_ciblee(
    ciblee: StructureCiblee, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> StructureCiblee:
    """Change ``origine`` and ``note``. Raises ``NotAllowed``, ``EditConflict``."""
    ensure_open(ciblee.ingenierie, actor)
    with transaction.atomic():
        fresh = apply_changes(
            ciblee,
            {name: values[name] for name in ("origine", "note") if name in values},
            actor=actor,
            verb="projects.structure_notee",
            expected_version=expected_version,
            scope=ciblee.ingenierie,
        )
        touch(ciblee.ingenierie_id, structures=True)
    return fresh


def remove_structure(ciblee: StructureCiblee, *, actor: Actor) -> None:
    """Take off the list a structure added by mistake; one that was contacted is « retirée » instead, with a reason.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    ensure_open(ciblee.ingenierie, actor)
    with transaction.atomic():
        locked = lock_rows(StructureCiblee.objects.filter(pk=ciblee.pk)).first()
        if locked is None:
            return  # the other half of a double click
        if locked.seule:
            raise InvalidInput("C’est la structure de l’ingénierie individuelle : elle ne se retire pas.")
        if locked.state != EtatMobilisation.REPEREE or locked.contactee_le is not None:
            raise InvalidInput(
                "Cette structure a déjà été contactée : elle ne se supprime pas, elle se retire, avec un motif."
            )
        try:
            remove(locked, actor=actor, verb="projects.structure_supprimee", scope=ciblee.ingenierie)
        except ProtectedError:
            raise InvalidInput(
                "Cette structure est déjà dans un groupe ou a déjà répondu : retirez-la avec un motif."
            ) from None
        touch(ciblee.ingenierie_id, structures=True)


def beneficiaire(ingenierie: Ingenierie) -> StructureCiblee | None:
    """The one structure of an ingénierie individuelle, with its sheet; ``None`` for a collective one."""
    return ingenierie.structures_ciblees.filter(seule=True).select_related("structure__organisation").first()
