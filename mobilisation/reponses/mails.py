"""What the mail about the answer of a structure says, from ids, when it is sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.outbox import mail_context
from mobilisation.reponses.models import CommentaireStructure, ReponseStructure
from mobilisation.reponses.services import offered
from projects.enums import EtatMobilisation

#: States in which the pilot has said already what becomes of the structure.
DITES = (EtatMobilisation.CONFIRMEE, EtatMobilisation.RETIREE)


@mail_context("mobilisation/reponse_structure")
def answer_received(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A structure answered by its link; nothing to say once the pilot confirmed it or set it aside (unless one of its
    remarks waits), once what it said was typed again, or once the ingénierie is ended."""
    rows = ReponseStructure.objects.select_related("structure_ciblee__structure", "structure_ciblee__ingenierie")
    reponse = rows.filter(structure_ciblee=ids["structure"], par_lien=True).first()
    if reponse is None:
        return None
    ciblee = reponse.structure_ciblee
    remarks = CommentaireStructure.objects.to_examine().filter(structure_ciblee=ciblee).count()
    settled = ciblee.state in DITES and not ciblee.seule
    if not ciblee.ingenierie.is_open or (settled and not remarks):
        return None
    periods = [scenario.pk for scenario in offered(ciblee.ingenierie_id)]
    return {
        "structure": str(ciblee.structure),
        "titre": ciblee.ingenierie.titre,
        "participation": reponse.get_participation_display(),
        "restant": ", ".join(reponse.restant(periods, seule=ciblee.seule)),
        "remarks": remarks,
        "url": reverse("projects:structure", args=[ciblee.ingenierie_id, ciblee.pk]) + "#s-reponse",
    }
