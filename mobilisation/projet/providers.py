"""What the projet d'intervention answers to the cycle: tab, conditions of the gate, evidence."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F
from django.urls import reverse

from core.formats import plural
from engagement.partenaires import summary
from engagement.presentation.fiche import INTERVENTIONS, Intervention
from mobilisation.models import CadreEvaluation, Groupe, MembreGroupe, ProjetIntervention, Scenario
from projects import facts
from projects.enums import EtatMobilisation
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer
from projects.gates import CONDITIONS, ConditionProvider
from projects.models import Ingenierie
from projects.tabs import TABS, Tab

_CADRE = (
    "objet", "registres", "outils", "participation_structures", "participation_partenaires",
    "participation_intervenants",
)  # fmt: skip


def partner_intervenants(ingenierie: Ingenierie) -> list[str]:
    """Names of the partners of the project who take part in the « système intervenant »."""
    return [
        p.nom for family in summary.partenaires_of(ingenierie.pk) for p in family.partenaires if p.systeme_intervenant
    ]


def results_link(ingenierie: Ingenierie) -> str:
    """Where the expected results are fixed."""
    return reverse("engagement:objectifs", args=[ingenierie.pk])


def _to(route: str, anchor: str = ""):
    return lambda pk: reverse(route, args=[pk]) + (f"#{anchor}" if anchor else "")


def _groupes() -> dict[str, Any]:
    members = MembreGroupe.objects.exclude(
        structure_ciblee__state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE]
    )
    confirmed = MembreGroupe.objects.filter(structure_ciblee__state=EtatMobilisation.CONFIRMEE)
    return {
        "n_groupes": facts.count_of(Groupe.objects.all()),
        "n_en_groupe": facts.count_of(members, "groupe__ingenierie"),
        "n_en_groupe_confirmees": facts.count_of(confirmed, "groupe__ingenierie"),
    }


def _read_groupes(values, ingenierie) -> Answer:
    groups, confirmed = values["n_groupes"], values["n_en_groupe_confirmees"]
    if not groups:
        return Answer(False, "aucun groupe")
    told = plural(confirmed, "structure confirmée", "structures confirmées")
    return Answer(confirmed > 0, f"{plural(groups, 'groupe')}, {told}")


def _groupes_evidence(values, ingenierie) -> Evidence | None:
    if not values["n_groupes"]:
        return None
    told = f"{plural(values['n_groupes'], 'groupe')}, {plural(values['n_en_groupe'], 'structure')}"
    return Evidence(told, reverse("mobilisation:groupes", args=[ingenierie.pk]))


def _cadre() -> dict[str, Any]:
    return {f"ce_{name}": F(f"cadre_evaluation__{name}") for name in _CADRE}


def _cadre_of(values) -> CadreEvaluation:
    return CadreEvaluation(**{name: values[f"ce_{name}"] or ([] if name == "registres" else "") for name in _CADRE})


def _read_cadre(values, ingenierie) -> Answer:
    missing = _cadre_of(values).missing
    return Answer(not missing, f"il manque {', '.join(missing)}" if missing else "")


def _cadre_evidence(values, ingenierie) -> Evidence | None:
    if _cadre_of(values).missing:
        return None
    return Evidence("Cadre de l’évaluation adopté", _to("mobilisation:projet", "t-evaluation")(ingenierie.pk))


def _projet() -> dict[str, Any]:
    return {
        f"pi_{name}": F(f"projet_intervention__{name}")
        for name in ("objectifs_collectifs", "objectifs_individuels", "suites", "systeme_intervenant", "temps_pilote")
    }


def _adaptation_evidence(values, ingenierie) -> Evidence | None:
    told = [
        label
        for key, label in (
            ("pi_objectifs_collectifs", "objectifs collectifs"),
            ("pi_objectifs_individuels", "objectifs individuels"),
            ("pi_suites", "commentaires des structures pris en compte"),
        )
        if (values[key] or "").strip()
    ]
    if not told:
        return None
    text = ", ".join(told)
    return Evidence(text[:1].upper() + text[1:], _to("mobilisation:projet", "t-objectifs")(ingenierie.pk))


def _formalisation_evidence(values, ingenierie) -> Evidence | None:
    told = [ingenierie.type_court] if ingenierie.type_ingenierie else []
    if ingenierie.accroche:
        told.append("accroche")
    if (values["pi_systeme_intervenant"] or "").strip():
        told.append("système intervenant")
    if (values["pi_temps_pilote"] or "").strip():
        told.append("temps du pilote")
    if not told:
        return None
    return Evidence(", ".join(told), _to("mobilisation:projet", "t-intervention")(ingenierie.pk))


def _scenarios() -> dict[str, Any]:
    return {
        "n_scenarios": facts.count_of(Scenario.objects.all()),
        "n_scenarios_retenus": facts.count_of(Scenario.objects.filter(retenu=True)),
    }


def _scenarios_evidence(values, ingenierie) -> Evidence | None:
    if not values["n_scenarios"]:
        return None
    told = plural(values["n_scenarios"], "scénario")
    told += ", un retenu" if values["n_scenarios_retenus"] else ", aucun retenu"
    return Evidence(told, _to("mobilisation:projet", "t-scenarios")(ingenierie.pk))


def _badge(ingenierie) -> str:
    count = ingenierie.n_groupes
    return plural(count, "groupe") if count else ""


def interventions(ids: Collection[int]) -> dict[int, Intervention]:
    """What the projet d'intervention and the scenario kept fix, for the presentation sheet: two queries."""
    projets = {p.ingenierie_id: p for p in ProjetIntervention.objects.filter(ingenierie__in=ids)}
    kept = {s.ingenierie_id: s for s in Scenario.objects.filter(ingenierie__in=ids, retenu=True)}
    answer = {}
    for pk in {*projets, *kept}:
        projet, scenario = projets.get(pk, ProjetIntervention()), kept.get(pk, Scenario())
        answer[pk] = Intervention(
            jours=projet.jours,
            duree=scenario.duree,
            rythme=scenario.rythme,
            systeme=projet.systeme_intervenant,
            animation=projet.temps_pilote,
            url=reverse("mobilisation:projet", args=[pk]),
        )
    return answer


def register() -> None:
    """Fill the registries; called once by ``MobilisationConfig.ready``."""
    TABS.register(
        "projet_intervention",
        Tab("Projet d’intervention", "mobilisation:projet", _groupes, _badge, individuelle=None),
        order=65,
    )
    INTERVENTIONS.register("projet_intervention", interventions)
    CONDITIONS.register(
        "groupes", ConditionProvider(_read_groupes, _to("mobilisation:groupes"), "Constituer les groupes", _groupes)
    )
    CONDITIONS.register(
        "cadre_evaluation",
        ConditionProvider(_read_cadre, _to("mobilisation:cadre"), "Écrire le cadre de l’évaluation", _cadre),
    )
    for code, read, asked in (
        ("confirmer.mobilisation.groupes", _groupes_evidence, _groupes),
        ("confirmer.projet.adaptation", _adaptation_evidence, _projet),
        ("confirmer.projet.evaluation", _cadre_evidence, _cadre),
        ("confirmer.projet.formalisation", _formalisation_evidence, _projet),
        ("confirmer.modalites.conditions", _scenarios_evidence, _scenarios),
    ):
        EVIDENCE.register(code, EvidenceProvider(read, asked))
