"""What the targeted structures give: to the dossier, to the directory, to two sheets that become one."""

from __future__ import annotations

from django.urls import reverse

from core.formats import plural
from core.merging import MOVES
from projects.enums import Etat
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.structures_ciblees import dashboard, links
from projects.structures_ciblees.facts import contacted, kept
from projects.structures_ciblees.merging import move_ciblees
from projects.tabs import TABS, Tab


def _contacted_evidence(values, ingenierie):
    count = values["n_structures_contacted"]
    if not count:
        return None
    return Evidence(
        plural(count, "structure contactée", "structures contactées"),
        reverse("projects:structures", args=[ingenierie.pk]),
    )


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    TABS.register(
        "structures",
        Tab(
            "Structures",
            "projects:structures",
            kept,
            lambda i: str(i.n_structures),
            individuelle="Structure",
            step=Etat.IDENTIFIER,
        ),
        order=30,
    )
    EVIDENCE.register("confirmer.mobilisation.contact", EvidenceProvider(_contacted_evidence, contacted))
    MOVES.register("projects.structureciblee.structure", move_ciblees)
    links.register()
    dashboard.register()
