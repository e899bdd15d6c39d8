"""What the mails about sessions say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from accounts.models import Grant
from core import clock
from core.journal import entries_for
from core.outbox import mail_context
from engagement.calendar import attachment
from engagement.comite.calendar import of_seance
from engagement.comite.enums import EtatSeance
from engagement.comite.models import SeanceComite


@mail_context("engagement/seance_annulee")
def session_cancelled(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A session of the comité d'appui will not take place, or goes without this person; nothing to say to somebody who
    was convened again meanwhile, nor once it is past."""
    seance = SeanceComite.objects.select_related("organisation").filter(pk=ids["seance"]).first()
    grant = Grant.objects.filter(pk=ids["lien"]).first()
    if seance is None or grant is None or seance.debut <= clock.now():
        return None
    cancelled = seance.state == EtatSeance.ANNULEE
    expected = seance.membres.filter(email__iexact=grant.recipient_email)
    if not (expected.filter(pk=grant.object_id) if cancelled else not expected.exists()):
        return None
    entry = entries_for(seance).filter(verb="engagement.seance.annuler").first() if cancelled else None
    return {
        "name": grant.recipient_name,
        "when": seance.quand,
        "organisation": str(seance.organisation),
        "cancelled": cancelled,
        "reason": entry.reason if entry else "",
        "reply_to": seance.organisation.email or None,
        "attachments": [
            attachment(
                of_seance(seance),
                email=grant.recipient_email,
                name=grant.recipient_name,
                cancelled=True,
                sequence=ids["sequence"],
            )
        ],
    }
