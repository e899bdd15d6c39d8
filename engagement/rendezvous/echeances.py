"""A meeting, a séance, in the échéancier."""

from __future__ import annotations

from core.echeances import Echeance
from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.models import RendezvousModel


def echeance_of(rendezvous: RendezvousModel, key: str, title: str, url: str) -> Echeance:
    """It, at its hours, as « Comité de pilotage : objet »."""
    nature = str(rendezvous.get_nature_display())
    return Echeance(
        key,
        f"{nature[:1].upper()}{nature[1:]} : {title}",
        rendezvous.ingenierie.titre,
        url,
        rendezvous.debut,
        until=rendezvous.fin,
        fuseau=rendezvous.fuseau,
        place=rendezvous.lieu or ("En visioconférence" if rendezvous.visio else ""),
        done=rendezvous.state == EtatRendezvous.TENUE,
    )
