"""What the groups answer to the cycle: the condition of the gate, the evidence; what becomes of them in a merging."""

from __future__ import annotations

from django.urls import reverse

from core.formats import plural
from core.merging import MOVES
from mobilisation.groupes.facts import groupes
from mobilisation.groupes.services import move_membership
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer


def _url(pk: int) -> str:
    return reverse("mobilisation:groupes", args=[pk])


def _read(values, ingenierie) -> Answer:
    groups, confirmed = values["n_groupes"], values["n_en_groupe_confirmees"]
    if not groups:
        return Answer(False, "aucun groupe")
    told = plural(confirmed, "structure confirmée", "structures confirmées")
    return Answer(confirmed > 0, f"{plural(groups, 'groupe')}, {told}")


def _evidence(values, ingenierie) -> Evidence | None:
    if not values["n_groupes"]:
        return None
    told = f"{plural(values['n_groupes'], 'groupe')}, {plural(values['n_en_groupe'], 'structure')}"
    return Evidence(told, _url(ingenierie.pk))


def register() -> None:
    """Fill the registries; called once by ``MobilisationConfig.ready``."""
    MOVES.register("mobilisation.membregroupe.structure_ciblee", move_membership)
    CONDITIONS.register("groupes", ConditionProvider(_read, _url, "Constituer les groupes", groupes))
    EVIDENCE.register("confirmer.mobilisation.groupes", EvidenceProvider(_evidence, groupes))
