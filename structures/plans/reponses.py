"""What a structure answers to its plan d'accompagnement: by its personal link, or noted by the DLA."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.services import answered, take
from core import clock, editing, journal
from core.actor import Actor
from core.errors import InvalidInput
from core.text import typed_text
from structures.diagnostics.enums import ModeReponse, ReponseStructure
from structures.diagnostics.services import ensure_writer
from structures.plans.enums import EtatPlan
from structures.plans.models import PlanAccompagnement, ReponsePlan

journal.register_verbs({"structures.plan_reponse": "a enregistré la réponse de la structure sur le plan"})

COMMENT_MAX = 4000
#: The personal link by which a structure reads its plan and answers.
LIEN = "validation-plan"


def why_not_read(plan: PlanAccompagnement) -> str:
    """Why the structure is given nothing to read now, or ``""``."""
    if plan.state == EtatPlan.CLOS:
        return "Ce plan est clos : il n’attend plus de réponse."
    return "" if plan.numero else "Ce plan n’est pas encore établi : il vous sera envoyé quand il le sera."


def record_reponse(plan: PlanAccompagnement, values: Mapping[str, Any], *, actor: Actor) -> ReponsePlan:
    """Note what the structure answered to the DLA about the plan as it was actualised last.

    ``values``: ``reponse``, ``nom``, ``fonction``, ``mode``, ``date`` (today by default) and ``commentaire``. Asking
    for changes needs a comment. Raises ``NotAllowed``, ``InvalidInput``.
    """
    ensure_writer(plan, actor)
    with transaction.atomic():
        return _answer(editing.lock(plan), values, actor)


def answer_by_link(plan: PlanAccompagnement, values: Mapping[str, Any], *, actor: Actor, shown: int) -> ReponsePlan:
    """The answer of the structure by its personal link, which closes; ``shown`` is the number it had read.

    Raises ``NotAllowed`` for who holds another link, ``LinkClosed``, ``InvalidInput`` when the plan was actualised
    meanwhile.
    """
    with transaction.atomic():
        locked = editing.lock(plan)
        grant = take(actor, LIEN, locked)
        if shown != locked.numero:
            raise InvalidInput("Le plan a été actualisé entre-temps : relisez-le avant de répondre.")
        named = {**values, "nom": grant.recipient_name, "mode": ModeReponse.LIEN, "date": clock.today()}
        reponse = _answer(locked, named, actor)
        answered(grant)
    return reponse


def _answer(locked: PlanAccompagnement, values: Mapping[str, Any], actor: Actor) -> ReponsePlan:
    if locked.state == EtatPlan.CLOS or not locked.numero:
        raise InvalidInput("Ce plan est clos, ou n’est pas encore établi : la structure ne peut pas y répondre.")
    reponse = ReponsePlan(
        actualisation=locked.actualisations.get(numero=locked.numero),
        reponse=values["reponse"],
        commentaire=typed_text(values.get("commentaire", ""), limit=COMMENT_MAX),
        nom=typed_text(values.get("nom", ""), limit=120),
        fonction=typed_text(values.get("fonction", ""), limit=120),
        mode=values["mode"],
        date=values.get("date") or clock.today(),
        recueillie_par=actor.label[:200],
    )
    editing.checked(reponse, {})
    if reponse.date > clock.today():
        raise InvalidInput("La date de la réponse est à venir : vérifiez-la.")
    if reponse.reponse == ReponseStructure.A_MODIFIER and not reponse.commentaire:
        raise InvalidInput("Dites ce qui est à modifier.")
    return editing.create(reponse, actor=actor, verb="structures.plan_reponse", scope=locked)
