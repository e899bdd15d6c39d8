"""What the versions of a retained project say of an intervenant, in the file of the data held on a person.

Nothing of it is erased: each version is frozen, and the one that the structures validated is annexed to the convention.
"""

from __future__ import annotations

from collections.abc import Collection

from accounts.personal import Section
from consultations.choix.models import VersionProjet
from core.text import normalise

TITLE = "Intervenant, dans les projets retenus"
KEPT = "version figée du projet : ne se modifie ni ne s’efface"


def named(prestataires: Collection[int], nom: str) -> list[Section]:
    """The rows of the versions of the projects retained from these prestataires that name ``nom``: one query."""
    wanted = normalise(nom)
    told = []
    rows = VersionProjet.objects.filter(choix__prestataire__in=prestataires).order_by("choix", "numero")
    for version in rows.select_related("choix__prestataire", "choix__ingenierie"):
        for found in version.data.get("intervenants", ()):
            if normalise(found.get("nom", "")) == wanted:
                said = {name: found.get(name, "") for name in ("nom", "fonction", "experiences")}
                told.append(
                    {
                        "prestataire": str(version.choix.prestataire),
                        "ingénierie": version.choix.ingenierie.titre,
                        "version": version.numero,
                        "écrite le": version.le,
                        **said,
                        "conservation": KEPT,
                    }
                )
    return [Section(TITLE, told)] if told else []
