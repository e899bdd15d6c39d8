"""What waits about the proposals of pooling."""

from __future__ import annotations

from django.db.models import Count, F, Q
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from projects.besoins.models import Mutualisation, ReponseMutualisation
from projects.dashboard import LIMIT, Todo
from projects.enums import EtatMutualisation, ReponseDLA


def pooling(actor: Actor) -> list[Todo]:
    """For a DLA, the proposals of pooling that wait for its answer; for a C2RA, those of its own that may open or whose
    date is past."""
    organisation = actor.organisation
    if organisation is None or not actor.membership.writes:
        return []
    today = clock.today()
    if organisation.is_dla:
        waiting = (
            ReponseMutualisation.objects.filter(
                organisation=organisation.pk,
                reponse=ReponseDLA.EN_ATTENTE,
                mutualisation__state=EtatMutualisation.PROPOSEE,
            )
            .order_by("mutualisation__reponse_avant", "pk")
            .values_list("mutualisation_id", "mutualisation__titre", "mutualisation__reponse_avant")[:LIMIT]
        )
        return [
            Todo(
                titre,
                f"Mutualisation proposée par le C2RA : votre réponse est attendue avant le {format_date(before)}.",
                reverse("besoins:mutualisation", args=[pk]),
                before,
                before < today,
            )
            for pk, titre, before in waiting
        ]
    if not organisation.is_c2ra:
        return []
    takes_part = Q(reponses__reponse__in=[ReponseDLA.ACCEPTE, ReponseDLA.REJOINT])
    proposals = (
        Mutualisation.objects.filter(organisation=organisation.pk, state=EtatMutualisation.PROPOSEE)
        .annotate(accords=Count("reponses", filter=takes_part))
        .filter(Q(accords__gte=F("seuil")) | Q(reponse_avant__lt=today))
        .order_by("reponse_avant", "pk")
        .values_list("pk", "titre", "accords", "seuil", "reponse_avant")[:LIMIT]
    )
    return [
        Todo(
            titre,
            f"{accords} DLA ont accepté : l’ingénierie peut s’ouvrir."
            if accords >= seuil
            else f"La date de réponse est passée : {accords} accords sur {seuil}.",
            reverse("besoins:mutualisation", args=[pk]),
            before,
        )
        for pk, titre, accords, seuil, before in proposals
    ]
