"""Two structures that become one may both be in an ingénierie: there too, they become one."""

from __future__ import annotations

from core import journal
from core.actor import Actor
from core.merging import move_all
from projects.enums import EtatMobilisation
from projects.ingenierie.services import touch
from projects.structures_ciblees.echanges import retell
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure

journal.register_verbs({"projects.structure_reunie": "a réuni deux structures, qui étaient la même"})

#: The furthest along stays.
_RANK = [
    EtatMobilisation.RETIREE,
    EtatMobilisation.DECLINEE,
    EtatMobilisation.REPEREE,
    EtatMobilisation.CONTACTEE,
    EtatMobilisation.INTERESSEE,
    EtatMobilisation.CONFIRMEE,
]


def move_ciblees(kept: Structure, gone: Structure, actor: Actor) -> int:
    """Give the targeted structures of ``gone`` to ``kept``; of two in one ingénierie, the furthest along stays."""
    moved = 0
    twins = {
        ciblee.ingenierie_id: ciblee
        for ciblee in StructureCiblee.objects.filter(structure=kept).select_related("ingenierie")
    }
    rows = StructureCiblee.objects.filter(structure=gone).select_related("ingenierie").order_by("pk")
    for ciblee in rows:
        twin = twins.get(ciblee.ingenierie_id)
        if twin is not None:
            stays, goes = sorted((ciblee, twin), key=lambda c: _RANK.index(c.state), reverse=True)
            move_all(stays, goes, actor)
            stays.note = "\n\n".join(dict.fromkeys(filter(None, (stays.note, goes.note))))
            stays.origine = stays.origine or goes.origine
            before = str(goes.get_state_display())
            goes.delete()
            retell(stays)
            ciblee = stays
            journal.record(
                actor,
                "projects.structure_reunie",
                stays,
                scope=stays.ingenierie,
                changes={"state": (before, str(stays.get_state_display()))},
                reason=f"« {gone} » et « {kept} » sont la même structure.",
            )
        ciblee.structure = kept
        ciblee.version += 1
        ciblee.save(update_fields=["structure", "note", "origine", "version"])
        touch(ciblee.ingenierie_id, structures=True, ended=True)
        moved += 1
    return moved
