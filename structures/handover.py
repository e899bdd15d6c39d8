"""What a person follows up in structures, to be handed over when she leaves."""

from __future__ import annotations

from django.urls import reverse

from accounts.handover import Holding
from accounts.models import Organisation, User
from core import editing, journal
from core.actor import Actor
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.models import Diagnostic
from structures.plans.enums import EtatPlan
from structures.plans.models import PlanAccompagnement

journal.register_verbs(
    {
        "structures.diagnostic_confie": "a confié le suivi du diagnostic",
        "structures.plan_confie": "a confié le suivi du plan d’accompagnement",
    }
)


def _holding(model, done: str, label: str, verb: str, route: str) -> Holding:
    """Those of ``model`` that are not in the state ``done``."""

    def held(user: User, organisation: Organisation):
        return model.objects.filter(suivi_par=user, organisation=organisation).exclude(state=done)

    def transfer(from_user: User, to_user: User, organisation: Organisation, actor: Actor) -> list[tuple[str, str]]:
        found = list(editing.lock_rows(held(from_user, organisation).select_related("structure")))
        for kept in found:
            kept.suivi_par = to_user
            kept.version += 1
            kept.save(update_fields=["suivi_par", "version"])
            journal.record(actor, verb, kept, changes={"suivi_par": (str(from_user), str(to_user))})
        return [(str(kept.structure), reverse(route, args=[kept.pk])) for kept in found]

    return Holding(label, count=lambda user, organisation: held(user, organisation).count(), transfer=transfer)


DIAGNOSTICS = _holding(
    Diagnostic, EtatDiagnostic.CLOS, "Diagnostics en cours", "structures.diagnostic_confie", "structures:diagnostic"
)
PLANS = _holding(
    PlanAccompagnement, EtatPlan.CLOS, "Plans d’accompagnement en cours", "structures.plan_confie", "structures:plan"
)
