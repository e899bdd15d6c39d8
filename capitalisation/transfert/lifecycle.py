"""The life of a plan of transfer, declared once."""

from __future__ import annotations

from capitalisation.transfert.enums import EtatPlan, Nature, Suite
from capitalisation.transfert.models import PlanTransfert
from capitalisation.transfert.permissions import why_not_decide, why_not_follow
from core.actor import Actor
from core.formats import plural
from core.lifecycle import Action, Lifecycle


def manques(plan: PlanTransfert) -> list[str]:
    """What is still to be written before the plan is decided, in sentences."""
    if not plan.suite:
        return ["Dites s’il y a quelque chose à transférer."]
    if plan.suite == Suite.RIEN:
        return [] if plan.motif_rien.strip() else ["Dites pourquoi rien n’est à transférer."]
    lacking = []
    if not any(getattr(plan, name).strip() for name in Nature.values):
        lacking.append("Décrivez au moins l’un des trois : méthode, informations, contenu.")
    if not plan.transferables.strip():
        lacking.append("Dites quelles informations sont transférables.")
    if not plan.objectifs.strip():
        lacking.append("Dites quels sont les objectifs de ces transferts.")
    if not plan.lignes.exists():
        lacking.append("Ajoutez au moins un transfert : quoi, à qui, par qui, comment.")
    return lacking


def _pilot(plan: PlanTransfert, actor: Actor) -> str | None:
    return why_not_decide(actor, plan.ingenierie) or None


def _team(plan: PlanTransfert, actor: Actor) -> str | None:
    return why_not_follow(actor, plan.ingenierie) or None


def _complete(plan: PlanTransfert, actor: Actor) -> list[str]:
    return manques(plan)


def _carried_out(plan: PlanTransfert, actor: Actor) -> str | None:
    if plan.suite == Suite.RIEN:
        return "Rien n’est à transférer : la décision suffit."
    left = sum(1 for ligne in plan.lignes.all() if not ligne.is_settled)
    if not left:
        return None
    return f"Il reste {plural(left, 'transfert')} à faire, ou à abandonner en disant pourquoi."


PLAN = Lifecycle(
    name="capitalisation.plan",
    states=EtatPlan,
    initial=EtatPlan.BROUILLON,
    actions=(
        Action(
            "decider",
            "Décider",
            (EtatPlan.BROUILLON,),
            EtatPlan.DECIDE,
            _pilot,
            done="a décidé du plan de transfert",
            said="Le plan est décidé. Notez chaque transfert une fois fait.",
            conditions=(_complete,),
            style="primary",
            help="Le plan ne change plus ; il reste à noter ce qui est fait. Ne rien transférer est une décision.",
        ),
        Action(
            "mener",
            "Tout est fait",
            (EtatPlan.DECIDE,),
            EtatPlan.MENE,
            _team,
            done="a mené à son terme le plan de transfert",
            said="Le plan de transfert est mené à son terme.",
            conditions=(_carried_out,),
            style="primary",
        ),
        Action(
            "rouvrir",
            "Rouvrir le plan",
            (EtatPlan.DECIDE, EtatPlan.MENE),
            EtatPlan.BROUILLON,
            _pilot,
            done="a rouvert le plan de transfert",
            said="Le plan est rouvert : ce qui est déjà fait reste noté.",
            needs_reason=True,
            help="La décision est à reprendre ; ce qui est déjà fait reste noté.",
        ),
    ),
    next_hint={
        EtatPlan.BROUILLON: "Dites ce que l’on garde, s’il y a à transférer, à qui et par qui ; le pilote décide.",
        EtatPlan.DECIDE: "Notez chaque transfert une fois fait.",
        EtatPlan.MENE: "Ce qui était prévu est fait, ou abandonné avec sa raison.",
    },
    tags={EtatPlan.BROUILLON: "tag-warn", EtatPlan.DECIDE: "tag-accent", EtatPlan.MENE: "tag-ok"},
    frozen={
        EtatPlan.DECIDE: "Le plan est décidé : le pilote peut le rouvrir, avec un motif.",
        EtatPlan.MENE: "Le plan est mené : le pilote peut le rouvrir, avec un motif.",
    },
)
PLAN.attach(PlanTransfert)
