"""The life of a meeting, declared once: planned, convened, held or cancelled."""

from __future__ import annotations

from core import clock
from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from engagement.reunions.enums import EtatReunion
from engagement.reunions.models import Reunion
from projects.ingenierie.permissions import why_not_contribute


def _contributor(reunion, actor: Actor) -> str | None:
    refusal = why_not_contribute(actor, reunion.ingenierie)
    if refusal:
        return refusal
    return None if reunion.ingenierie.is_open else "L’ingénierie est terminée : rouvrez-la pour la modifier."


def _to_come(reunion, actor: Actor) -> str | None:
    return "La date de la réunion est passée : changez-la d’abord." if reunion.debut <= clock.now() else None


def _somewhere(reunion, actor: Actor) -> str | None:
    return None if reunion.lieu or reunion.visio else "Indiquez le lieu, ou le lien de la visioconférence."


def _somebody(reunion, actor: Actor) -> str | None:
    if reunion.participants.expected().reachable().exists():
        return None
    return "Ajoutez au moins un participant dont l’adresse électronique est connue."


def _begun(reunion, actor: Actor) -> str | None:
    return "La réunion n’a pas encore commencé." if reunion.debut > clock.now() else None


REUNION = Lifecycle(
    name="engagement.reunion",
    states=EtatReunion,
    initial=EtatReunion.PREVUE,
    actions=(
        Action(
            "convoquer",
            "Convoquer les participants",
            (EtatReunion.PREVUE,),
            EtatReunion.CONVOQUEE,
            _contributor,
            done="a convoqué la réunion",
            said="Les participants sont convoqués : chaque courrier part séparément.",
            conditions=(_to_come, _somewhere, _somebody),
            style="primary",
            help="Chaque participant reçoit son propre courrier, avec la réunion à mettre dans son agenda ; personne "
            "ne voit l’adresse des autres.",
        ),
        Action(
            "tenir",
            "La réunion a eu lieu",
            (EtatReunion.PREVUE, EtatReunion.CONVOQUEE),
            EtatReunion.TENUE,
            _contributor,
            done="a noté que la réunion a eu lieu",
            said="La réunion a eu lieu. Notez qui est venu.",
            conditions=(_begun,),
            style="primary",
            help="Vous noterez ensuite qui est venu, le compte rendu et les décisions.",
        ),
        Action(
            "annuler",
            "Annuler la réunion",
            (EtatReunion.PREVUE, EtatReunion.CONVOQUEE),
            EtatReunion.ANNULEE,
            _contributor,
            done="a annulé la réunion",
            said="La réunion est annulée ; les personnes convoquées en sont prévenues.",
            needs_reason=True,
            reason_label="Pourquoi l’annuler",
            style="danger",
            help="Les personnes convoquées en sont prévenues, avec ce motif, et leur agenda s’en trouve corrigé.",
        ),
        Action(
            "rouvrir",
            "Elle n’a pas eu lieu",
            (EtatReunion.TENUE,),
            lambda reunion: EtatReunion.CONVOQUEE if reunion.convoquee_le else EtatReunion.PREVUE,
            _contributor,
            done="est revenu sur la tenue de la réunion",
            said="La réunion est de nouveau à tenir.",
            needs_reason=True,
            reason_label="Motif",
            help="Pour corriger une erreur : la réunion redevient à tenir, ce qui est noté reste.",
        ),
    ),
    next_hint={
        EtatReunion.PREVUE: "Choisissez les participants, écrivez l’ordre du jour, puis convoquez.",
        EtatReunion.CONVOQUEE: "Imprimez la feuille d’émargement ; après la réunion, dites qu’elle a eu lieu.",
        EtatReunion.TENUE: "Notez qui est venu, rédigez le compte rendu, inscrivez les décisions.",
        EtatReunion.ANNULEE: "La réunion ne se tiendra pas. Pour une autre date, prévoyez-en une nouvelle.",
    },
    tags={
        EtatReunion.PREVUE: "tag-neutral",
        EtatReunion.CONVOQUEE: "tag-accent",
        EtatReunion.TENUE: "tag-ok",
        EtatReunion.ANNULEE: "tag-bad",
    },
    frozen={
        EtatReunion.ANNULEE: "Cette réunion est annulée : elle ne se modifie plus. Prévoyez-en une autre.",
    },
)

REUNION.attach(Reunion)
