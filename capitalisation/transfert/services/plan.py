"""The plan of transfer is begun, written, decided, carried out, opened again; its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from capitalisation.transfert.connus import names_of
from capitalisation.transfert.enums import EtatPlan
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from capitalisation.transfert.permissions import why_not_begin, why_not_follow, why_not_write
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove, section_version
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import perform
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "capitalisation.plan_commence": "a commencé le plan de transfert",
        "capitalisation.plan_ecrit": "a modifié le plan de transfert",
        "capitalisation.ligne_ajoutee": "a ajouté un transfert",
        "capitalisation.ligne_modifiee": "a modifié un transfert",
        "capitalisation.ligne_suivie": "a noté où en est un transfert",
        "capitalisation.ligne_retiree": "a retiré un transfert",
    }
)

DOCUMENT = "plan_transfert"
LIGNES_MAX = 200
#: What is told of a row once the plan is decided.
SUIVI = ("fait_le", "sans_suite")


def plan_of(ingenierie: Ingenierie) -> PlanTransfert | None:
    """Its plan, when it is begun."""
    found = PlanTransfert.objects.filter(ingenierie=ingenierie).first()
    if found is not None:
        found.ingenierie = ingenierie
    return found


@transaction.atomic
def begin(ingenierie: Ingenierie, *, actor: Actor) -> PlanTransfert:
    """Begin the plan. Raises ``NotAllowed``, ``InvalidInput`` when it is begun already."""
    if refusal := why_not_begin(actor, ingenierie):
        raise NotAllowed(refusal)
    lock(ingenierie)
    if PlanTransfert.objects.filter(ingenierie=ingenierie).exists():
        raise InvalidInput("Le plan de transfert est déjà commencé : rechargez la page.")
    row = create(
        PlanTransfert(ingenierie=ingenierie), actor=actor, verb="capitalisation.plan_commence", scope=ingenierie
    )
    touch(ingenierie.pk)
    return row


def _writable(plan: PlanTransfert, actor: Actor) -> PlanTransfert:
    """The plan, locked, when ``actor`` may still write in it."""
    if refusal := why_not_write(actor, plan.ingenierie):
        raise NotAllowed(refusal)
    fresh = lock(plan)
    fresh.ensure_open()
    fresh.ingenierie = plan.ingenierie
    return fresh


@transaction.atomic
def write(
    plan: PlanTransfert, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> PlanTransfert:
    """Save a part of the plan: two people at two parts do not meet.

    Raises ``NotAllowed`` (rights; decided), ``InvalidInput``, ``EditConflict``.
    """
    fresh = _writable(plan, actor)
    if values.get("avis_le") and values["avis_le"] > clock.today():
        raise InvalidInput("L’avis du comité d’appui ne peut pas être dans le futur.")
    row = apply_changes(
        fresh,
        checked(fresh, values),
        actor=actor,
        verb="capitalisation.plan_ecrit",
        expected_version=section_version(fresh, values, expected_version),
        scope=plan.ingenierie,
    )
    touch(plan.ingenierie_id)
    row.ingenierie = plan.ingenierie
    return row


@transaction.atomic
def add_ligne(plan: PlanTransfert, values: Mapping[str, Any], *, actor: Actor) -> LigneTransfert:
    """Add a row; left blank, « lesquels » takes those whom the dossier knows.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    fresh = _writable(plan, actor)
    if fresh.lignes.count() >= LIGNES_MAX:
        raise InvalidInput(f"{LIGNES_MAX} transferts au plus.")
    row = create(
        LigneTransfert(plan=fresh),
        {**values, "qui": _who(fresh, values)},
        actor=actor,
        verb="capitalisation.ligne_ajoutee",
        scope=plan.ingenierie,
    )
    touch(plan.ingenierie_id)
    return row


def _who(plan: PlanTransfert, values: Mapping[str, Any]) -> str:
    typed = (values.get("qui") or "").strip()
    return typed or "\n".join(names_of(plan.ingenierie).get(values.get("destinataire", ""), ()))[:2000]


@transaction.atomic
def update_ligne(
    ligne: LigneTransfert, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> LigneTransfert:
    """Change a row while the plan is not decided. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    plan = _writable(ligne.plan, actor)
    fresh = lock(ligne)
    row = apply_changes(
        fresh,
        checked(fresh, values),
        actor=actor,
        verb="capitalisation.ligne_modifiee",
        expected_version=expected_version,
        scope=plan.ingenierie,
    )
    touch(plan.ingenierie_id)
    return row


@transaction.atomic
def remove_ligne(ligne: LigneTransfert, *, actor: Actor, expected_version: int | None) -> None:
    """Take out a row. Raises ``NotAllowed``, ``InvalidInput`` when it was made already, ``StaleState``."""
    plan = _writable(ligne.plan, actor)
    fresh = lock(ligne, expected_version, typed=False)
    if fresh.fait_le is not None:
        raise InvalidInput("Ce transfert est fait : il reste au plan.")
    remove(fresh, actor=actor, verb="capitalisation.ligne_retiree", scope=plan.ingenierie)
    touch(plan.ingenierie_id)


@transaction.atomic
def follow_ligne(
    ligne: LigneTransfert, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> LigneTransfert:
    """Note that a row is done, or given up, and why: once the plan is decided, after the end of the ingénierie too.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    plan = ligne.plan
    if refusal := why_not_follow(actor, plan.ingenierie):
        raise NotAllowed(refusal)
    if lock(plan).state != EtatPlan.DECIDE:
        raise InvalidInput("Un transfert se note tant que le plan est « décidé » : ni avant, ni une fois mené.")
    fresh = lock(ligne)
    if values.get("fait_le") and values["fait_le"] > clock.today():
        raise InvalidInput("Cette date est dans le futur : un transfert se note une fois fait.")
    row = apply_changes(
        fresh,
        checked(fresh, values, only=SUIVI),
        actor=actor,
        verb="capitalisation.ligne_suivie",
        expected_version=expected_version,
        scope=plan.ingenierie,
    )
    touch(plan.ingenierie_id, ended=True)
    return row


def perform_action(
    plan: PlanTransfert,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> PlanTransfert:
    """One action of its life. Raises what :func:`core.lifecycle.perform` raises."""
    ingenierie = plan.ingenierie

    def before(locked: PlanTransfert) -> dict[str, Any]:
        locked.ingenierie = ingenierie
        locked.state_since = clock.now()
        if action == "decider":
            locked.decide_at = clock.now()
        return {}

    done = perform(
        plan,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        scope=ingenierie,
        before=before,
        effect=lambda locked: touch(ingenierie.pk, ended=action == "mener"),
    )
    done.ingenierie = ingenierie
    return done
