"""What the propositions say of an intervenant, in the file of the data held on a person.

Nothing of it is erased: what was received is frozen with its SHA-256, and proves what was chosen among. What is still
sealed is read by nobody, not even for this; the draft is the prestataire's, who takes the person out of it herself.
"""

from __future__ import annotations

from collections.abc import Collection

from accounts.personal import Section
from consultations.propositions.models import Depot, PropositionOuverte
from core.text import normalise

TITLE = "Intervenant, dans les propositions reçues"
SEALED = "propositions encore scellées, que personne ne lit : elles peuvent vous nommer"
KEPT = "figée à la réception : ne se modifie ni ne s’efface"


def named(prestataires: Collection[int], nom: str) -> list[Section]:
    """The rows of the opened propositions of these prestataires that name ``nom``: two queries."""
    wanted = normalise(nom)
    told = []
    rows = PropositionOuverte.objects.filter(invitation__prestataire__in=prestataires).order_by("pk")
    for row in rows.select_related("invitation__prestataire", "appel__ingenierie", "depot"):
        for found in row.contenu.get("intervenants", ()):
            if normalise(found.get("nom", "")) == wanted:
                said = {name: found.get(name, "") for name in ("nom", "fonction", "experiences")}
                told.append(
                    {
                        "prestataire": str(row.invitation.prestataire),
                        "ingénierie": row.appel.ingenierie.titre,
                        "déposée le": row.depot.at,
                        **said,
                        "conservation": KEPT,
                    }
                )
    sealed = Depot.objects.filter(
        proposition__invitation__prestataire__in=prestataires, ouverte=None, retrait=None
    ).count()
    if sealed:
        told.append({SEALED: sealed})
    return [Section(TITLE, told)] if told else []
