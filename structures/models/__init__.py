"""What is known of a structure: its sheet in the directory, its diagnostics and their needs, its plans."""

from structures.models.besoin import Besoin
from structures.models.contact import ContactStructure
from structures.models.diagnostic import Diagnostic, ReponseDiagnostic, VersionDiagnostic
from structures.models.plan import ActualisationPlan, LignePlan, MissionPreconisee, PlanAccompagnement, SuiviLigne
from structures.models.structure import Structure, StructureQuerySet

__all__ = [
    "ActualisationPlan",
    "Besoin",
    "ContactStructure",
    "Diagnostic",
    "LignePlan",
    "MissionPreconisee",
    "PlanAccompagnement",
    "ReponseDiagnostic",
    "Structure",
    "StructureQuerySet",
    "SuiviLigne",
    "VersionDiagnostic",
]
