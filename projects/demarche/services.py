"""The ingénierie's own checklist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, create, lock_rows, remove
from core.errors import InvalidInput
from core.text import LONG_TEXT, typed_text
from projects.demarche.avancement import SETTLED, proven_unticked
from projects.demarche.models import ChecklistItem
from projects.enums import EtatItem
from projects.evidence import evidence_for
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from projects.methodologie import methodology

journal.register_verbs(
    {
        "projects.item": "a mis à jour une action de la démarche",
        "projects.item_ajoute": "a ajouté une action à la démarche",
        "projects.item_retire": "a retiré une action ajoutée à la démarche",
    }
)


def set_item(
    item: ChecklistItem,
    *,
    actor: Actor,
    state: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    points_vus: list[str] | None = None,
    expected_version: int | None = None,
) -> ChecklistItem:
    """Change the state (with its reason when « sans objet »), the note or the points examined of an item.

    Only what is given changes. Raises ``InvalidInput`` for an unknown state, a missing reason or a text too long,
    ``EditConflict`` when ``expected_version`` is stale, ``NotAllowed``.
    """
    ingenierie = item.ingenierie
    ensure_open(ingenierie, actor)
    reason = typed_text(reason or "", limit=500)
    values: dict[str, Any] = {}
    if state is not None:
        if state not in EtatItem.values:
            raise InvalidInput("Cet état n’existe pas : rechargez la page.")
        values["state"] = state
        if state == EtatItem.SANS_OBJET:
            if not reason and not item.reason:
                raise InvalidInput("Dites pourquoi cette action est sans objet.")
        else:
            values["reason"] = ""
    if reason and (state or item.state) == EtatItem.SANS_OBJET:
        values["reason"] = reason
    if note is not None:
        values["note"] = typed_text(note, limit=LONG_TEXT)
    if points_vus is not None:
        action = methodology.get(ingenierie.methodologie_id).actions.get(item.code)
        known = [point.code for point in action.points] if action else []
        values["points_vus"] = [code for code in known if code in set(points_vus)]
    with transaction.atomic():
        before = item.version
        fresh = apply_changes(
            item, values, actor=actor, verb="projects.item", expected_version=expected_version, scope=ingenierie
        )
        if fresh.version != before:
            fresh.changed_at, fresh.changed_by = clock.now(), actor.label[:200]
            fresh.save(update_fields=["changed_at", "changed_by"])
            touch(ingenierie.pk, actions=True)
    return fresh


@dataclass
class Ticked:
    """What came of ticking several actions: ticked, left because somebody changed them, without proof any more."""

    done: list[ChecklistItem] = field(default_factory=list)
    changed: list[ChecklistItem] = field(default_factory=list)
    unproven: list[ChecklistItem] = field(default_factory=list)


def tick_proven(ingenierie: Ingenierie, versions: Mapping[int, int], *, actor: Actor) -> Ticked:
    """Tick the actions ``versions`` (primary key → version that the page showed) whose proof is in the dossier now.

    The person decided of those shown: one that changed since, or that nothing proves any more, is left as it is and
    returned. One journal entry each. Raises ``NotAllowed``, ``InvalidInput`` when nothing is asked.
    """
    ensure_open(ingenierie, actor)
    if not versions:
        raise InvalidInput("Aucune action n’est à cocher : rechargez la page.")
    told = Ticked()
    with transaction.atomic():
        items = list(lock_rows(ingenierie.checklist.filter(pk__in=versions)))
        proofs = evidence_for(ingenierie)
        for item in items:
            item.ingenierie = ingenierie
            if item.version != versions[item.pk] or item.state in SETTLED:
                told.changed.append(item)
            elif item not in proven_unticked([item], proofs):
                told.unproven.append(item)
            else:
                told.done.append(set_item(item, actor=actor, state=EtatItem.FAIT, expected_version=item.version))
    return told


def add_own_item(ingenierie: Ingenierie, *, actor: Actor, phase: str, label: str) -> ChecklistItem:
    """Add an action of the ingénierie's own at the end of a phase (« s'adapter au contexte de chaque DLA »)."""
    ensure_open(ingenierie, actor)
    label = typed_text(label, limit=200)
    found = methodology.get(ingenierie.methodologie_id).phases.get(phase)
    if found is None:
        raise InvalidInput("Cette phase n’existe pas : rechargez la page.")
    if not label:
        raise InvalidInput("Donnez à l’action un intitulé de 200 caractères au plus.")
    with transaction.atomic():
        last = ingenierie.checklist.aggregate(last=Max("position"))["last"] or 0
        item = create(
            ChecklistItem(ingenierie=ingenierie, step=phase.split(".")[0], phase=phase, position=last + 1, label=label),
            actor=actor,
            verb="projects.item_ajoute",
            scope=ingenierie,
        )
        touch(ingenierie.pk, actions=True)
    return item


def remove_own_item(item: ChecklistItem, *, actor: Actor) -> None:
    """Remove an action of the ingénierie's own; those of the method are set « sans objet » instead."""
    ensure_open(item.ingenierie, actor)
    if item.code:
        raise InvalidInput("Une action de la méthode ne se retire pas : marquez-la « sans objet ».")
    with transaction.atomic():
        locked = lock_rows(ChecklistItem.objects.filter(pk=item.pk)).first()
        if locked is None:
            return  # the other half of a double click
        remove(locked, actor=actor, verb="projects.item_retire", scope=item.ingenierie)
        touch(item.ingenierie_id, actions=True)
