"""What the payments give to the mission, to the budget, to the dates; who reads the invoices."""

from __future__ import annotations

from django.urls import reverse

from core.formats import format_money_plain
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights
from engagement.budget.depenses import DEPENSES, DepenseProvider
from missions.conventions.models import Convention
from missions.mission.registry import SALLES, SalleMission
from missions.paiements import dashboard, echeances, facts, permissions
from missions.paiements.models import Paiement


def _resume(convention: Convention) -> str:
    rows = list(Paiement.objects.filter(convention=convention))
    paid = sum(row.montant_paye for row in rows if row.montant_paye)
    waiting = sum(1 for row in rows if row.demande_le and not row.paye_le)
    told = f"{format_money_plain(paid)} payés" if paid else "Rien n’est encore payé"
    return f"{told}, {waiting} demande{'s' if waiting > 1 else ''} en attente" if waiting else told


def _url(paiement: Paiement) -> str:
    return reverse("missions:paiements", args=[paiement.convention.ingenierie_id, paiement.convention_id])


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    SALLES.register(
        "paiements", SalleMission("Paiements", "missions:paiements", "mission:paiements", _resume), order=70
    )
    ATTACHMENT_RIGHTS.register(
        "missions.paiement",
        AttachmentRights(
            can_view=permissions.viewable,
            can_edit=permissions.editable,
            scope=lambda paiement: paiement.convention.ingenierie,
            url=_url,
        ),
    )
    DEPENSES.register("missions", DepenseProvider(facts.read, facts.payes))
    dashboard.register()
    echeances.register()
