"""What the room gives to the floors below."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from core.actor import Actor
from core.formats import format_date
from core.history import HistoryLine
from core.merging import MOVES
from engagement.facts import counted
from engagement.partenaires import dashboard, echeances, facts, liens
from engagement.partenaires.merging import move_projets
from engagement.partenaires.models import PartenaireProjet
from partners.directory.registry import HISTORY
from partners.portfolio.donnees.registry import ENGAGEMENTS, Engagement
from partners.recherche.registry import RESULT_ACTIONS, ResultAction
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import can_create
from projects.tabs import TABS, Tab


def engagements_of(prestataires: Collection[int]) -> dict[int, Engagement]:
    """The prestataires that an ingénierie associates as partners: what runs, and until when what is over ran. One
    query. The ingénierie is not named: a partner may not have been told yet."""
    found: dict[int, Engagement] = {}
    rows = PartenaireProjet.objects.filter(prestataire__in=prestataires).select_related("ingenierie").order_by("pk")
    for row in rows:
        ingenierie, known = row.ingenierie, found.get(row.prestataire_id)
        days = [ingenierie.date_fin, timezone.localdate(ingenierie.state_since), known.last if known else None]
        told = "une ingénierie associe ce prestataire comme partenaire" if ingenierie.is_open else ""
        found[row.prestataire_id] = Engagement(
            max(day for day in days if day is not None), (known.running if known else "") or told
        )
    return found


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


def register() -> None:
    """Fill the registries; called once by ``EngagementConfig.ready``."""
    route = "engagement:partenaires"
    TABS.register(
        "partenaires",
        Tab(
            "Partenaires",
            route,
            facts.partenaires,
            lambda i: str(i.eng_partenaires),
            individuelle=None,
            step=Etat.ENGAGER,
        ),
        order=40,
    )
    CONDITIONS.register(
        "partenaires",
        ConditionProvider(
            facts.read_partenaires, lambda pk: reverse(route, args=[pk]), "Associer un partenaire", facts.partenaires
        ),
    )
    EVIDENCE.register(
        "engager.partenariat.reseau",
        EvidenceProvider(
            counted("eng_partenaires", "partenaire associé", "partenaires associés", route), facts.partenaires
        ),
    )
    for code, key, one, many in (
        (
            "interet",
            "eng_verifies",
            "partenaire a répondu aux trois vérifications",
            "partenaires ont répondu aux trois vérifications",
        ),
        (
            "attentes",
            "eng_attentes",
            "partenaire dont les attentes sont notées",
            "partenaires dont les attentes sont notées",
        ),
        (
            "capacite",
            "eng_contributions",
            "partenaire apporte une contribution",
            "partenaires apportent une contribution",
        ),
    ):
        EVIDENCE.register(
            f"engager.partenariat.{code}", EvidenceProvider(counted(key, one, many, route), facts.partenaires_detail)
        )
    HISTORY.register("ingenieries", history_of_partenaires, order=10)
    RESULT_ACTIONS.register(
        "associer",
        ResultAction("Associer comme partenaires…", "engagement:prestataires_associer", "diagram-3", can_create),
    )
    MOVES.register("engagement.partenaireprojet.partenaire", move_projets)
    ENGAGEMENTS.register("prestataires_partenaires", engagements_of)
    dashboard.register()
    echeances.register()
    liens.register()
