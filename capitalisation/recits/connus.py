"""What the dossier knows of a récit, by genre: proposed where it is written, with its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from capitalisation.recits import connus_beneficiaire, connus_fiche, connus_monographie
from capitalisation.recits.enums import Genre
from capitalisation.recits.models import Recit
from capitalisation.recits.plans import plan_of
from capitalisation.recits.proposition import Proposition
from projects.ingenierie.models import Ingenierie

#: Who reads the dossier for each genre: ``(ingenierie)`` gives what is known, by code of rubrique.
CONNUS: Mapping[str, Callable[[Ingenierie], Mapping[str, Proposition]]] = {
    Genre.FICHE_EXPERIENCE: connus_fiche.propositions,
    Genre.MONOGRAPHIE: connus_monographie.propositions,
    Genre.MONOGRAPHIE_BENEFICIAIRE: connus_beneficiaire.propositions,
}


def propositions(recit: Recit) -> dict[str, Proposition]:
    """What the dossier says for each rubrique; nothing for a récit without dossier."""
    reader = CONNUS.get(recit.genre)
    if recit.ingenierie_id is None or reader is None:
        return {}
    known = {one.code for one in plan_of(recit.genre).rubriques}
    return {code: told for code, told in reader(recit.ingenierie).items() if code in known and told.valeur}


def sous_titre(ingenierie: Ingenierie, genre: str) -> str:
    """The one a récit begins with: that of 001 for a monographie, else the accroche."""
    told = connus_monographie.sous_titre(ingenierie) if genre == Genre.MONOGRAPHIE else ""
    return told or ingenierie.accroche
