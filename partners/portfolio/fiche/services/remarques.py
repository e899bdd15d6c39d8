"""What the prestataire says of the remarks of the C2RA: answered, or done."""

from __future__ import annotations

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import lock
from core.errors import InvalidInput
from core.text import typed_text
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.remarque import Remarque
from partners.portfolio.fiche.services.versions import ensure_written

journal.register_verbs(
    {
        "portfolio.remarque_traitee": "a répondu à une remarque",
        "portfolio.remarque_rouverte": "a rouvert une remarque",
    }
)


def _asked(remarque: Remarque, actor: Actor) -> FicheVersion:
    fiche = lock(remarque.fiche)
    ensure_written(fiche, actor)
    if remarque.tour != fiche.tours:
        raise InvalidInput("Cette remarque est celle d’un envoi précédent : elle n’attend plus de réponse.")
    return fiche


@transaction.atomic
def settle(remarque: Remarque, reponse: str, *, actor: Actor) -> Remarque:
    """Say that a remark of the last return is dealt with, in words or (``reponse`` empty) without.

    Raises ``NotAllowed``, ``StaleState`` (the fiche is not being written), ``InvalidInput``.
    """
    fiche = _asked(remarque, actor)
    remarque.reponse = typed_text(reponse, limit=2000)
    remarque.traitee_le, remarque.traitee_par = clock.now(), actor.label[:200]
    remarque.save(update_fields=["reponse", "traitee_le", "traitee_par"])
    journal.record(actor, "portfolio.remarque_traitee", remarque, scope=fiche.prestataire)
    return remarque


@transaction.atomic
def reopen(remarque: Remarque, *, actor: Actor) -> Remarque:
    """Say that a remark is not dealt with after all; what was answered is dropped. As :func:`settle`."""
    fiche = _asked(remarque, actor)
    remarque.reponse, remarque.traitee_le, remarque.traitee_par = "", None, ""
    remarque.save(update_fields=["reponse", "traitee_le", "traitee_par"])
    journal.record(actor, "portfolio.remarque_rouverte", remarque, scope=fiche.prestataire)
    return remarque
