"""What the mails of the receipts say, from ids, when they are sent: never what the proposition holds."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.appel.models import Invitation
from consultations.propositions.documents import instant, titre_de
from consultations.propositions.models import Depot, RetraitDepot
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


@mail_context("consultations/retrait")
def withdrawn(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A deposit was taken back; nothing to say to who left the prestataire."""
    found = RetraitDepot.objects.select_related("depot__proposition__invitation__appel").filter(pk=ids["retrait"])
    retrait = found.first()
    if retrait is None:
        return None
    invitation: Invitation = retrait.depot.proposition.invitation
    if not Membre.objects.active().filter(prestataire=invitation.prestataire_id, user=ids["user"]).exists():
        return None
    return {
        "titre": titre_de(invitation.appel),
        "recu": retrait.depot.recu,
        "instant": instant(retrait.at, invitation.appel),
        "sha256": retrait.depot.sha256,
        "par": retrait.by_label,
        "url": reverse("propositions:accueil", args=[invitation.pk]),
    }
