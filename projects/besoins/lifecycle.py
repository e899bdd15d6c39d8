"""The state machine of a proposal of pooling, declared once."""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from projects.besoins import permissions
from projects.besoins.models import Mutualisation
from projects.enums import EtatMutualisation


def _proposer(obj, actor: Actor) -> str | None:
    return permissions.why_not_decide_pool(actor, obj)


def _enough(obj, actor: Actor) -> str | None:
    accepted = sum(1 for answer in obj.reponses.all() if answer.takes_part)
    if accepted >= obj.seuil:
        return None
    return f"{accepted} DLA sur {obj.seuil} ont accepté : l’ingénierie s’ouvrira quand il y en aura assez."


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

MUTUALISATION.attach(Mutualisation)
