"""What happens to a plan d'accompagnement: one function per action of the business."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import clock, editing, journal
from core.actor import Actor
from core.canonical import canonical
from core.errors import InvalidInput
from core.lifecycle import perform
from core.text import typed_text
from structures.annuaire.models import Structure
from structures.diagnostics.enums import EtatDiagnostic
from structures.diagnostics.models import Besoin, Diagnostic
from structures.diagnostics.services import ensure_writer
from structures.plans.content import changes_between, content_of
from structures.plans.enums import EtatLigne, EtatPlan
from structures.plans.models import ActualisationPlan, LignePlan, MissionPreconisee, PlanAccompagnement, SuiviLigne

journal.register_verbs(
    {
        "structures.plan_ouvert": "a ouvert le plan d’accompagnement",
        "structures.plan_modifie": "a modifié le plan d’accompagnement",
        "structures.plan_actualise": "a actualisé le plan d’accompagnement",
        "structures.ligne_ajoutee": "a ajouté une ligne au plan",
        "structures.ligne_modifiee": "a modifié une ligne du plan",
        "structures.ligne_retiree": "a retiré une ligne du plan",
        "structures.ligne_suivie": "a suivi une ligne du plan",
        "structures.lignes_rangees": "a changé l’ordre des lignes du plan",
        "structures.mission_ajoutee": "a préconisé une mission",
        "structures.mission_modifiee": "a modifié une mission préconisée",
        "structures.mission_retiree": "a retiré une mission préconisée",
    }
)

NOTE_MAX = 4000


def ensure_writable(plan: PlanAccompagnement, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless ``actor`` writes and the plan is followed up."""
    ensure_writer(plan, actor)
    plan.ensure_open()


def _locked(plan: PlanAccompagnement, actor: Actor) -> PlanAccompagnement:
    """The plan, locked: everything written in it goes through this lock, so that an actualisation is of one moment."""
    locked = editing.lock(plan)
    ensure_writable(locked, actor)
    return locked


# --- The plan -------------------------------------------------------------------------------------------------------


def open_plan(
    structure: Structure, *, actor: Actor, diagnostic: Diagnostic | None = None, suivi_par: Any = None
) -> PlanAccompagnement:
    """Open the plan of a structure, from its last shared diagnostic unless ``diagnostic`` is given.

    There is one plan in hand at a time: when there is one already (a second click), it is returned.
    Raises ``NotAllowed``, ``InvalidInput``.
    """
    ensure_writer(structure, actor)
    if not structure.is_active:
        raise InvalidInput("Cette structure est retirée de l’annuaire actif : remettez-la avant d’ouvrir un plan.")
    with transaction.atomic():
        locked = editing.lock(structure)
        existing = PlanAccompagnement.objects.filter(structure=locked, state=EtatPlan.EN_COURS).first()
        if existing:
            return existing
        if diagnostic is None:
            diagnostic = (
                Diagnostic.objects.filter(structure=locked)
                .exclude(state=EtatDiagnostic.BROUILLON)
                .order_by("-date", "-pk")
                .first()
            )
        plan = PlanAccompagnement(
            structure=locked,
            organisation_id=locked.organisation_id,
            diagnostic=diagnostic,
            suivi_par=suivi_par or actor.user,
        )
        _check_diagnostic(plan, diagnostic)
        return editing.create(plan, actor=actor, verb="structures.plan_ouvert")


def _check_diagnostic(plan: PlanAccompagnement, diagnostic: Diagnostic | None) -> None:
    if diagnostic is not None and diagnostic.structure_id != plan.structure_id:
        raise InvalidInput("Ce diagnostic n’est pas celui de la structure.")


