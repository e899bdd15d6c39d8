"""What the room gives to the floors below."""

from __future__ import annotations

from django.urls import reverse

from engagement.facts import counted
from engagement.objectifs import facts
from engagement.objectifs.enums import NatureObjectif
from engagement.objectifs.models import Objectif
from engagement.objectifs.orientations import of_objective, orientation
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat
from projects.evidence import EVIDENCE, TYPE_HINTS, Evidence, EvidenceProvider, TypeHint
from projects.ingenierie.models import Ingenierie
from projects.tabs import TABS, Tab


def objectives_in_view(ingenierie: Ingenierie) -> list[TypeHint]:
    """The operational objectives, and the strategic ones that bear on the type, with where each leads: one query.

    An objective of the ingénierie's own is shown without a word: nobody but who wrote it knows where it leads.
    """
    shown, codes = [], []
    for row in Objectif.objects.filter(ingenierie=ingenierie.pk):
        types, why = of_objective(row.code)
        if row.nature == NatureObjectif.OPERATIONNEL or types:
            text = f"{row.label} : {row.precision}" if row.precision else row.label
            shown.append(TypeHint(text, types, why))
            codes.append(row.code)
    types, why = orientation(codes)
    if types:
        shown.append(TypeHint("Ensemble, ils mènent plutôt à", types, why, overall=True))
    return shown


def _evaluation_evidence(values, ingenierie) -> Evidence | None:
    if not facts.read_evaluation(values, ingenierie).ok:
        return None
    return Evidence("Objet et raisons de l’évaluation écrits", reverse("engagement:objectifs", args=[ingenierie.pk]))


def register() -> None:
    """Fill the registries; called once by ``EngagementConfig.ready``."""

    def to(route: str):
        return lambda pk: reverse(route, args=[pk])

    page, edit = "engagement:objectifs", "engagement:objectifs_modifier"
    TABS.register(
        "objectifs",
        Tab(
            "Objectifs",
            page,
            facts.objectifs,
            lambda i: str(i.eng_strategiques + i.eng_operationnels),
            step=Etat.ENGAGER,
        ),
        order=50,
    )
    CONDITIONS.register(
        "objectifs", ConditionProvider(facts.read_objectifs, to(edit), "Fixer les objectifs", facts.objectifs)
    )
    CONDITIONS.register(
        "objectifs_evaluation",
        ConditionProvider(
            facts.read_evaluation, to(edit), "Poser les objectifs de l’évaluation", facts.objectifs_evaluation
        ),
    )
    CONDITIONS.register(
        "resultats", ConditionProvider(facts.read_resultats, to(page), "Fixer les résultats", facts.resultats)
    )
    EVIDENCE.register(
        "engager.objectifs.strategique",
        EvidenceProvider(
            counted("eng_strategiques", "objectif stratégique", "objectifs stratégiques", page), facts.objectifs
        ),
    )
    EVIDENCE.register(
        "engager.objectifs.operationnels",
        EvidenceProvider(
            counted("eng_operationnels", "objectif opérationnel", "objectifs opérationnels", page), facts.objectifs
        ),
    )
    EVIDENCE.register(
        "engager.objectifs.evaluation", EvidenceProvider(_evaluation_evidence, facts.objectifs_evaluation)
    )
    TYPE_HINTS.register("objectifs", objectives_in_view)
