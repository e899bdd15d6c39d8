"""The life of a séance: planned, convened, held or cancelled."""

from __future__ import annotations

from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.lifecycle import lifecycle_of
from missions.seances.genre import SEANCE
from missions.seances.models import Seance

LIFECYCLE = lifecycle_of(
    SEANCE,
    after="Vous noterez ensuite qui est venu, et le compte rendu.",
    then="Notez qui est venu.",
    hints={
        EtatRendezvous.PREVUE: "Choisissez qui est attendu, puis convoquez : chacun reçoit la date et le lieu.",
        EtatRendezvous.CONVOQUEE: "Imprimez la feuille de présence ; après la séance, le prestataire ou vous dites "
        "qu’elle a eu lieu.",
        EtatRendezvous.TENUE: "Notez qui est venu : les jours donnés à chaque structure s’en déduisent.",
        EtatRendezvous.ANNULEE: "La séance ne se tiendra pas. Pour une autre date, prévoyez-en une nouvelle.",
    },
)

LIFECYCLE.attach(Seance)
