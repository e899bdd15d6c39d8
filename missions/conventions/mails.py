"""What the mails about conventions say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.in_charge import reply_address, reply_to_grant
from accounts.mails import mailed
from core import clock
from core.formats import format_date, format_datetime
from core.journal import entries_for
from core.outbox import SEALED, mail_context
from core.sealing import unseal
from missions.conventions.models import CODE_VALABLE, Signataire


def _row(pk: int) -> Signataire | None:
    related = ("acte__convention__ingenierie__pilote", "acte__convention__ingenierie__charge_mission", "acte__avenant")
    row = Signataire.objects.select_related(*related).filter(pk=pk).first()
    if row is not None and row.acte.avenant_id:
        row.acte.avenant.convention = row.acte.convention
    return row


def _reply_to(row: Signataire) -> str | None:
    ingenierie = row.acte.convention.ingenierie
    return reply_address(ingenierie.charge_mission, ingenierie.pilote)


@mail_context("missions/code_signature")
def code(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The code that signs; nothing once it has expired, was replaced or has served: a dead code is not sent."""
    row = _row(ids["signataire"])
    secret = unseal(ids[SEALED]) if SEALED in ids else None
    if row is None or secret is None or not row.code_attendu or row.codes_envoyes != ids["envoi"]:
        return None
    return {
        "code": secret["code"],
        "about": row.acte.nomme,
        "name": row.declare_nom,
        "until": format_datetime(row.code_at + CODE_VALABLE),
        "minutes": int(CODE_VALABLE.total_seconds() // 60),
        "reply_to": _reply_to(row),
    }


@mail_context("missions/signature_retiree")
def taken_back(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A text went back to the draft: its link does not serve, and why; nothing once another text is to be signed."""
    row = _row(ids["signataire"])
    if row is None or row.acte.textes_de_l_objet != row.acte.numero:
        return None
    objet = row.acte.objet
    verb = f"{objet.lifecycle.name}.reprendre"
    entries = entries_for(row.acte.convention.ingenierie).filter(verb=verb, object_id=objet.pk, at__gte=row.acte.le)
    entry = entries.order_by("at", "pk").first()
    return {
        "about": row.acte.nomme,
        "name": row.nom,
        "organisation": str(row.acte.convention.ingenierie.pilote),
        "signed": format_date(row.signe_le),
        "reason": entry.reason if entry else "",
        "reply_to": _reply_to(row),
    }


@mail_context("missions/convention_signee")
def signed(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Everybody has signed: the link to the signed text; nothing once that link was revoked."""
    link = mailed(ids)
    if link is None:
        return None
    row = link.object
    objet = row.acte.objet
    day = getattr(objet, "signe_le", None) or getattr(objet, "signee_le", None) or clock.today()
    return {
        "about": row.acte.nomme,
        "name": link.grant.recipient_name,
        "titre": row.acte.convention.ingenierie.titre,
        "organisation": str(link.grant.organisation or ""),
        "when": format_date(day),
        "url": reverse("lien", args=[link.token]),
        "reply_to": reply_to_grant(link.grant),
    }
