"""What productions give to the mission, to the dossier; who reads their files."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from core.formats import plural
from core.merging import MOVES
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights
from missions.conventions.models import Convention
from missions.mission.registry import SALLES, SalleMission
from missions.productions import facts, liens, permissions
from missions.productions.models import Production, Reception
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.structures_ciblees.models import StructureCiblee


def _resume(convention: Convention) -> str:
    count = convention.productions.count()
    if not count:
        return "Aucune production remise pour le moment."
    waiting = convention.productions.filter(receptions=None).count()
    told = plural(count, "production remise", "productions remises")
    return f"{told}, dont {waiting} que personne n’a encore dit avoir reçue" if waiting else f"{told}, toutes reçues"


def _move_receptions(kept: StructureCiblee, gone: StructureCiblee, actor: Actor) -> int:
    """Two targeted structures become one: what one of them received, the one that is kept has received."""
    there = list(Reception.objects.filter(structure=kept).values_list("production", flat=True))
    return Reception.objects.filter(structure=gone).exclude(production__in=there).update(structure=kept)


def _move_productions(kept: StructureCiblee, gone: StructureCiblee, actor: Actor) -> int:
    """What was handed over to one of them alone is handed over to the one that is kept."""
    return Production.objects.filter(structure=gone).update(structure=kept)


def _url(production: Production) -> str:
    args = [production.convention.ingenierie_id, production.convention_id, production.pk]
    return reverse("missions:production", args=args)


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    liens.register()
    SALLES.register(
        "productions",
        SalleMission("Productions", "missions:productions", "mission:productions", _resume),
        order=50,
    )
    ATTACHMENT_RIGHTS.register(
        "missions.production",
        AttachmentRights(
            can_view=permissions.viewable,
            can_edit=permissions.editable,
            scope=lambda production: production.convention.ingenierie,
            url=_url,
        ),
    )
    MOVES.register("missions.reception.structure", _move_receptions)
    MOVES.register("missions.production.structure", _move_productions)
    EVIDENCE.register("finaliser.intervention.suivi+notes", EvidenceProvider(facts.notes_evidence, facts.notes))
    EVIDENCE.register(
        "finaliser.mission.suivi+productions", EvidenceProvider(facts.productions_evidence, facts.productions)
    )
