"""The state machine of a targeted structure, declared once."""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from projects.enums import EtatMobilisation
from projects.ingenierie import permissions
from projects.structures_ciblees.models import StructureCiblee


def _contributor(obj, actor: Actor) -> str | None:
    return permissions.why_not_contribute(actor, obj.ingenierie)


def _moves_structure(obj, actor: Actor) -> str | None:
    if obj.seule:
        return "Cette structure est celle de l’ingénierie individuelle : elle y est du début à la fin."
    return _contributor(obj, actor)


def _moves_or_answers(obj, actor: Actor) -> str | None:
    """The structure itself, by its personal link, says that it is interested or declines; the pilot does the rest."""
    grant = actor.grant if actor.kind == "link" else None
    if grant is not None and (grant.object_type, grant.object_id) == (obj._meta.label_lower, obj.pk):
        return None
    return _moves_structure(obj, actor)


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
            _moves_or_answers,
            done="a noté l’intérêt de la structure",
        ),
        Action(
            "decliner",
            "Décline",
            (EtatMobilisation.REPEREE, EtatMobilisation.CONTACTEE, EtatMobilisation.INTERESSEE),
            EtatMobilisation.DECLINEE,
            _moves_or_answers,
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

STRUCTURE_CIBLEE.attach(StructureCiblee)
