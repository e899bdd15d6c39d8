"""The life of what is convened, told once: planned, convened, held or cancelled."""

from __future__ import annotations

from typing import Any

from core import clock
from core.actor import Actor
from core.lifecycle import Action, Condition, Lifecycle
from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.genre import Genre


def _somewhere(rendezvous: Any, actor: Actor) -> str | None:
    return None if rendezvous.ou else "Indiquez le lieu, ou le lien de la visioconférence."


def _somebody(rendezvous: Any, actor: Actor) -> str | None:
    if rendezvous.participants.expected().reachable().exists():
        return None
    return "Ajoutez au moins un participant dont l’adresse électronique est connue."


def lifecycle_of(genre: Genre, *, hints: dict[str, str], after: str, then: str) -> Lifecycle:
    """The lifecycle of one kind of rendez-vous. ``after`` says what is noted once it is held, ``then`` what the page
    says when it just was."""
    nom = genre.nom
    la, une = f"la {nom}", f"La {nom}"

    def to_come(rendezvous: Any, actor: Actor) -> str | None:
        passed = rendezvous.debut <= clock.now()
        return f"La date de {la} est passée : changez-la d’abord." if passed else None

    def begun(rendezvous: Any, actor: Actor) -> str | None:
        return f"{une} n’a pas encore commencé." if rendezvous.debut > clock.now() else None

    convoked: tuple[Condition, ...] = (to_come, _somewhere, _somebody)
    return Lifecycle(
        name=f"{genre.app}.{genre.code}",
        states=EtatRendezvous,
        initial=EtatRendezvous.PREVUE,
        actions=(
            Action(
                "convoquer",
                "Convoquer les participants",
                (EtatRendezvous.PREVUE,),
                EtatRendezvous.CONVOQUEE,
                genre.why_not_write,
                done=f"a convoqué {la}",
                said="Les participants sont convoqués : chaque courrier part séparément.",
                conditions=convoked,
                style="primary",
                help=f"Chaque participant reçoit son propre courrier, avec {la} à mettre dans son agenda ; personne "
                "ne voit l’adresse des autres.",
            ),
            Action(
                "tenir",
                f"{une} a eu lieu",
                (EtatRendezvous.PREVUE, EtatRendezvous.CONVOQUEE),
                EtatRendezvous.TENUE,
                genre.why_not_hold,
                done=f"a noté que {la} a eu lieu",
                said=f"{une} a eu lieu. {then}",
                conditions=(begun,),
                style="primary",
                help=after,
            ),
            Action(
                "annuler",
                f"Annuler {la}",
                (EtatRendezvous.PREVUE, EtatRendezvous.CONVOQUEE),
                EtatRendezvous.ANNULEE,
                genre.why_not_write,
                done=f"a annulé {la}",
                said=f"{une} est annulée ; les personnes convoquées en sont prévenues.",
                needs_reason=True,
                reason_label="Pourquoi l’annuler",
                style="danger",
                help="Les personnes convoquées en sont prévenues, avec ce motif, et leur agenda s’en trouve corrigé.",
            ),
            Action(
                "rouvrir",
                "Elle n’a pas eu lieu",
                (EtatRendezvous.TENUE,),
                lambda row: EtatRendezvous.CONVOQUEE if row.convoquee_le else EtatRendezvous.PREVUE,
                genre.why_not_write,
                done=f"est revenu sur la tenue de {la}",
                said=f"{une} est de nouveau à tenir.",
                needs_reason=True,
                reason_label="Motif",
                help=f"Pour corriger une erreur : {la} redevient à tenir, ce qui est noté reste.",
            ),
        ),
        next_hint=hints,
        tags={
            EtatRendezvous.PREVUE: "tag-neutral",
            EtatRendezvous.CONVOQUEE: "tag-accent",
            EtatRendezvous.TENUE: "tag-ok",
            EtatRendezvous.ANNULEE: "tag-bad",
        },
        frozen={
            EtatRendezvous.ANNULEE: f"Cette {nom} est annulée : elle ne se modifie plus. Prévoyez-en une autre.",
        },
    )
