"""What the mail of a receipt says, from ids, when it is sent: never what the proposition holds."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.appel.models import Invitation
from consultations.propositions.documents import instant, titre_de
from consultations.propositions.models import Depot
from core.outbox import mail_context
from partners.portfolio.prestataire.models import Membre


@mail_context("consultations/recu")
def receipt(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A proposition was received; nothing to say once it was replaced or taken back, or to who left the prestataire."""
    depot = Depot.objects.select_related("proposition__invitation__appel").filter(pk=ids["depot"]).first()
    if depot is None:
        return None
    invitation: Invitation = depot.proposition.invitation
    there = Membre.objects.active().filter(prestataire=invitation.prestataire_id, user=ids["user"])
    if depot.proposition.depot_courant != depot or not there.exists():
        return None
    return {
        "titre": titre_de(invitation.appel),
        "recu": depot.recu,
        "instant": instant(depot.at, invitation.appel),
        "sha256": depot.sha256,
        "par": depot.by_label,
        "limite": invitation.appel.date_limite_texte,
        "url": reverse("propositions:accueil", args=[invitation.pk]),
    }
