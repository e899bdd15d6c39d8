"""What the mails about a fiche under review say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.outbox import mail_context
from partners.portfolio.fiche.ancres import told
from partners.portfolio.fiche.enums import EtatFiche
from partners.portfolio.fiche.models.fiche import FicheVersion


@mail_context("portfolio/soumise")
def submitted(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A fiche waits for the C2RA; nothing once it was decided or taken back."""
    found = FicheVersion.objects.select_related("prestataire").filter(pk=ids["fiche"], state=EtatFiche.SOUMISE).first()
    if found is None:
        return None
    return {
        "prestataire": str(found.prestataire),
        "first": found.numero == 1,
        "url": reverse("portfolio:relire", args=[found.pk]),
    }


@mail_context("portfolio/decision")
def decided(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The C2RA's decision on a version; nothing if the fiche moved on since."""
    found = FicheVersion.objects.select_related("prestataire__region").filter(pk=ids["fiche"]).first()
    if found is None or found.state != ids["state"] or found.tours != ids["tour"]:
        return None
    return {
        "prestataire": str(found.prestataire),
        "region": str(found.prestataire.region),
        "state": found.state,
        "remarks": [f"{told(r)} : {r.texte}" for r in found.remarques.asked()],
        "reason": found.decision_reason,
        "url": reverse("portfolio:espace_prestataire", args=[found.prestataire_id]),
    }
