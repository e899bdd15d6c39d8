"""What the mails of the fiche de suivi say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.urls import reverse

from core.actor import Actor
from core.documents.frozen import produce
from core.formats import format_date
from core.models import GeneratedDocument
from core.outbox import mail_context
from missions.conventions.models import Convention
from missions.mission.mails import entree
from missions.mission.permissions import why_not_running
from missions.suivi.documents import FICHE
from missions.suivi.models import EtapeSuivi, FicheSuivi
from missions.suivi.services import charge_address

_INGENIERIE = ("ingenierie__pilote", "ingenierie__charge_mission", "choix__prestataire")


def _shown(convention: Convention) -> dict[str, Any]:
    ingenierie = convention.ingenierie
    return {
        "titre": ingenierie.titre,
        "convention": convention.titre,
        "organisation": str(ingenierie.pilote),
        "prestataire": str(convention.choix.prestataire),
        "reply_to": charge_address(convention),
    }


def _etape(ids: dict[str, Any]) -> EtapeSuivi | None:
    related = [f"fiche__convention__{name}" for name in _INGENIERIE]
    return EtapeSuivi.objects.select_related("etape", *related).filter(pk=ids["etape"]).first()


def _printed(fiche: FicheSuivi) -> tuple[str, bytes, str]:
    """The fiche in PDF, as it stood when it was sent: made once for all who receive it."""
    made = GeneratedDocument.objects.about(fiche, FICHE).filter(blank=False, made_at__gte=fiche.envoyee_le).first()
    document = made or produce(FICHE, fiche.pk, actor=Actor.system("envoi de la fiche de suivi"))
    with default_storage.open(document.storage_key) as file:
        return document.filename, file.read(), "application/pdf"


@mail_context("missions/fiche_suivi")
def fiche(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The fiche goes with the convention: what is asked, and when; nothing once its prestataire is not retained."""
    convention = Convention.objects.select_related(*_INGENIERIE).filter(pk=ids["convention"]).first()
    if convention is None or not convention.is_signed or convention.choix.retire_at is not None:
        return None
    rows = EtapeSuivi.objects.filter(fiche__convention=convention).order_by("ordre", "pk")
    fiche = FicheSuivi.objects.filter(convention=convention).first()
    if fiche is None or fiche.envoyee_le is None:
        return None
    return {
        **_shown(convention),
        **entree(convention),
        "attachments": [_printed(fiche)],
        "etapes": [(row.titre, format_date(row.prevu_fin) if row.prevu_fin else "") for row in rows],
        "url": reverse("mission:suivi", args=[convention.pk]),
    }


@mail_context("missions/etape_rendue")
def rendue(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A stage was returned; nothing once it was taken back."""
    row = _etape(ids)
    if row is None or row.rendue_le is None:
        return None
    convention = row.fiche.convention
    return {
        **_shown(convention),
        "etape": row.titre,
        "fait_le": format_date(row.fait_le),
        "modifiee": row.modifiee,
        "reply_to": None,
        "url": reverse("missions:suivi", args=[convention.ingenierie_id, convention.pk]),
    }


def _late(ids: dict[str, Any]) -> EtapeSuivi | None:
    """The stage while it is still late on the date that the mail is about, in a mission that still runs."""
    row = _etape(ids)
    if row is None or row.rendue_le is not None or row.prevu_fin is None or row.prevu_fin.isoformat() != ids["prevu"]:
        return None
    return None if why_not_running(row.fiche.convention) else row


@mail_context("missions/etape_en_retard")
def en_retard(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The prestataire is reminded first."""
    row = _late(ids)
    if row is None:
        return None
    convention = row.fiche.convention
    return {
        **_shown(convention),
        **entree(convention),
        "etape": row.titre,
        "prevu": format_date(row.prevu_fin),
        "url": reverse("mission:suivi", args=[convention.pk]),
    }


@mail_context("missions/etape_signalee")
def signalee(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Then the chargé de mission learns it."""
    row = _late(ids)
    if row is None:
        return None
    convention = row.fiche.convention
    return {
        **_shown(convention),
        "etape": row.titre,
        "prevu": format_date(row.prevu_fin),
        "relancee": format_date(row.relancee_le) if row.relancee_le else "",
        "reply_to": None,
        "url": reverse("missions:suivi", args=[convention.ingenierie_id, convention.pk]),
    }
