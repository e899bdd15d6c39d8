"""The state machines of the cycle, declared once.

Sources: 000 « Le cycle d'une ingénierie collective »; the gates of each step are data of the cycle
(:mod:`projects.gates`), asked through :func:`_gate`.
"""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from projects import gates, permissions
from projects.enums import Etat, EtatMobilisation, EtatMutualisation
from projects.models import Ingenierie, Mutualisation, StructureCiblee


def _pilot(obj, actor: Actor) -> str | None:
    return permissions.why_not_pilot(actor, obj)


def _contributor(obj, actor: Actor) -> str | None:
    return permissions.why_not_contribute(actor, obj.ingenierie)


def _moves_structure(obj, actor: Actor) -> str | None:
    if obj.seule:
        return "Cette structure est celle de l’ingénierie individuelle : elle y est du début à la fin."
    return _contributor(obj, actor)


def _proposer(obj, actor: Actor) -> str | None:
    return permissions.why_not_decide_pool(actor, obj)


def _enough(obj, actor: Actor) -> str | None:
    accepted = sum(1 for answer in obj.reponses.all() if answer.takes_part)
    if accepted >= obj.seuil:
        return None
    return f"{accepted} DLA sur {obj.seuil} ont accepté : l’ingénierie s’ouvrira quand il y en aura assez."


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

STRUCTURE_CIBLEE = Lifecycle(
    name="projects.structure_ciblee",
    states=EtatMobilisation,
    initial=EtatMobilisation.REPEREE,
    actions=(
        Action(
            "contacter",
            "Marquer contactée",
            (EtatMobilisation.REPEREE,),
            EtatMobilisation.CONTACTEE,
            _moves_structure,
            done="a contacté la structure",
        ),
        Action(
            "interesser",
            "Intéressée",
            (EtatMobilisation.REPEREE, EtatMobilisation.CONTACTEE, EtatMobilisation.DECLINEE),
            EtatMobilisation.INTERESSEE,
            _moves_structure,
            done="a noté l’intérêt de la structure",
        ),
        Action(
            "decliner",
            "Décline",
            (EtatMobilisation.REPEREE, EtatMobilisation.CONTACTEE, EtatMobilisation.INTERESSEE),
            EtatMobilisation.DECLINEE,
            _moves_structure,
            done="a noté que la structure décline",
        ),
        Action(
            "confirmer",
            "Confirmer",
            (EtatMobilisation.CONTACTEE, EtatMobilisation.INTERESSEE),
            EtatMobilisation.CONFIRMEE,
            _moves_structure,
            done="a confirmé la participation de la structure",
            style="primary",
        ),
        Action(
            "retirer",
            "Retirer",
            (
                EtatMobilisation.REPEREE,
                EtatMobilisation.CONTACTEE,
                EtatMobilisation.INTERESSEE,
                EtatMobilisation.CONFIRMEE,
            ),
            EtatMobilisation.RETIREE,
            _moves_structure,
            done="a retiré la structure",
            needs_reason=True,
            style="danger",
        ),
        Action(
            "reprendre",
            "Remettre parmi les repérées",
            (EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE),
            EtatMobilisation.REPEREE,
            _moves_structure,
            done="a remis la structure parmi les repérées",
        ),
    ),
    tags={
        EtatMobilisation.CONTACTEE: "tag-accent",
        EtatMobilisation.INTERESSEE: "tag-warn",
        EtatMobilisation.CONFIRMEE: "tag-ok",
    },
)

MUTUALISATION = Lifecycle(
    name="projects.mutualisation",
    states=EtatMutualisation,
    initial=EtatMutualisation.PROPOSEE,
    actions=(
        Action(
            "ouvrir",
            "Ouvrir l’ingénierie",
            (EtatMutualisation.PROPOSEE,),
            EtatMutualisation.OUVERTE,
            _proposer,
            done="a ouvert l’ingénierie mutualisée",
            conditions=(_enough,),
            style="primary",
        ),
        Action(
            "abandonner",
            "Renoncer à la proposition",
            (EtatMutualisation.PROPOSEE,),
            EtatMutualisation.ABANDONNEE,
            _proposer,
            done="a renoncé à la proposition de mutualisation",
            needs_reason=True,
            style="danger",
        ),
    ),
    tags={EtatMutualisation.PROPOSEE: "tag-warn", EtatMutualisation.OUVERTE: "tag-ok"},
)

INGENIERIE.attach(Ingenierie)
STRUCTURE_CIBLEE.attach(StructureCiblee)
MUTUALISATION.attach(Mutualisation)