def update_plan(
    plan: PlanAccompagnement, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> PlanAccompagnement:
    """Change the diagnostic it starts from and how it is followed up.

    Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    with transaction.atomic():
        locked = _locked(plan, actor)
        _check_diagnostic(locked, values.get("diagnostic"))
        values = editing.checked(locked, values, only=("diagnostic", "modalites_suivi"))
        return editing.apply_changes(
            plan, values, actor=actor, verb="structures.plan_modifie", expected_version=expected_version
        )


def perform_action(
    plan: PlanAccompagnement, action: str, *, actor: Actor, expected_state: str, version: int | None = None,
    reason: str = "",
) -> PlanAccompagnement:  # fmt: skip
    """Close or reopen (see ``lifecycle.PLAN``).

    Raises ``StaleState``, ``NotAllowed``, ``ConditionsNotMet``, ``InvalidInput``.
    """

    def before(locked: PlanAccompagnement) -> dict[str, Any]:
        locked.state_since = clock.now()
        if action == "rouvrir":
            other = PlanAccompagnement.objects.filter(structure=locked.structure_id, state=EtatPlan.EN_COURS)
            if other.exists():
                raise InvalidInput("Un autre plan est en cours pour cette structure : actualisez plutôt celui-là.")
        return {}

    return perform(
        plan, action, actor=actor, expected_state=expected_state, version=version, reason=reason, before=before
    )


# --- Rows -----------------------------------------------------------------------------------------------------------


def _check_besoin(plan: PlanAccompagnement, besoin: Besoin | None) -> None:
    if besoin is not None and besoin.structure_id != plan.structure_id:
        raise InvalidInput("Ce besoin n’est pas celui de la structure.")


def _next_position(rows) -> int:
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def add_ligne(plan: PlanAccompagnement, values: Mapping[str, Any], *, actor: Actor) -> LignePlan:
    """Add a row at the end; ``difficulte`` at least. Raises ``NotAllowed``, ``InvalidInput``."""
    with transaction.atomic():
        locked = _locked(plan, actor)
        _check_besoin(locked, values.get("besoin"))
        ligne = LignePlan(plan=locked, organisation_id=locked.organisation_id, position=_next_position(locked.lignes))
        for name, value in editing.checked(ligne, values).items():
            setattr(ligne, name, value)
        return editing.create(ligne, actor=actor, verb="structures.ligne_ajoutee", scope=locked)


def add_from_besoins(plan: PlanAccompagnement, besoins: Collection[int], *, actor: Actor) -> int:
    """Add a row for each of these needs of the structure that no row answers yet; returns how many."""
    with transaction.atomic():
        locked = _locked(plan, actor)
        found = list(besoins_without_row(locked).filter(pk__in=besoins))
        for besoin in found:
            add_ligne(locked, {"besoin": besoin, "difficulte": besoin.texte}, actor=actor)
    return len(found)


def besoins_without_row(plan: PlanAccompagnement):
    """The needs of the diagnostic the plan starts from that no row of it answers."""
    found = Besoin.objects.filter(diagnostic=plan.diagnostic_id) if plan.diagnostic_id else Besoin.objects.none()
    answered = LignePlan.objects.filter(plan=plan.pk, besoin__isnull=False).values("besoin")
    return found.exclude(pk__in=answered).select_related("type_prestation")


def update_ligne(
    ligne: LignePlan, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> LignePlan:
    """Change a row. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    with transaction.atomic():
        plan = _locked(ligne.plan, actor)
        _check_besoin(plan, values.get("besoin"))
        return editing.apply_changes(
            ligne,
            editing.checked(ligne, values),
            actor=actor,
            verb="structures.ligne_modifiee",
            expected_version=expected_version,
            scope=plan,
        )


def remove_ligne(ligne: LignePlan, *, actor: Actor) -> None:
    """Take a row out; the journal and the past actualisations keep it. Raises ``NotAllowed``, ``StaleState``."""
    with transaction.atomic():
        plan = _locked(ligne.plan, actor)
        editing.remove(editing.lock(ligne), actor=actor, verb="structures.ligne_retiree", scope=plan)


def move_ligne(ligne: LignePlan, step: int, *, actor: Actor) -> bool:
    """Move a row up (``-1``) or down (``1``); returns whether it moved (the first does not go up).

    Raises ``NotAllowed``.
    """
    with transaction.atomic():
        plan = _locked(ligne.plan, actor)
        rows = list(plan.lignes.order_by("position", "pk"))
        here = next((index for index, row in enumerate(rows) if row.pk == ligne.pk), None)
        there = None if here is None else here + (1 if step > 0 else -1)
        if here is None or not 0 <= there < len(rows):
            return False
        rows[here], rows[there] = rows[there], rows[here]
        for position, row in enumerate(rows, 1):
            if row.position != position:
                LignePlan.objects.filter(pk=row.pk).update(position=position)
        journal.record(
            actor, "structures.lignes_rangees", plan, changes={str(ligne): (f"{here + 1}e", f"{there + 1}e")}
        )
    return True


def follow_ligne(
    ligne: LignePlan, etat: str, *, actor: Actor, note: str = "", expected_version: int | None = None
) -> LignePlan:
    """Put a row in a state, or note something about it in the state it is in.

    Abandoning needs a note that says why. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    note = typed_text(note, limit=NOTE_MAX)
    if etat not in EtatLigne.values:
        raise InvalidInput("Cet état n’existe pas : rechargez la page.")
    if etat == EtatLigne.ABANDONNE and not note:
        raise InvalidInput("Dites pourquoi cette action est abandonnée.")
    with transaction.atomic():
        plan = _locked(ligne.plan, actor)
        was = editing.lock(ligne)
        if was.etat == etat and not note:
            raise InvalidInput("Rien n’a changé : choisissez un autre état, ou écrivez une note.")
        values: dict[str, Any] = {"etat": etat}
        if was.etat != etat:
            values["etat_depuis"] = clock.now()
        fresh = editing.apply_changes(
            ligne,
            values,
            actor=actor,
            verb="structures.ligne_suivie",
            expected_version=expected_version,
            scope=plan,
            reason=note,
        )
        SuiviLigne.objects.create(ligne=fresh, par=actor.label[:200], etat=etat, note=note)
    return fresh


# --- Missions préconisées -------------------------------------------------------------------------------------------


def _check_ligne(plan: PlanAccompagnement, ligne: LignePlan | None) -> None:
    if ligne is not None and ligne.plan_id != plan.pk:
        raise InvalidInput("Cette ligne n’est pas du plan.")


def add_mission(plan: PlanAccompagnement, values: Mapping[str, Any], *, actor: Actor) -> MissionPreconisee:
    """Recommend a mission; ``objectif_general`` at least. Raises ``NotAllowed``, ``InvalidInput``."""
    with transaction.atomic():
        locked = _locked(plan, actor)
        _check_ligne(locked, values.get("ligne"))
        mission = MissionPreconisee(plan=locked, position=_next_position(locked.missions))
        for name, value in editing.checked(mission, values).items():
            setattr(mission, name, value)
        return editing.create(mission, actor=actor, verb="structures.mission_ajoutee", scope=locked)


def update_mission(
    mission: MissionPreconisee, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> MissionPreconisee:
    """Change a mission. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    with transaction.atomic():
        plan = _locked(mission.plan, actor)
        _check_ligne(plan, values.get("ligne"))
        return editing.apply_changes(
            mission,
            editing.checked(mission, values),
            actor=actor,
            verb="structures.mission_modifiee",
            expected_version=expected_version,
            scope=plan,
        )


def remove_mission(mission: MissionPreconisee, *, actor: Actor) -> None:
    """Take a mission out. Raises ``NotAllowed``, ``StaleState``."""
    with transaction.atomic():
        plan = _locked(mission.plan, actor)
        editing.remove(editing.lock(mission), actor=actor, verb="structures.mission_retiree", scope=plan)


# --- Actualising ----------------------------------------------------------------------------------------------------


def pending_changes(plan: PlanAccompagnement):
    """What changed since the last actualisation; everything, for a plan never settled yet."""
    last = plan.actualisations.filter(numero=plan.numero).first()
    before = last.data if last else {"lignes": [], "missions": [], "diagnostic": "", "modalites": ""}
    return changes_between(before, content_of(plan))


def actualise(
    plan: PlanAccompagnement, *, actor: Actor, motif: str = "", expected_version: int | None = None
) -> ActualisationPlan:
    """Keep the plan as it stands today, dated, so that it can be read again and compared.

    The first one settles the plan; the next ones need a ``motif``. Raises ``NotAllowed``; ``InvalidInput`` without a
    row, without a motif, or when nothing changed; ``EditConflict``.
    """
    motif = typed_text(motif, limit=2000)
    with transaction.atomic():
        locked = _locked(plan, actor)
        if not locked.lignes.exists():
            raise InvalidInput("Le plan n’a encore aucune ligne : il n’y a rien à établir.")
        if locked.numero and not motif:
            raise InvalidInput("Dites ce qui a conduit à actualiser le plan : c’est écrit dans son histoire.")
        if not pending_changes(locked):
            raise InvalidInput("Rien n’a changé depuis la dernière actualisation.")
        fresh = editing.apply_changes(
            locked,
            {"numero": locked.numero + 1},
            actor=actor,
            verb="structures.plan_actualise",
            expected_version=expected_version,
            reason=motif,
        )
        return ActualisationPlan.objects.create(
            plan=fresh, numero=fresh.numero, par=actor.label[:200], motif=motif, contenu=canonical(content_of(fresh))
        )
