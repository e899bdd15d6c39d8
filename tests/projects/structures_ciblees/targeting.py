"""Structures of an ingénierie for the tests: brought to a state by their lifecycle, clicked as the page does."""

from core.actor import Actor
from projects.enums import EtatMobilisation
from projects.structures_ciblees import services
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import DepartementFactory, SecteurFactory, StructureFactory


def target(ingenierie, state=EtatMobilisation.REPEREE, **values) -> StructureCiblee:
    """A structure of the pilot's directory in ``ingenierie``, brought to ``state`` by its lifecycle."""
    values.setdefault("organisation", ingenierie.pilote)
    structure = StructureFactory(**values)
    system = Actor.system("recette")
    (ciblee,) = services.add_structures(ingenierie, [structure.pk], actor=system)
    path = {
        EtatMobilisation.CONTACTEE: ["contacter"],
        EtatMobilisation.INTERESSEE: ["interesser"],
        EtatMobilisation.CONFIRMEE: ["interesser", "confirmer"],
        EtatMobilisation.DECLINEE: ["decliner"],
        EtatMobilisation.RETIREE: ["retirer"],
    }
    for action in path.get(state, []):
        ciblee = act(ciblee, action, system)
    return ciblee


def act(ciblee, action, actor, reason="Un motif"):
    return services.act_on_structure(
        ciblee, action, actor=actor, expected_state=ciblee.state, version=ciblee.version, reason=reason
    )


def click(ciblee, action, **changes):
    return {
        "ciblee": ciblee.pk,
        "action": action,
        "expected_state": ciblee.state,
        "version": ciblee.version,
        **changes,
    }


def sheet(**values):
    return {
        "name": "Nouvelle venue",
        "nature": "structure",
        "departement": DepartementFactory(indre_et_loire=True).pk,
        "secteur": SecteurFactory(sport=True).pk,
        **values,
    }
