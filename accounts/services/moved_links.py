"""Personal links of two objects that become one: what was sent to somebody goes on opening what it asked."""

from __future__ import annotations

from django.db import models

from accounts.models import Grant
from accounts.services.links import OUVERT, status_of
from core import clock, journal
from core.actor import Actor
from core.editing import lock_rows

_NOWHERE = 0


def move_links(
    kept: models.Model, gone: models.Model, *, actor: Actor, scope: models.Model
) -> list[tuple[Grant, Grant]]:
    """Make the links of ``gone`` open ``kept``. In the caller's transaction, before ``gone`` is deleted.

    An address that had a link on each keeps one: the one that may still be used, else the last sent. The other is
    revoked (unless it was answered: it then goes on saying so) and no longer opens anything. Returns those pairs: (the
    one that serves, the other).
    """
    pairs = []
    mine = {(g.purpose, g.recipient_email.lower()): g for g in lock_rows(Grant.objects.of(kept))}
    for grant in lock_rows(Grant.objects.of(gone)):
        twin = mine.get((grant.purpose, grant.recipient_email.lower()))
        if twin is None:
            grant.object_id = kept.pk
            grant.save(update_fields=["object_id"])
            continue
        serves, other = sorted((twin, grant), key=lambda g: (status_of(g) == OUVERT, g.sent_at, g.pk), reverse=True)
        if other.used_at is None and other.revoked_at is None:
            other.revoked_at = clock.now()
            changes = {"revoked_at": (None, other.revoked_at)}
            reason = f"La même adresse a un autre lien : « {gone} » a été réuni à « {kept} »."
            journal.record(actor, "lien.revoque", other, scope=scope, changes=changes, reason=reason)
        # Two links of one address cannot be of one object, even for a moment.
        other.object_id = _NOWHERE
        other.save(update_fields=["object_id", "revoked_at"])
        serves.object_id = kept.pk
        serves.save(update_fields=["object_id"])
        other.object_id = gone.pk
        other.save(update_fields=["object_id"])
        pairs.append((serves, other))
    return pairs
