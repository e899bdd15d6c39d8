"""What the mails about changes of a mission say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import format_date
from core.outbox import mail_context
from missions.mission.mails import entree
from missions.modifications.enums import EN_COURS, EtatDemande
from missions.modifications.models import DemandeModification
from missions.suivi.services import charge_address

_RELATED = (
    "convention__ingenierie__pilote",
    "convention__ingenierie__charge_mission",
    "convention__choix__prestataire",
    "etape",
)


def _shown(ids: dict[str, Any]) -> tuple[DemandeModification, dict[str, Any]] | None:
    demande = DemandeModification.objects.select_related(*_RELATED).filter(pk=ids["demande"]).first()
    if demande is None or demande.convention.choix.retire_at is not None:
        return None
    convention = demande.convention
    for_team = ids["pour"] == "equipe"
    route = "missions:modification" if for_team else "mission:modification"
    args = [convention.ingenierie_id, convention.pk, demande.pk] if for_team else [convention.pk, demande.pk]
    return demande, {
        "titre": convention.ingenierie.titre,
        "organisation": str(convention.ingenierie.pilote),
        "prestataire": str(convention.choix.prestataire),
        "quoi": demande.get_quoi_display(),
        "equipe": for_team,
        "reply_to": None if for_team else charge_address(convention),
        "url": reverse(route, args=args),
    }


@mail_context("missions/modification_demandee")
def demandee(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The prestataire asks for a change; nothing once it was decided or taken back."""
    found = _shown(ids)
    if found is None or found[0].state not in EN_COURS:
        return None
    demande, shown = found
    return {**shown, "contact": format_date(demande.contact_le) if demande.contact_le else ""}


@mail_context("missions/modification_decidee")
def decidee(ids: dict[str, Any]) -> dict[str, Any] | None:
    """It was accepted by all, or refused: by whom."""
    found = _shown(ids)
    if found is None or found[0].state not in (EtatDemande.ACCEPTEE, EtatDemande.REFUSEE):
        return None
    demande, shown = found
    refused_by = demande.accords.filter(avis="non").select_related("structure__structure").first()
    return {
        **shown,
        **({} if shown["equipe"] else entree(demande.convention)),
        "acceptee": demande.state == EtatDemande.ACCEPTEE,
        "motif": refused_by.commentaire if refused_by else demande.motif,
        "refusee_par": str(refused_by.structure) if refused_by else shown["organisation"],
    }
