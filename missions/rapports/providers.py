"""What the final reports give to the mission, to the gate, to the structures; who reads their files."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from core.formats import format_date
from core.models import Attachment
from core.uploads import ATTACHMENT_RIGHTS, KEPT_FOR_GOOD, AttachmentRights
from missions.conventions.models import Convention
from missions.mission.registry import SALLES, SalleMission
from missions.productions.registry import CITEES, REMIS, Remis
from missions.rapports import dashboard, documents, facts, papiers, permissions
from missions.rapports.completude import fichiers_of
from missions.rapports.models import VersionRapport
from missions.rapports.services import accepted_version, pdf_of, rapport_of
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.papiers import PAPERS

_MODEL = "missions.rapportfinal"


def _resume(convention: Convention) -> str:
    rapport = rapport_of(convention)
    if rapport is None:
        return "Pas encore commencé."
    return f"{rapport.get_state_display().capitalize()} depuis le {format_date(rapport.state_since)}"


def _accepted(convention: Convention) -> list[Remis]:
    """The accepted report: its sealed PDF, and the file when it was written elsewhere."""
    rapport = rapport_of(convention)
    version = accepted_version(rapport) if rapport is not None else None
    if version is None:
        return []
    files = [Remis("Le rapport, tel que remis", piece=piece) for piece in fichiers_of(rapport)]
    return [Remis("Le rapport final de la mission", f"accepté le {format_date(version.le)}", pdf_of(version)), *files]


def _cited(convention: Convention) -> list[int]:
    """The productions that the accepted report lists."""
    rapport = rapport_of(convention)
    version = accepted_version(rapport) if rapport is not None else None
    return [row["production"] for row in version.data["remises"]] if version is not None else []


def _named(ids: Collection[int]) -> set[int]:
    """Those of the attachments ``ids`` that an accepted report names: its own files, those of its productions."""
    rows = Attachment.objects.filter(pk__in=ids, object_type__in=(_MODEL, "missions.production"))
    ours = {row.pk for row in rows.only("pk")}
    if not ours:
        return set()
    scopes = rows.order_by().values_list("scope_id", flat=True).distinct()
    named: set[int] = set()
    for version in VersionRapport.objects.filter(rapport__convention__ingenierie__in=list(scopes)):
        content = version.data
        named |= {one["piece"] for one in content["fichiers"]}
        named |= {one["piece"] for row in content["remises"] for one in row["fichiers"]}
    return named & ours


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    documents.register()
    SALLES.register("rapports", SalleMission("Rapport final", "missions:rapport", "mission:rapport", _resume), order=60)
    CONDITIONS.register("rapports", ConditionProvider(facts.read, facts.url, "Ouvrir la mission", facts.rapports))
    EVIDENCE.register("finaliser.mission.rapport", EvidenceProvider(facts.evidence, facts.rapports))
    EVIDENCE.register("finaliser.evaluation.collecte+rapports", EvidenceProvider(facts.evidence, facts.rapports))
    ATTACHMENT_RIGHTS.register(
        _MODEL,
        AttachmentRights(
            can_view=permissions.viewable,
            can_edit=permissions.editable,
            scope=lambda rapport: rapport.convention.ingenierie,
            url=lambda rapport: reverse(
                "missions:rapport", args=[rapport.convention.ingenierie_id, rapport.convention_id]
            ),
        ),
    )
    KEPT_FOR_GOOD.register("rapports finaux acceptés", _named)
    PAPERS.register("rapports", papiers.of_rapports, order=90)
    REMIS.register("rapports", _accepted)
    CITEES.register("rapports", _cited)
    dashboard.register()
