"""What the dossier asks of the groups of structures."""

from __future__ import annotations

from typing import Any

from mobilisation.groupes.models import Groupe, MembreGroupe
from projects import facts
from projects.enums import EtatMobilisation


def groupes() -> dict[str, Any]:
    """The groups of an ingénierie, the structures in them, and those of them that confirmed."""
    members = MembreGroupe.objects.exclude(
        structure_ciblee__state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE]
    )
    confirmed = MembreGroupe.objects.filter(structure_ciblee__state=EtatMobilisation.CONFIRMEE)
    return {
        "n_groupes": facts.count_of(Groupe.objects.all()),
        "n_en_groupe": facts.count_of(members, "groupe__ingenierie"),
        "n_en_groupe_confirmees": facts.count_of(confirmed, "groupe__ingenierie"),
    }
