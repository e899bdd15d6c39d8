"""What the cycle itself answers: the opinion of the C2RA, and what it shows it."""

from __future__ import annotations

from django.db.models import F, OuterRef
from django.urls import reverse

from accounts.enums import OrganisationKind
from accounts.services.takeover import unless_there
from core.merging import MOVES
from projects import facts
from projects.cycle.dashboard import asked, given, overridden
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.cycle.models import AvisC2RA
from projects.dashboard import TODOS
from projects.facts import Answer


def _avis() -> dict:
    return {
        "pilote_kind": F("pilote__kind"),
        "n_avis_c2ra": facts.count_of(AvisC2RA.objects.filter(step=OuterRef("state"))),
    }


def _read_avis(values, ingenierie) -> Answer:
    if values["pilote_kind"] == OrganisationKind.C2RA:
        return Answer(True, "le C2RA pilote l’ingénierie")
    return Answer(values["n_avis_c2ra"] > 0)


def register() -> None:
    """Fill the registries; called once by ``ProjectsConfig.ready``."""
    CONDITIONS.register(
        "avis_c2ra",
        ConditionProvider(_read_avis, lambda pk: reverse("projects:etape", args=[pk]), "Voir les avis", _avis),
    )
    MOVES.register("projects.avisc2ra.organisation", unless_there(AvisC2RA, "ingenierie", "step"))
    TODOS.register("avis_c2ra_demandes", asked, order=15)
    TODOS.register("avis_c2ra_donnes", given, order=25)
    TODOS.register("conditions_levees", overridden, order=60)
