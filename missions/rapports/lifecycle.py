"""The life of a final report: written, received, to complete or accepted (the three states of 002's gate)."""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from missions.mission.permissions import why_not_fill
from missions.rapports import permissions
from missions.rapports.completude import manques
from missions.rapports.enums import EtatRapport
from missions.rapports.models import RapportFinal


def _writer(rapport, actor: Actor) -> str | None:
    return why_not_fill(actor, rapport.convention) or None


def _team(rapport, actor: Actor) -> str | None:
    return permissions.why_not_judge(actor, rapport) or None


def _complete(rapport, actor: Actor) -> list[str]:
    return [f"Il manque {manque.label}." for manque in manques(rapport)]


RAPPORT = Lifecycle(
    name="missions.rapport",
    states=EtatRapport,
    initial=EtatRapport.REDACTION,
    actions=(
        Action(
            "remettre",
            "Remettre le rapport",
            (EtatRapport.REDACTION, EtatRapport.A_COMPLETER),
            EtatRapport.REMIS,
            _writer,
            done="a remis le rapport final",
            said="Le rapport est remis : le DLA le lit, puis l’accepte ou dit ce qui est à compléter.",
            conditions=(_complete,),
            style="primary",
            confirm="Remettre ce rapport ? Il ne change plus, sauf si le DLA demande de le compléter.",
        ),
        Action(
            "completer",
            "Demander de le compléter",
            (EtatRapport.REMIS,),
            EtatRapport.A_COMPLETER,
            _team,
            done="a demandé de compléter le rapport final",
            said="Le rapport est à compléter : le prestataire en est averti.",
            needs_reason=True,
            reason_label="Ce qui est à compléter (dit au prestataire, et inscrit au journal)",
        ),
        Action(
            "accepter",
            "Accepter le rapport",
            (EtatRapport.REMIS,),
            EtatRapport.ACCEPTE,
            _team,
            done="a accepté le rapport final",
            said="Le rapport est accepté. Son PDF scellé est en cours de fabrication.",
            style="primary",
            confirm="Accepter ce rapport ? Son texte est figé, et les structures le reçoivent.",
            help="Le texte est figé et son PDF fabriqué une fois pour toutes.",
        ),
        Action(
            "rouvrir",
            "Rouvrir le rapport",
            (EtatRapport.ACCEPTE,),
            EtatRapport.A_COMPLETER,
            _team,
            done="a rouvert le rapport final accepté",
            said="Le rapport est de nouveau à compléter ; le texte accepté reste lisible.",
            needs_reason=True,
            reason_label="Ce qui est à compléter (dit au prestataire, et inscrit au journal)",
        ),
    ),
    next_hint={
        EtatRapport.REDACTION: "Le prestataire l’écrit dans son espace, partie par partie, puis le remet.",
        EtatRapport.REMIS: "Le DLA le lit, puis l’accepte ou dit ce qui est à compléter.",
        EtatRapport.A_COMPLETER: "Le prestataire complète ce qui est demandé, puis le remet de nouveau.",
        EtatRapport.ACCEPTE: "Ses préconisations peuvent devenir des besoins ou des lignes de plan.",
    },
    tags={
        EtatRapport.REDACTION: "tag-warn",
        EtatRapport.REMIS: "tag-accent",
        EtatRapport.A_COMPLETER: "tag-warn",
        EtatRapport.ACCEPTE: "tag-ok",
    },
    frozen={
        EtatRapport.REMIS: "Le rapport est remis : le DLA peut demander de le compléter.",
        EtatRapport.ACCEPTE: "Le rapport est accepté : le DLA peut le rouvrir, avec un motif.",
    },
)

RAPPORT.attach(RapportFinal)
