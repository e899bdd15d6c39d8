"""What follows when fewer people agree to be named: what was printed of the récits is not given any more."""

from __future__ import annotations

from capitalisation.consentements.registry import AU_RETRAIT
from capitalisation.recits.models import Recit
from core import clock
from core.editing import lock_rows
from projects.ingenierie.models import Ingenierie


def retirer_les_noms(ingenierie: Ingenierie) -> None:
    """Date it on every récit of the dossier, in the transaction of the withdrawal.

    The rows are locked before the clock is read: a document that is being made under the same lock is dated before.
    """
    for recit in lock_rows(Recit.objects.filter(ingenierie=ingenierie)):
        recit.noms_retires_at = clock.now()
        recit.save(update_fields=["noms_retires_at"])


def register() -> None:
    """Called once by :func:`capitalisation.recits.providers.register`."""
    AU_RETRAIT.register("recits", retirer_les_noms)
