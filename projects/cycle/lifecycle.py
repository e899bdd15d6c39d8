"""The state machine of an ingénierie, declared once.

Sources: 000 « Le cycle d'une ingénierie collective »; the gates of each step are data of the cycle
(:mod:`projects.cycle.gates`), asked through :func:`_gate`.
"""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from projects.cycle import gates
from projects.enums import Etat
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie


def _pilot(obj, actor: Actor) -> str | None:
    return permissions.why_not_pilot(actor, obj)


def _gate(obj, actor: Actor) -> list[str]:
    return gates.missing_labels(obj, actor)


OPEN = (Etat.IDENTIFIER, Etat.ENGAGER, Etat.CONFIRMER, Etat.FINALISER)

INGENIERIE = Lifecycle(
    name="projects.ingenierie",
    states=Etat,
    initial=Etat.IDENTIFIER,
    actions=(
        Action(
            "engager",
            "Engager la démarche",
            (Etat.IDENTIFIER,),
            Etat.ENGAGER,
            _pilot,
            done="a engagé la démarche",
            conditions=(_gate,),
            style="primary",
            help="Problématique cernée, structures ciblées, rôle du DLA posé : le partenariat peut se lancer.",
        ),
        Action(
            "confirmer",
            "Confirmer la démarche",
            (Etat.ENGAGER,),
            Etat.CONFIRMER,
            _pilot,
            done="a fait passer la démarche à « Confirmer »",
            conditions=(_gate,),
            style="primary",
            help="Partenaires, objectifs, avis et budget sont réunis : les structures peuvent être mobilisées.",
        ),
        Action(
            "finaliser",
            "Finaliser la démarche",
            (Etat.CONFIRMER,),
            Etat.FINALISER,
            _pilot,
            done="a fait passer la démarche à « Finaliser »",
            conditions=(_gate,),
            style="primary",
            help="Groupes, cahier des charges, prestataire et convention sont arrêtés : l’intervention peut commencer.",
        ),
        Action(
            "cloturer",
            "Clôturer l’ingénierie",
            (Etat.FINALISER,),
            Etat.CLOTURE,
            _pilot,
            done="a clôturé l’ingénierie",
            conditions=(_gate,),
            style="primary",
            help="L’intervention est évaluée et ce qu’elle apprend aux autres est décidé.",
        ),
        Action(
            "revenir",
            "Revenir à l’étape précédente",
            (Etat.ENGAGER,),
            Etat.IDENTIFIER,
            _pilot,
            done="est revenu à l’étape précédente",
            needs_reason=True,
        ),
        Action(
            "revenir",
            "Revenir à l’étape précédente",
            (Etat.CONFIRMER,),
            Etat.ENGAGER,
            _pilot,
            done="est revenu à l’étape précédente",
            needs_reason=True,
        ),
        Action(
            "revenir",
            "Revenir à l’étape précédente",
            (Etat.FINALISER,),
            Etat.CONFIRMER,
            _pilot,
            done="est revenu à l’étape précédente",
            needs_reason=True,
        ),
        Action(
            "abandonner",
            "Abandonner l’ingénierie",
            OPEN,
            Etat.ABANDONNE,
            _pilot,
            done="a abandonné l’ingénierie",
            needs_reason=True,
            style="danger",
            confirm="Abandonner cette ingénierie ? Elle restera lisible et pourra être rouverte.",
        ),
        Action(
            "reouvrir",
            "Rouvrir l’ingénierie",
            (Etat.CLOTURE, Etat.ABANDONNE),
            lambda ingenierie: ingenierie.left_state or Etat.IDENTIFIER,
            _pilot,
            done="a rouvert l’ingénierie",
            needs_reason=True,
        ),
    ),
    next_hint={
        Etat.IDENTIFIER: "Cernez la problématique, ciblez les structures, posez le rôle du DLA.",
        Etat.ENGAGER: "Réunissez les partenaires, partagez les objectifs, faites valider la démarche et son budget.",
        Etat.CONFIRMER: "Mobilisez les structures, arrêtez le projet d’intervention, rédigez le cahier des charges.",
        Etat.FINALISER: "Suivez l’intervention, évaluez-la, transmettez ce qu’elle apprend.",
        Etat.CLOTURE: "L’ingénierie est terminée ; elle peut être rouverte avec un motif.",
        Etat.ABANDONNE: "L’ingénierie est arrêtée ; elle peut être rouverte avec un motif.",
    },
)


INGENIERIE.attach(Ingenierie)
