"""What the room gives to the floors below."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from accounts.services.takeover import unless_there
from core.actor import Actor
from core.formats import format_date, plural
from core.merging import MOVES
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights
from engagement.validation import dashboard, echeances, facts, permissions
from engagement.validation.models import AvisComite
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.ingenierie.models import Ingenierie
from projects.tabs import TABS, Tab


def _porteur_evidence(values, ingenierie) -> Evidence | None:
    expected, done, funders = (
        values["eng_porteurs_attendus"], values["eng_porteurs"], values["eng_financeurs"],
    )  # fmt: skip
    if not done:
        return None
    if expected > 1:
        text = f"Validée par {plural(done, 'structure porteuse', 'structures porteuses')} sur {expected}"
        text += f", confirmée par les financeurs de {funders}" if funders else ""
    else:
        text = f"Validée par la structure porteuse le {format_date(values['eng_porteur_date'])}"
        text += ", confirmée par ses financeurs" if funders else ""
    return Evidence(text, reverse("engagement:validation", args=[ingenierie.pk]))


def _comite_evidence(values, ingenierie) -> Evidence | None:
    answer = facts.read_comite(values, ingenierie)
    if not any(facts.given(values).values()):
        return None
    return Evidence(answer.detail, reverse("engagement:validation", args=[ingenierie.pk]))


def _badge_validation(ingenierie) -> str:
    expected = ingenierie.eng_avis_attendus + ingenierie.eng_porteurs_attendus
    return f"{facts.counted(ingenierie) + ingenierie.eng_porteurs}/{expected}"


def _avis_seen(ids: Collection[int], actor: Actor) -> set[int]:
    rows = AvisComite.objects.filter(pk__in=ids, ingenierie__in=Ingenierie.objects.visible_to(actor))
    return set(rows.values_list("pk", flat=True))


def _avis_edited(ids: Collection[int], actor: Actor) -> set[int]:
    rows = (
        AvisComite.objects.filter(pk__in=ids)
        .select_related("ingenierie__pilote", "ingenierie__referent", "organisation")
        .prefetch_related("ingenierie__associes")
    )
    return {
        row.pk
        for row in rows
        if row.ingenierie.is_open and permissions.why_not_record_avis(actor, row.ingenierie, row.organisation) is None
    }


def register() -> None:
    """Fill the registries; called once by ``EngagementConfig.ready``."""

    def to_validation(pk: int) -> str:
        return reverse("engagement:validation", args=[pk])

    TABS.register(
        "validation",
        Tab(
            "Validation",
            "engagement:validation",
            lambda: {**facts.avis(), **facts.porteur()},
            _badge_validation,
            individuelle="Comité d’appui",
            step=Etat.ENGAGER,
        ),
        order=55,
    )
    for code, read, label, asked in (
        ("comite_appui", facts.read_comite, "Enregistrer les avis", facts.avis),
        ("comite_informe", facts.read_comite_informe, "Enregistrer l’avis du comité", facts.avis),
        ("porteur", facts.read_porteur, "Enregistrer la validation", facts.porteur),
    ):
        CONDITIONS.register(code, ConditionProvider(read, to_validation, label, asked))
    EVIDENCE.register("engager.validation.porteur", EvidenceProvider(_porteur_evidence, facts.porteur))
    EVIDENCE.register("engager.validation.comite", EvidenceProvider(_comite_evidence, facts.avis))
    EVIDENCE.register("engager.comite.presentation", EvidenceProvider(_comite_evidence, facts.avis))
    ATTACHMENT_RIGHTS.register(
        "engagement.aviscomite",
        AttachmentRights(
            can_view=_avis_seen,
            can_edit=_avis_edited,
            scope=lambda avis: avis.ingenierie,
            url=lambda avis: reverse("engagement:avis", args=[avis.ingenierie_id, avis.organisation_id]),
        ),
    )
    MOVES.register("engagement.aviscomite.organisation", unless_there(AvisComite, "ingenierie"))
    dashboard.register()
    echeances.register()
