"""A fiche taken over from the former portfolio is checked rubric by rubric before it is sent."""

from __future__ import annotations

from core import journal
from core.actor import Actor
from core.editing import lock_rows
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.fiche.rubriques import BY_CODE, Rubrique

journal.register_verbs({"portfolio.verifiee": "a vérifié une rubrique de l’ancienne fiche"})


def to_verify(prestataire_id: int) -> list[Rubrique]:
    """The rubrics of the former fiche that its people have still to check; none for a fiche written here."""
    found = Reprise.objects.filter(prestataire=prestataire_id).first()
    return found.to_verify if found is not None else []


def mark_verified(fiche: FicheVersion, code: str, *, actor: Actor) -> None:
    """Note, in the open transaction, that somebody of the prestataire has checked the rubric ``code``. Once."""
    found = lock_rows(Reprise.objects.filter(prestataire=fiche.prestataire_id)).first()
    if found is None or code in found.verifiees:
        return
    found.verifiees = [*found.verifiees, code]
    found.save(update_fields=["verifiees"])
    journal.record(
        actor, "portfolio.verifiee", fiche, scope=fiche.prestataire, changes={"rubrique": (None, BY_CODE[code].titre)}
    )
