"""The signed convention, for a structure that signed it."""

from __future__ import annotations

from core.documents.frozen import kept_document
from core.formats import format_date
from missions.conventions.enums import RolePartie
from missions.conventions.models import Convention, Partie
from missions.conventions.services.actes import DOCUMENT_ACTE, current_acte
from missions.productions.registry import Remis
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure


def _is(partie: Partie, sheet: Structure) -> bool:
    """Two structures of one name are told apart by their SIRET."""
    return partie.siret == sheet.siret if partie.siret and sheet.siret else partie.nom == sheet.name


def signees(convention: Convention, structure: StructureCiblee) -> list[Remis]:
    """The convention, when ``structure`` is among those who signed it: known by its SIRET, else by its name; the only
    structure of an ingénierie individuelle is the one that signs. Three queries."""
    rows = convention.parties.filter(role=RolePartie.STRUCTURE, signe=True)
    sheet = structure.structure
    if not any(structure.seule or _is(row, sheet) for row in rows):
        return []
    acte = current_acte(convention)
    document = kept_document(acte, DOCUMENT_ACTE) if acte is not None else None
    return [Remis(f"La convention {convention.titre}", f"signée le {format_date(convention.signee_le)}", document)]
