"""A fiche taken over from the former portfolio is checked rubric by rubric before it is sent."""

from __future__ import annotations

from django.db import transaction

from core import journal
from core.actor import Actor
from core.errors import InvalidInput
from partners.portfolio.models import FicheVersion, Reprise
from partners.portfolio.rubriques import BY_CODE, Rubrique

journal.register_verbs({"portfolio.verifiee": "a vérifié une rubrique de l’ancienne fiche"})


def to_verify(prestataire_id: int) -> list[Rubrique]:
    """The rubrics of the former fiche that its people have still to check; none for a fiche written here."""
    found = Reprise.objects.filter(prestataire=prestataire_id).first()
    return found.to_verify if found is not None else []


def mark_verified(fiche: FicheVersion, code: str, *, actor: Actor) -> None:
    """Note, in the open transaction, that somebody of the prestataire has checked the rubric ``code``. Once."""
    found = Reprise.objects.select_for_update().filter(prestataire=fiche.prestataire_id).first()
    if found is None or code in found.verifiees:
        return
    found.verifiees = [*found.verifiees, code]
    found.save(update_fields=["verifiees"])
    journal.record(
        actor, "portfolio.verifiee", fiche, scope=fiche.prestataire, changes={"rubrique": (None, BY_CODE[code].titre)}
    )


@transaction.atomic
def verify(fiche: FicheVersion, code: str, *, actor: Actor) -> None:
    """« J’ai vérifié cette rubrique »: what the former fiche said is right. Raises ``NotAllowed``, ``InvalidInput``."""
    from partners.portfolio.services.fiche import ensure_written

    if code not in BY_CODE:
        raise InvalidInput("Cette rubrique n’existe pas : rechargez la page.")
    ensure_written(fiche, actor)
    mark_verified(fiche, code, actor=actor)
