"""What « Engager » gives to the floors below: tabs, gate conditions, evidence, history, rights on files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from core.actor import Actor
from core.formats import format_date, plural
from core.history import HistoryLine
from core.menu import MENU, MenuEntry
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights
from engagement import (
    comite_documents,
    dashboard,
    documents,
    echeances,
    facts,
    liens,
    liens_comite,
    permissions,
    reunion_documents,
)
from engagement.enums import NatureObjectif
from engagement.models import AvisComite, ConventionCofinancement, Objectif, PartenaireProjet, Reunion
from engagement.orientations import ORIENTATIONS, orientation
from partners.directory.registry import HISTORY
from projects.documents import writable
from projects.enums import SensAvis
from projects.evidence import EVIDENCE, TYPE_HINTS, Evidence, EvidenceProvider, TypeHint
from projects.gates import CONDITIONS, ConditionProvider
from projects.models import Ingenierie
from projects.permissions import why_not_contribute
from projects.tabs import TABS, Tab

# --- Evidence -------------------------------------------------------------------------------------------------------


def _counted(key: str, one: str, many: str, route: str):
    def read(values, ingenierie) -> Evidence | None:
        count = values[key]
        return Evidence(plural(count, one, many), reverse(route, args=[ingenierie.pk])) if count else None

    return read


def _porteur_evidence(values, ingenierie) -> Evidence | None:
    if not values["eng_porteur"]:
        return None
    text = f"Validée par la structure porteuse le {format_date(values['eng_porteur_date'])}"
    if values["eng_financeurs_date"]:
        text += f", confirmée par ses financeurs le {format_date(values['eng_financeurs_date'])}"
    return Evidence(text, reverse("engagement:validation", args=[ingenierie.pk]))


def _comite_evidence(values, ingenierie) -> Evidence | None:
    answer = facts.read_comite(values, ingenierie)
    if not any(facts.given(values).values()):
        return None
    return Evidence(answer.detail, reverse("engagement:validation", args=[ingenierie.pk]))


def _budget_evidence(values, ingenierie) -> Evidence | None:
    balance = facts.balance_of(values)
    if balance.vide:
        return None
    text = balance.phrase
    if values["eng_valorisations"]:
        text += " Temps valorisé à part."
    return Evidence(text, reverse("engagement:budget", args=[ingenierie.pk]))


def _reunions_evidence(values, ingenierie) -> Evidence | None:
    if not values["eng_reunions_tenues"]:
        return None
    text = plural(values["eng_reunions_tenues"], "réunion tenue", "réunions tenues")
    if values["eng_comptes_rendus"]:
        text += f", {plural(values['eng_comptes_rendus'], 'compte rendu écrit', 'comptes rendus écrits')}"
    return Evidence(text, reverse("engagement:reunions", args=[ingenierie.pk]))


# --- Tabs -----------------------------------------------------------------------------------------------------------


def _badge_validation(ingenierie) -> str:
    given = facts.given(ingenierie)
    expected = ingenierie.eng_avis_attendus + 1  # and the structure porteuse
    done = sum(given.values()) - given[SensAvis.AJOURNE] + bool(ingenierie.eng_porteur)
    return f"{done}/{expected}"


def _badge_budget(ingenierie) -> str:
    balance = facts.balance_of(ingenierie)
    if balance.equilibre:
        return "équilibré"
    return "vide" if balance.vide else "à équilibrer"


# --- In view when the type of ingénierie is chosen --------------------------------------------------------------------


def objectives_in_view(ingenierie: Ingenierie) -> list[TypeHint]:
    """The operational objectives, and the strategic ones that bear on the type, with where each leads: one query.

    An objective of the ingénierie's own is shown without a word: nobody but who wrote it knows where it leads.
    """
    shown, codes = [], []
    for row in Objectif.objects.filter(ingenierie=ingenierie.pk):
        types, why = ORIENTATIONS.get(row.code, ((), ""))
        if row.nature == NatureObjectif.OPERATIONNEL or types:
            text = f"{row.label} : {row.precision}" if row.precision else row.label
            shown.append(TypeHint(text, types, why))
            codes.append(row.code)
    types, why = orientation(codes)
    if types:
        shown.append(TypeHint("Ensemble, ils mènent plutôt à", types, why, overall=True))
    return shown


# --- Directory: what a partner took part in -------------------------------------------------------------------------


def history_of_partenaires(partenaires: Sequence[Any], actor: Actor) -> dict[int, list[HistoryLine]]:
    """The ingénieries of each partner: a link to those the actor may read whole, the title of those it may list."""
    rows = (
        PartenaireProjet.objects.filter(
            partenaire__in=[p.pk for p in partenaires], ingenierie__in=Ingenierie.objects.listed_for(actor)
        )
        .select_related("ingenierie")
        .annotate(readable=Exists(Ingenierie.objects.visible_to(actor).filter(pk=OuterRef("ingenierie"))))
        .order_by("-added_at", "-pk")[:200]
    )
    found: dict[int, list[HistoryLine]] = {}
    for row in rows:
        route = "projects:detail" if row.readable else "projects:resume"
        found.setdefault(row.partenaire_id, []).append(
            HistoryLine(
                row.ingenierie.titre,
                reverse(route, args=[row.ingenierie_id]),
                row.roles if row.readable else "",
                row.ingenierie.get_state_display(),
                format_date(row.added_at),
            )
        )
    return found


# --- Files of an opinion --------------------------------------------------------------------------------------------


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


def _reunions_edited(ids: Collection[int], actor: Actor) -> set[int]:
    pairs = dict(Reunion.objects.filter(pk__in=ids).values_list("pk", "ingenierie_id"))
    allowed = writable(set(pairs.values()), actor)
    return {pk for pk, ingenierie in pairs.items() if ingenierie in allowed}


# --- Files of a convention with co-funders ---------------------------------------------------------------------------


def _convention_seen(ids: Collection[int], actor: Actor) -> set[int]:
    rows = ConventionCofinancement.objects.filter(pk__in=ids, ingenierie__in=Ingenierie.objects.visible_to(actor))
    return set(rows.values_list("pk", flat=True))


def _convention_edited(ids: Collection[int], actor: Actor) -> set[int]:
    rows = (
        ConventionCofinancement.objects.filter(pk__in=ids)
        .select_related("ingenierie__pilote", "ingenierie__referent")
        .prefetch_related("ingenierie__associes")
    )
    return {r.pk for r in rows if r.ingenierie.is_open and why_not_contribute(actor, r.ingenierie) is None}


def register() -> None:
    """Fill the registries; called once by ``EngagementConfig.ready``."""

    def to(route: str):
        return lambda pk: reverse(route, args=[pk])

    for code, order, tab in (
        (
            "partenaires",
            40,
            Tab(
                "Partenaires",
                "engagement:partenaires",
                facts.partenaires,
                lambda i: str(i.eng_partenaires),
                individuelle=None,
            ),
        ),
        (
            "reunions",
            45,
            Tab("Réunions", "engagement:reunions", facts.reunions, lambda i: str(i.eng_reunions or "")),
        ),
        (
            "objectifs",
            50,
            Tab(
                "Objectifs",
                "engagement:objectifs",
                facts.objectifs,
                lambda i: str(i.eng_strategiques + i.eng_operationnels),
            ),
        ),
        (
            "validation",
            55,
            Tab(
                "Validation",
                "engagement:validation",
                lambda: {**facts.avis(), **facts.porteur()},
                _badge_validation,
                individuelle="Comité d’appui",
            ),
        ),
        ("fiche_presentation", 12, Tab("Fiche", "engagement:fiche_presentation")),
        ("budget", 60, Tab("Budget", "engagement:budget", facts.budget, _badge_budget)),
    ):
        TABS.register(code, tab, order=order)

    for code, provider in {
        "partenaires": ConditionProvider(
            facts.read_partenaires, to("engagement:partenaires"), "Associer un partenaire", facts.partenaires
        ),
        "objectifs": ConditionProvider(
            facts.read_objectifs, to("engagement:objectifs_modifier"), "Fixer les objectifs", facts.objectifs
        ),
        "objectifs_evaluation": ConditionProvider(
            facts.read_evaluation,
            to("engagement:objectifs_modifier"),
            "Poser les objectifs de l’évaluation",
            facts.objectifs_evaluation,
        ),
        "comite_appui": ConditionProvider(
            facts.read_comite, to("engagement:validation"), "Enregistrer les avis", facts.avis
        ),
        "comite_informe": ConditionProvider(
            facts.read_comite_informe, to("engagement:validation"), "Enregistrer l’avis du comité", facts.avis
        ),
        "porteur": ConditionProvider(
            facts.read_porteur, to("engagement:validation"), "Enregistrer la validation", facts.porteur
        ),
        "budget_equilibre": ConditionProvider(
            facts.read_budget, to("engagement:budget"), "Équilibrer le budget", facts.budget
        ),
        "resultats": ConditionProvider(
            facts.read_resultats, to("engagement:objectifs"), "Fixer les résultats", facts.resultats
        ),
        "budget_confirme": ConditionProvider(
            facts.read_confirme, to("engagement:budget"), "Confirmer le budget", facts.budget_confirme
        ),
    }.items():
        CONDITIONS.register(code, provider)

    network = "engagement:partenaires"
    for code, provider in {
        "partenariat.reseau": EvidenceProvider(
            _counted("eng_partenaires", "partenaire associé", "partenaires associés", network), facts.partenaires
        ),
        "partenariat.interet": EvidenceProvider(
            _counted(
                "eng_verifies",
                "partenaire a répondu aux trois vérifications",
                "partenaires ont répondu aux trois vérifications",
                network,
            ),
            facts.partenaires_detail,
        ),
        "partenariat.attentes": EvidenceProvider(
            _counted(
                "eng_attentes",
                "partenaire dont les attentes sont notées",
                "partenaires dont les attentes sont notées",
                network,
            ),
            facts.partenaires_detail,
        ),
        "partenariat.capacite": EvidenceProvider(
            _counted(
                "eng_contributions",
                "partenaire apporte une contribution",
                "partenaires apportent une contribution",
                network,
            ),
            facts.partenaires_detail,
        ),
        "objectifs.strategique": EvidenceProvider(
            _counted("eng_strategiques", "objectif stratégique", "objectifs stratégiques", "engagement:objectifs"),
            facts.objectifs,
        ),
        "objectifs.operationnels": EvidenceProvider(
            _counted("eng_operationnels", "objectif opérationnel", "objectifs opérationnels", "engagement:objectifs"),
            facts.objectifs,
        ),
        "objectifs.evaluation": EvidenceProvider(
            lambda values, ingenierie: (
                Evidence(
                    "Objet et raisons de l’évaluation écrits", reverse("engagement:objectifs", args=[ingenierie.pk])
                )
                if facts.read_evaluation(values, ingenierie).ok
                else None
            ),
            facts.objectifs_evaluation,
        ),
        "validation.porteur": EvidenceProvider(_porteur_evidence, facts.porteur),
        "validation.comite": EvidenceProvider(_comite_evidence, facts.avis),
        "validation.budget": EvidenceProvider(_budget_evidence, facts.valorisation),
    }.items():
        EVIDENCE.register(f"engager.{code}", provider)

    EVIDENCE.register("finaliser.evaluation.collecte", EvidenceProvider(_reunions_evidence, facts.reunions))
    EVIDENCE.register("engager.comite.presentation", EvidenceProvider(_comite_evidence, facts.avis))
    TYPE_HINTS.register("objectifs", objectives_in_view)
    HISTORY.register("ingenieries", history_of_partenaires, order=10)
    ATTACHMENT_RIGHTS.register(
        "engagement.aviscomite",
        AttachmentRights(
            can_view=_avis_seen,
            can_edit=_avis_edited,
            scope=lambda avis: avis.ingenierie,
            url=lambda avis: reverse("engagement:avis", args=[avis.ingenierie_id, avis.organisation_id]),
        ),
    )
    ATTACHMENT_RIGHTS.register(
        "engagement.reunion",
        AttachmentRights(
            can_view=reunion_documents.readable,
            can_edit=_reunions_edited,
            scope=lambda reunion: reunion.ingenierie,
            url=lambda reunion: reverse("engagement:reunion", args=[reunion.ingenierie_id, reunion.pk]),
        ),
    )
    ATTACHMENT_RIGHTS.register(
        "engagement.conventioncofinancement",
        AttachmentRights(
            can_view=_convention_seen,
            can_edit=_convention_edited,
            scope=lambda convention: convention.ingenierie,
            url=lambda convention: reverse("engagement:convention", args=[convention.ingenierie_id, convention.pk]),
        ),
    )
    documents.register()
    reunion_documents.register()
    dashboard.register()
    echeances.register()
    liens.register()
    liens_comite.register()
    comite_documents.register()
    MENU.register(
        "comite_appui",
        MenuEntry(
            "Comité d’appui",
            "people",
            "comite:liste",
            lambda actor: actor.organisation is not None and actor.organisation.is_dla,
        ),
        order=50,
    )
