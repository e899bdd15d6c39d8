"""What the mails to partners say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from core.outbox import mail_context
from missions.productions.models import DestinataireNote
from missions.suivi.services import charge_address


@mail_context("missions/note_partenaires")
def note(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The short note, as it was written."""
    related = [f"note__convention__{name}" for name in ("ingenierie__pilote", "ingenierie__charge_mission")]
    row = DestinataireNote.objects.select_related("note__etape", *related).filter(pk=ids["destinataire"]).first()
    if row is None:
        return None
    convention = row.note.convention
    return {
        "nom": row.nom,
        "organisme": row.organisme,
        "objet": row.note.titre,
        "texte": row.note.texte,
        "etape": row.note.etape.titre if row.note.etape else "",
        "titre": convention.ingenierie.titre,
        "organisation": str(convention.ingenierie.pilote),
        "reply_to": charge_address(convention),
    }
