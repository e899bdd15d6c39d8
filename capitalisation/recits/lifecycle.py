"""The life of a récit, declared once."""

from __future__ import annotations

from capitalisation.recits.contenu import manques
from capitalisation.recits.enums import EtatRecit
from capitalisation.recits.models import Recit
from capitalisation.recits.permissions import why_not_arreter, why_not_write
from core.actor import Actor
from core.lifecycle import Action, Lifecycle


def _pilot(recit: Recit, actor: Actor) -> str | None:
    return why_not_arreter(actor, recit) or None


def _team(recit: Recit, actor: Actor) -> str | None:
    return why_not_write(actor, recit) or None


def _complete(recit: Recit, actor: Actor) -> list[str]:
    return [f"Il manque : {one.nom}." for one in manques(recit)]


RECIT = Lifecycle(
    name="capitalisation.recit",
    states=EtatRecit,
    initial=EtatRecit.EN_COURS,
    actions=(
        Action(
            "arreter",
            "Arrêter cette version",
            (EtatRecit.EN_COURS,),
            EtatRecit.ARRETE,
            _pilot,
            done="a arrêté une version du récit",
            said="La version est arrêtée : elle peut être versée à la bibliothèque.",
            conditions=(_complete,),
            style="primary",
            help="Le récit ne change plus ; c’est cette version que d’autres pourront lire.",
        ),
        Action(
            "reprendre",
            "Reprendre l’écriture",
            (EtatRecit.ARRETE,),
            EtatRecit.EN_COURS,
            _team,
            done="a repris l’écriture du récit",
            said="L’écriture est reprise ; la version arrêtée reste celle qu’on lit.",
        ),
    ),
    next_hint={
        EtatRecit.EN_COURS: "Relisez ce qui est proposé, complétez, puis le pilote arrête une version.",
        EtatRecit.ARRETE: "Une version est arrêtée : elle se lit, s’imprime et se verse à la bibliothèque.",
    },
    tags={EtatRecit.EN_COURS: "tag-warn", EtatRecit.ARRETE: "tag-ok"},
    frozen={EtatRecit.ARRETE: "Cette version est arrêtée : reprenez l’écriture pour en préparer une autre."},
)
RECIT.attach(Recit)
