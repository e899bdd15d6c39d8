"""What the requests of changes give to the mission, to the dossier, to the home pages."""

from __future__ import annotations

from core.actor import Actor
from core.merging import MOVES
from missions.conventions.registry import A_L_ABANDON
from missions.mission.registry import SALLES, SalleMission
from missions.modifications import dashboard, facts, liens, presenters
from missions.modifications.models import AccordStructure
from missions.modifications.services import a_l_abandon
from projects.dashboard import TODOS
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.structures_ciblees.models import StructureCiblee


def move_accords(kept: StructureCiblee, gone: StructureCiblee, actor: Actor) -> int:
    """Two targeted structures become one: what only one of them was asked follows; what both were, the kept one's
    answer stands unless it gave none."""
    count = 0
    for row in AccordStructure.objects.filter(structure=gone):
        mine = AccordStructure.objects.filter(structure=kept, demande=row.demande_id).first()
        if mine is not None and (mine.avis or not row.avis):
            row.delete()
            continue
        if mine is not None:
            mine.delete()
        row.structure = kept
        row.save(update_fields=["structure"])
        count += 1
    return count


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    liens.register()
    SALLES.register(
        "modifications",
        SalleMission("Modifications", "missions:modifications", "mission:modifications", presenters.resume),
        order=30,
    )
    A_L_ABANDON.register("modifications", a_l_abandon)
    EVIDENCE.register("finaliser.mission.modifications+demandes", EvidenceProvider(facts.evidence, facts.demandes))
    TODOS.register("modifications", dashboard.modifications, order=24)
    MOVES.register("missions.accordstructure.structure", move_accords)
