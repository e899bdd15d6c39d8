"""The life of a plan d'accompagnement, declared once."""

from __future__ import annotations

from core.actor import Actor
from core.formats import plural
from core.lifecycle import Action, Lifecycle
from structures.diagnostics import permissions
from structures.plans.enums import LIGNES_OUVERTES, EtatPlan
from structures.plans.models import PlanAccompagnement


def _keeper(plan, actor: Actor) -> str | None:
    return permissions.why_not_write(actor, plan)


def _settled(plan, actor: Actor) -> str | None:
    if not plan.lignes.exists():
        return "Le plan n’a encore aucune ligne."
    still_open = plan.lignes.filter(etat__in=LIGNES_OUVERTES).count()
    if still_open:
        lines = plural(still_open, "ligne")
        return f"{lines} à faire ou en cours : notez ce qui est fait, ou abandonnez en disant pourquoi."
    return None


PLAN = Lifecycle(
    name="structures.plan",
    states=EtatPlan,
    initial=EtatPlan.EN_COURS,
    actions=(
        Action(
            "clore",
            "Clore le plan",
            (EtatPlan.EN_COURS,),
            EtatPlan.CLOS,
            _keeper,
            done="a clos le plan d’accompagnement",
            said="Le plan est clos.",
            conditions=(_settled,),
            help="Quand chaque ligne est faite ou abandonnée. Un plan clos se relit et se rouvre.",
        ),
        Action(
            "rouvrir",
            "Rouvrir le plan",
            (EtatPlan.CLOS,),
            EtatPlan.EN_COURS,
            _keeper,
            done="a rouvert le plan d’accompagnement",
            said="Le plan est rouvert.",
            needs_reason=True,
        ),
    ),
    next_hint={
        EtatPlan.EN_COURS: "Suivez chaque ligne, et actualisez le plan quand il change. Chaque actualisation se relit, "
        "et se donne à lire à la structure par son lien.",
        EtatPlan.CLOS: "Le plan est terminé. Il se rouvre avec un motif.",
    },
    tags={EtatPlan.EN_COURS: "tag-accent", EtatPlan.CLOS: "tag-ok"},
    frozen={EtatPlan.CLOS: "Le plan est clos : rouvrez-le pour le modifier."},
)

PLAN.attach(PlanAccompagnement)
