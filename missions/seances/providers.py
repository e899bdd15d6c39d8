"""What the séances give to the mission, to the dossier, to the home pages."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date, format_days, plural
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights
from missions.conventions.models import Convention
from missions.mission.registry import SALLES, SalleMission
from missions.seances import dashboard, documents, echeances, facts, papiers
from missions.seances.models import Seance
from missions.seances.services.seances import of_convention
from missions.seances.summary import jours_donnes, standing
from projects.enums import OPEN_STATES
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.ingenierie.attachments import writable
from projects.papiers import PAPERS


def _resume(convention: Convention) -> str:
    rows = standing(of_convention(convention))
    if not rows:
        return "Aucune séance n’est encore prévue."
    told = [plural(len(rows), "séance", "séances")]
    if given := jours_donnes(convention):
        told.append(f"{format_days(given)} donnés" if given >= 2 else f"{format_days(given)} donné")
    if to_come := next((row for row in rows if row.is_to_come), None):
        told.append(f"prochaine le {format_date(to_come.date)}")
    return ", ".join(told)


def _edited(ids: Collection[int], actor: Actor) -> set[int]:
    """Whoever tells the séance may join a file to it: the team, the prestataire."""
    rows = Seance.objects.filter(
        pk__in=ids, convention__ingenierie__state__in=OPEN_STATES, convention__choix__retire_at__isnull=True
    )
    pairs = dict(rows.values_list("pk", "convention__ingenierie_id"))
    allowed = writable(set(pairs.values()), actor)
    theirs = rows.filter(convention__in=Convention.objects.for_prestataire(actor).values("pk"))
    return {pk for pk, of in pairs.items() if of in allowed} | set(theirs.values_list("pk", flat=True))


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    SALLES.register("seances", SalleMission("Séances", "missions:seances", "mission:seances", _resume), order=20)
    for code in ("finaliser.intervention.coordination+seances", "finaliser.mission.suivi+lancement"):
        EVIDENCE.register(code, EvidenceProvider(facts.coordination, facts.seances))
    for code in ("finaliser.intervention.suivi+seances", "finaliser.mission.suivi+seances"):
        EVIDENCE.register(code, EvidenceProvider(facts.suivi, facts.seances))
    ATTACHMENT_RIGHTS.register(
        "missions.seance",
        AttachmentRights(
            can_view=documents.readable,
            can_edit=_edited,
            scope=lambda seance: seance.ingenierie,
            url=lambda seance: reverse("missions:seance", args=[seance.ingenierie.pk, seance.convention_id, seance.pk]),
        ),
    )
    documents.register()
    dashboard.register()
    echeances.register()
    PAPERS.register("seances_mission", papiers.of_seances, order=85)
