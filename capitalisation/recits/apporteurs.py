"""Who may write a part of a récit, among those whom the dossier knows; which rubriques to ask of each."""

from __future__ import annotations

from dataclasses import dataclass

from capitalisation.recits import plans
from capitalisation.recits.enums import Source
from capitalisation.recits.models import Recit
from capitalisation.recits.plans import RubriquePrevue, plan_of
from core.contacts import addresses
from engagement.partenaires.models import PartenaireProjet
from missions.conventions.models import Convention
from missions.mission.permissions import people_of
from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

SORTES = (Source.PRESTATAIRE, Source.STRUCTURE, Source.PARTENAIRE)
#: What somebody writes in words; choices, amounts and numbers are for the team.
FORMES = (plans.TEXTE, plans.POINTS, plans.ETAPES, plans.PAROLES)
#: Proposed by kind: how the code of a rubrique begins. Others may be ticked.
PROPOSEES = {
    Source.PRESTATAIRE: (
        "etapes", "deroulement", "seances", "contenus", "competences", "innovation", "points_", "appui_", "resultats",
    ),
    Source.STRUCTURE: (
        "problematique", "besoins", "intention", "structure", "activites", "projets", "paroles", "resultats",
        "competences", "points_",
    ),
    Source.PARTENAIRE: ("problematique", "construction_", "partenari", "outils_", "impact", "territoire", "points_"),
}  # fmt: skip


@dataclass(frozen=True)
class Apporteur:
    """Somebody of the dossier: ``cle`` is the pk of its mission, of its structure, of its partner."""

    sorte: str
    cle: int
    organisme: str
    nom: str = ""
    email: str = ""
    structure: StructureCiblee | None = None


def connus(ingenierie: Ingenierie) -> list[Apporteur]:
    """The prestataire of each mission, the structures that came, the partners; each with whom to write to."""
    found = []
    missions = Convention.objects.signed().standing().filter(ingenierie=ingenierie).select_related("choix__prestataire")
    theirs = set()
    for mission in missions.order_by("pk"):
        if mission.choix.prestataire_id in theirs:
            continue
        theirs.add(mission.choix.prestataire_id)
        nom, email = next(iter(people_of(mission)), ("", ""))
        found.append(Apporteur(Source.PRESTATAIRE, mission.pk, str(mission.choix.prestataire), nom, email))
    structures = StructureCiblee.objects.filter(ingenierie=ingenierie, state=EtatMobilisation.CONFIRMEE) | (
        StructureCiblee.objects.filter(ingenierie=ingenierie, seule=True)
    )
    for row in structures.select_related("structure").prefetch_related("structure__contacts"):
        nom, email = next(iter(addresses(row.structure)), ("", ""))
        found.append(Apporteur(Source.STRUCTURE, row.pk, str(row.structure), nom, email, row))
    partners = PartenaireProjet.objects.filter(ingenierie=ingenierie).exclude(prestataire__in=theirs)
    for partner in partners.select_related("partenaire").prefetch_related("partenaire__contacts"):
        nom, email = next(iter(addresses(partner.partenaire)), ("", ""))
        found.append(Apporteur(Source.PARTENAIRE, partner.pk, str(partner), nom, email))
    return found


def connu(ingenierie: Ingenierie, sorte: str, cle: int) -> Apporteur | None:
    """One of them, or ``None``."""
    return next((one for one in connus(ingenierie) if (one.sorte, one.cle) == (sorte, cle)), None)


def demandables(recit: Recit) -> list[RubriquePrevue]:
    """The rubriques that somebody else may write."""
    return [one for one in plan_of(recit.genre).rubriques if one.forme in FORMES]


def proposees(recit: Recit, sorte: str) -> list[str]:
    """The codes to ask of this kind."""
    return [one.code for one in demandables(recit) if one.code.startswith(PROPOSEES.get(sorte, ()))]
