"""What the answers of structures give: to the dossier, to a structure’s page, to two structures that become one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.actor import Actor
from core.formats import plural
from core.merging import MOVES, move_all
from mobilisation.reponses import dashboard, liens, presenters
from mobilisation.reponses.models import ANSWERED, ReponseStructure
from projects import facts
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.structures_ciblees.models import StructureCiblee
from projects.structures_ciblees.registry import STRUCTURE_PANELS, Panel
from projects.tabs import SIDE_PAGES, SidePage


def _answers() -> dict[str, Any]:
    told = ReponseStructure.objects.exclude(participants=[])
    return {"n_structures_participants": facts.count_of(told, "structure_ciblee__ingenierie")}


def _evidence(values, ingenierie) -> Evidence | None:
    count = values["n_structures_participants"]
    if not count:
        return None
    told = plural(count, "structure a dit qui participerait", "structures ont dit qui participerait")
    return Evidence(told, reverse("mobilisation:reponses", args=[ingenierie.pk]))


def _panel(ciblee: StructureCiblee, actor: Actor, writes: bool) -> Panel | None:
    return Panel("mobilisation/reponses/panneau.html", presenters.panel(ciblee, actor, writes))


def move_answers(kept: StructureCiblee, gone: StructureCiblee, actor: Actor) -> int:
    """Two targeted structures become one: what only one of them said stays said."""
    other = ReponseStructure.objects.filter(structure_ciblee=gone).first()
    if other is None:
        return 0
    mine = ReponseStructure.objects.filter(structure_ciblee=kept).first()
    if mine is None:
        other.structure_ciblee = kept
        other.save(update_fields=["structure_ciblee"])
        return 1
    for name in ANSWERED:
        setattr(mine, name, getattr(mine, name) or getattr(other, name))
    mine.recue_le = max(filter(None, (mine.recue_le, other.recue_le)), default=None)
    mine.version += 1
    move_all(mine, other, actor)
    other.delete()
    mine.save()
    return 1


def register() -> None:
    """Fill the registries; called once by ``MobilisationConfig.ready``."""
    liens.register()
    dashboard.register()
    STRUCTURE_PANELS.register("reponse", _panel)
    SIDE_PAGES.register(
        "reponses", SidePage("structures", "Réponses des structures", "mobilisation:reponses", "chat-left-text")
    )
    EVIDENCE.register("confirmer.mobilisation.implication", EvidenceProvider(_evidence, _answers))
    MOVES.register("mobilisation.reponsestructure.structure_ciblee", move_answers)
