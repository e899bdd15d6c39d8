"""The signed convention, for a structure that signed it."""

from __future__ import annotations

from core.documents.frozen import kept_document
from core.formats import format_date
from missions.conventions.enums import RolePartie
from missions.conventions.models import Convention
from missions.conventions.services.actes import DOCUMENT_ACTE, current_acte
from missions.productions.registry import Remis
from projects.structures_ciblees.models import StructureCiblee


def signees(convention: Convention, structure: StructureCiblee) -> list[Remis]:
    """The convention, when ``structure`` is among those who signed it: known by its SIRET, else by its name; the only
    structure of an ingénierie individuelle is the one that signs. Three queries."""
    rows = convention.parties.filter(role=RolePartie.STRUCTURE, signe=True)
    sheet = structure.structure
    if not any(structure.seule or (row.siret and row.siret == sheet.siret) or row.nom == sheet.name for row in rows):
        return []
    acte = current_acte(convention)
    document = kept_document(acte, DOCUMENT_ACTE) if acte is not None else None
    return [Remis(f"La convention {convention.titre}", f"signée le {format_date(convention.signee_le)}", document)]
