"""The consent of a structure to what of it goes with the cahier des charges, given by its personal link."""

from __future__ import annotations

from django.db import transaction

from accounts import services as accounts
from consultations.cahier.enums import Diagnostic
from consultations.cahier.models import AnnexeStructure
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, lock
from core.errors import InvalidInput, StaleState
from core.formats import format_date
from core.text import typed_text
from projects.ingenierie.services import touch

journal.register_verbs({"consultations.annexe_accord": "a répondu de ce qui est annexé de la structure"})

#: Code of the purpose of the links (``accounts.links``).
LIEN = "accord-annexes"


def why_closed(row: AnnexeStructure) -> str:
    """Why no answer is expected any more, or ``""``."""
    if not row.is_something:
        return "Rien de votre structure n’est plus annexé au cahier des charges : aucune réponse n’est attendue."
    if row.cahier.why_frozen:
        return "Le cahier des charges est arrêté : ce qui l’accompagne ne change plus."
    return ""


def said_of(row: AnnexeStructure) -> list[str]:
    """What would leave, a line each, as the structure reads it."""
    told = []
    if row.diagnostic == Diagnostic.COMPLET:
        partage = row.partage
        told.append(
            f"Votre diagnostic du {partage.data['date']}, en entier" if partage else "Votre diagnostic, en entier"
        )
    elif row.diagnostic == Diagnostic.SYNTHESE:
        told.append("La synthèse de votre diagnostic, telle qu’elle est ci-dessous")
    if row.plan:
        plan = row.actualisation
        when = f", arrêté le {format_date(plan.le)}" if plan else ""
        told.append(f"Votre plan d’accompagnement{when}")
    return told


@transaction.atomic
def answer(
    row: AnnexeStructure, *, accord: bool, qui: str, mot: str = "", actor: Actor, expected_version: int
) -> AnnexeStructure:
    """Keep what the holder of the link answers for her structure: its consent to what she read, or its refusal.

    She may change her mind while the cahier is written. Raises ``NotAllowed`` (another link), ``LinkClosed``,
    ``InvalidInput`` (nobody named), ``StaleState`` when what would leave changed while she read.
    """
    grant = accounts.take(actor, LIEN, row)
    cahier = lock(row.cahier)
    cahier.ingenierie = row.cahier.ingenierie
    locked = lock(row)
    locked.cahier, locked.cible = cahier, row.cible
    if refusal := why_closed(locked):
        raise StaleState(refusal)
    if locked.version != expected_version:
        raise StaleState("Ce qui serait annexé vient de changer : relisez avant de répondre.")
    qui, mot = typed_text(qui, limit=200), typed_text(mot, limit=2000)
    if not qui:
        raise InvalidInput("Donnez votre nom et votre fonction.")
    today = clock.today()
    given = {"accord_le": today, "accord_par": qui, "par_lien": True, "refus_le": None, "refus_mot": ""}
    refused = {"accord_le": None, "accord_par": "", "par_lien": False, "refus_le": today, "refus_mot": mot}
    saved = apply_changes(
        locked,
        given if accord else refused,
        actor=actor,
        verb="consultations.annexe_accord",
        expected_version=None,
        scope=cahier.ingenierie,
    )
    accounts.answered(grant)
    touch(cahier.ingenierie_id)
    return saved
