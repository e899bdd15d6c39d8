"""A récit in the library."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation
from capitalisation.bibliotheque.enums import EtatRessource, Support
from capitalisation.bibliotheque.models import Ressource
from capitalisation.recits.services import ecriture
from tests.capitalisation import scene
from tests.capitalisation.recits.scene import arrete, ecrit


def poured(organisation: Organisation, state: str = EtatRessource.PUBLIEE, **more: Any) -> Ressource:
    """A fiche expérience without a dossier, « arrêtée », in the library in that state."""
    values = {"titre": "Communiquer à plusieurs", "origine": "Expérience de 2025"}
    recit = arrete(ecrit(ecriture.begin_alone(organisation, "fiche_experience", values, actor=scene.SYSTEM)))
    told = {"support": Support.FICHE_EXPERIENCE, "recit": recit, "lien": "", **more}
    return scene.ressource(organisation, state, **told)
