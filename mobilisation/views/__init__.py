"""Pages of the projet d'intervention."""

from mobilisation.views.groupes import GroupeDefaire, GroupeEdit, GroupeNouveau, Groupes
from mobilisation.views.projet import AccrocheEdit, CadreEdit, InterventionEdit, ObjectifsEdit, Projet
from mobilisation.views.scenarios import ScenarioEdit, ScenarioNouveau, ScenarioRetenir, ScenarioRetirer

__all__ = [
    "AccrocheEdit",
    "CadreEdit",
    "GroupeDefaire",
    "GroupeEdit",
    "GroupeNouveau",
    "Groupes",
    "InterventionEdit",
    "ObjectifsEdit",
    "Projet",
    "ScenarioEdit",
    "ScenarioNouveau",
    "ScenarioRetenir",
    "ScenarioRetirer",
]
