"""What the application already knows of a partner: permanent or ponctuel, and of which kind (fiche pratique 6)."""

from __future__ import annotations

from typing import Any

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from core.text import normalise
from engagement.partenaires.enums import Genre, Presence
from engagement.partenaires.models import PartenaireProjet
from partners.directory.enums import Famille


def genre_of(row: PartenaireProjet) -> str:
    """C2RA or CNAR by its name, or because an organisation of the dispositif bears it; else a prestataire of the
    portfolio, or something else."""
    if row.prestataire_id:
        return Genre.PRESTATAIRE
    partenaire = row.partenaire
    words = set(normalise(f"{partenaire.name} {partenaire.sigle}").replace("-", " ").split())
    for code in (Genre.C2RA, Genre.CNAR):
        if code in words:
            return code
    kinds = (OrganisationKind.C2RA, OrganisationKind.CNAR)
    found = Organisation.objects.filter(kind__in=kinds, name__iexact=partenaire.name).first()
    return str(found.kind) if found else Genre.AUTRE


def presence_of(row: PartenaireProjet) -> str:
    """Permanent: of the DLA's own network, or a partner of another ingénierie of the same pilot."""
    if row.famille == Famille.RESEAU_DLA:
        return Presence.PERMANENT
    others = PartenaireProjet.objects.filter(partenaire=row.partenaire_id, ingenierie__pilote=row.ingenierie.pilote_id)
    return Presence.PERMANENT if others.exclude(ingenierie=row.ingenierie_id).exists() else Presence.PONCTUEL


def proposals(row: PartenaireProjet) -> dict[str, Any]:
    """What is proposed where nobody said it yet. Two queries at most."""
    return {"presence": presence_of(row), "genre": genre_of(row)}
