"""The life of a meeting: planned, convened, held or cancelled."""

from __future__ import annotations

from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.lifecycle import lifecycle_of
from engagement.reunions.genre import REUNION
from engagement.reunions.models import Reunion

LIFECYCLE = lifecycle_of(
    REUNION,
    after="Vous noterez ensuite qui est venu, le compte rendu et les décisions.",
    then="Notez qui est venu.",
    hints={
        EtatRendezvous.PREVUE: "Choisissez les participants, écrivez l’ordre du jour, puis convoquez.",
        EtatRendezvous.CONVOQUEE: "Imprimez la feuille d’émargement ; après la réunion, dites qu’elle a eu lieu.",
        EtatRendezvous.TENUE: "Notez qui est venu, rédigez le compte rendu, inscrivez les décisions.",
        EtatRendezvous.ANNULEE: "La réunion ne se tiendra pas. Pour une autre date, prévoyez-en une nouvelle.",
    },
)

LIFECYCLE.attach(Reunion)
