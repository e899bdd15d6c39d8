"""What the mails about payments say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import format_date, format_money_plain
from core.outbox import mail_context
from missions.paiements.models import Paiement


@mail_context("missions/paiement_demande")
def demande(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The prestataire asks for a payment; nothing once it is paid."""
    related = ("convention__ingenierie", "convention__choix__prestataire", "prevu", "avenant__convention")
    row = Paiement.objects.waiting().select_related(*related).filter(pk=ids["paiement"]).first()
    if row is None:
        return None
    convention = row.convention
    return {
        "titre": convention.ingenierie.titre,
        "convention": convention.titre,
        "prestataire": str(convention.choix.prestataire),
        "quoi": str(row),
        "montant": format_money_plain(row.montant_demande),
        "le": format_date(row.demande_le),
        "facture": row.facture,
        "url": reverse("missions:paiements", args=[convention.ingenierie_id, convention.pk]),
    }
