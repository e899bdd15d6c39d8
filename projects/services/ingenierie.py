"""Birth, identity, sections and state of an ingénierie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Subquery

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, create, lock, lock_rows
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import REASON_MAX, perform
from core.text import search_text, typed_text
from projects import facts, gates, methodology, permissions
from projects.enums import OPEN_STATES, Cycle, EtatItem, EtatMobilisation
from projects.models import (
    ChecklistItem,
    Ciblage,
    ConditionLevee,
    Ingenierie,
    IngenierieScope,
    Problematique,
    RoleDLA,
    StructureCiblee,
)

journal.register_verbs(
    {
        "projects.creation": "a ouvert l’ingénierie",
        "projects.identite": "a modifié la carte d’identité de l’ingénierie",
        "projects.type": "a choisi le type d’ingénierie",
        "projects.problematique": "a modifié la problématique",
        "projects.ciblage": "a modifié le ciblage des structures",
        "projects.role_dla": "a modifié le rôle du DLA",
        "projects.condition_levee": "a levé une condition",
    }
)

ENDED = "L’ingénierie est terminée : rouvrez-la pour la modifier."


def refresh_scopes(ingenierie: Ingenierie) -> None:
    """Rebuild who may see the ingénierie: pilot, référent and associated organisations, their regions, its sectors."""
    organisations = [ingenierie.pilote, *ingenierie.associes.all()]
    if ingenierie.referent_id:
        organisations.append(ingenierie.referent)
    keys = {f"o{o.pk}" for o in organisations}
    keys |= {f"r{o.region_id}" for o in organisations if o.region_id}
    keys |= {f"r{d.region_id}" for d in ingenierie.departements.all()}
    keys |= {f"s{s.pk}" for s in ingenierie.secteurs.all()}
    present = set(ingenierie.scopes.values_list("key", flat=True))
    ingenierie.scopes.filter(key__in=present - keys).delete()
    IngenierieScope.objects.bulk_create(
        IngenierieScope(
            ingenierie=ingenierie, key=key, last_activity_at=ingenierie.last_activity_at, step=ingenierie.state
        )
        for key in sorted(keys - present)
    )
    told = {
        "secteur_ids": sorted(s.pk for s in ingenierie.secteurs.all()),
        "theme_ids": sorted(t.pk for t in ingenierie.themes.all()),
        "departement_ids": sorted(d.pk for d in ingenierie.departements.all()),
    }
    for name, value in told.items():
        setattr(ingenierie, name, value)
    Ingenierie.objects.filter(pk=ingenierie.pk).update(**told)


def _counts() -> dict[str, Any]:
    """The counts that lists show, as expressions on ``Ingenierie``."""
    items = ChecklistItem.objects.filter(optional=False)
    kept = StructureCiblee.objects.exclude(state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE])
    return {
        "actions_total": facts.count_of(items),
        "actions_reglees": facts.count_of(items.filter(state__in=[EtatItem.FAIT, EtatItem.SANS_OBJET])),
        "structures_retenues": facts.count_of(kept),
    }


def touch(ingenierie_id: int, *, recount: bool = False, ended: bool = False) -> None:
    """Note that something just happened in the dossier: its last activity, which orders the lists.

    Called by every service that changes something of an ingénierie, in the same transaction; with ``recount`` by those
    that change its actions or its structures. When the ingénierie was ended while the service worked, nothing is kept
    (raises ``NotAllowed``), unless the service itself may act on an ``ended`` one.
    """
    now = clock.now()
    touched = Ingenierie.objects.filter(pk=ingenierie_id)
    if not ended:
        touched = touched.filter(state__in=OPEN_STATES)
    if not touched.update(last_activity_at=now, **(_counts() if recount else {})):
        raise NotAllowed(ENDED)
    state = Ingenierie.objects.filter(pk=ingenierie_id).values("state")
    IngenierieScope.objects.filter(ingenierie=ingenierie_id).update(last_activity_at=now, step=Subquery(state))


def own(model: type[Any], ingenierie: Ingenierie) -> Any:
    """The one row of ``model`` of this ingénierie, made with version 0 (nothing written yet) when there is none.

    Inside the caller's transaction.
    """
    return model._base_manager.get_or_create(ingenierie=ingenierie, defaults={"version": 0})[0]


def draft_of(model: type[Any], ingenierie: Ingenierie, **fields: Any) -> Any:
    """The row of ``model`` of this ingénierie, or an empty one not saved (version 0): reading a page writes nothing."""
    found = model._base_manager.filter(ingenierie=ingenierie, **fields).first()
    return found or model(ingenierie=ingenierie, version=0, **fields)


def ensure_open(ingenierie: Ingenierie, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless ``actor`` contributes to this ingénierie and it is open."""
    refusal = permissions.why_not_contribute(actor, ingenierie)
    if refusal:
        raise NotAllowed(refusal)
    if ingenierie.state not in OPEN_STATES:
        raise NotAllowed(ENDED)


def _ensure_carries(person: User | None, pilote: Organisation) -> None:
    """Raise ``InvalidInput`` unless ``person`` is a member of ``pilote`` who writes.

    The membership stays locked: who is leaving at this very moment is not given one more dossier.
    """
    if person is None:
        return
    members = Membership.objects.active().filter(user=person, organisation=pilote).exclude(role=Role.LECTURE)
    if lock_rows(members).first() is None:
        raise InvalidInput(
            f"{person} n’est pas membre de {pilote}, ou y est en lecture seule : choisissez une autre personne pour "
            "suivre l’ingénierie."
        )


def _checklist(ingenierie: Ingenierie) -> list[ChecklistItem]:
    method = methodology.get(ingenierie.methodologie_id)
    return [
        ChecklistItem(
            ingenierie=ingenierie,
            code=action.code,
            step=step.code,
            phase=phase.code,
            position=position,
            optional=action.optional,
        )
        for position, (step, phase, action) in enumerate(
            (s, p, a) for s in method.steps for p in s.phases for a in p.actions
        )
    ]


def create_ingenierie(
    *,
    actor: Actor,
    values: Mapping[str, Any],
    associes: Iterable = (),
    departements: Iterable = (),
    secteurs: Iterable = (),
    themes: Iterable = (),
) -> Ingenierie:
    """Open an ingénierie collective with its own copy of the checklist; its pilot is the actor's organisation unless
    ``values`` says otherwise. Raises ``NotAllowed`` for who may not open one, ``InvalidInput`` for a chargé de mission
    who is not of the pilot. For one structure: :func:`projects.services.open_individuelle`."""
    many = {"associes": associes, "departements": departements, "secteurs": secteurs, "themes": themes}
    return open_cycle(Cycle.COLLECTIVE, actor=actor, values=values, many=many)


def open_cycle(cycle: Cycle, *, actor: Actor, values: Mapping[str, Any], many: Mapping[str, Iterable]) -> Ingenierie:
    """Open an ingénierie that follows the newest version of ``cycle``; see :func:`create_ingenierie`."""
    refusal = permissions.why_not_create(actor)
    if refusal:
        raise NotAllowed(refusal)
    values = dict(values)
    values.setdefault("pilote", actor.organisation)
    values.setdefault("charge_mission", actor.user)
    pilote = values["pilote"]
    with transaction.atomic():
        if not actor.is_system:
            _ensure_carries(values["charge_mission"], pilote)
        ingenierie = Ingenierie(cycle=cycle, methodologie_id=methodology.current_id(cycle), **values)
        ingenierie.search_text = search_text(ingenierie.titre, ingenierie.accroche)
        create(
            ingenierie,
            actor=actor,
            verb="projects.creation",
            many_to_many={**many, "associes": [o for o in many.get("associes", ()) if o.pk != pilote.pk]},
        )
        Problematique.objects.create(ingenierie=ingenierie)
        Ciblage.objects.create(ingenierie=ingenierie)
        RoleDLA.objects.create(ingenierie=ingenierie)
        ChecklistItem.objects.bulk_create(_checklist(ingenierie))
        refresh_scopes(ingenierie)
        touch(ingenierie.pk, recount=True)
    return ingenierie


def opened_just_now(actor: Actor, titre: str, pilote: Organisation) -> Ingenierie | None:
    """The ingénierie of this title that this person opened for ``pilote`` within the last minute, if any: a form sent
    twice opens one dossier. Takes the row of ``pilote``, so that two requests at once come one after the other; call it
    in the transaction that then opens."""
    lock(pilote)
    since = clock.now() - dt.timedelta(minutes=1)
    made = journal.JournalEntry.objects.filter(
        verb="projects.creation", object_type="projects.ingenierie", actor_user_id=actor.user_id, at__gte=since
    )
    return (
        Ingenierie.objects.filter(pk__in=made.values("object_id"), pilote=pilote, titre=titre.strip())
        .order_by("pk")
        .first()
    )


def update_identite(
    ingenierie: Ingenierie,
    *,
    actor: Actor,
    expected_version: int | None,
    values: Mapping[str, Any],
    many_to_many: Mapping[str, Any],
) -> Ingenierie:
    """Change title, accroche, pilot, associated organisations, dates, territory, sectors, themes.

    Only members of the pilot hand the pilot's place over (a DLA référent may change the rest); the former pilot stays
    associated, so that it never loses its own dossier. Raises ``NotAllowed``, ``EditConflict``, ``InvalidInput`` for a
    chargé de mission who is not of the pilot.
    """
    ensure_open(ingenierie, actor)
    if not (actor.is_system or permissions.can_pilot(actor, ingenierie)):
        raise NotAllowed(permissions.why_not_pilot(actor, ingenierie) or "")
    many_to_many = dict(many_to_many)
    pilote = values.get("pilote", ingenierie.pilote)
    if pilote.pk != ingenierie.pilote_id:
        if not actor.is_system and actor.organisation_id != ingenierie.pilote_id:
            raise NotAllowed(
                f"Seul un membre de {ingenierie.pilote} peut confier le pilotage à une autre organisation."
            )
        associes = list(many_to_many.get("associes", ingenierie.associes.all()))
        many_to_many["associes"] = [o for o in {*associes, ingenierie.pilote} if o.pk != pilote.pk]
    with transaction.atomic():
        asked = (values.get("charge_mission", ingenierie.charge_mission), values.get("pilote", ingenierie.pilote))
        if asked != (ingenierie.charge_mission, ingenierie.pilote) and not actor.is_system:
            _ensure_carries(*asked)
        fresh = apply_changes(
            ingenierie,
            values,
            actor=actor,
            verb="projects.identite",
            expected_version=expected_version,
            many_to_many=many_to_many,
        )
        Ingenierie.objects.filter(pk=fresh.pk).update(search_text=search_text(fresh.titre, fresh.accroche))
        refresh_scopes(fresh)
        touch(fresh.pk)
    return fresh


def update_type(
    ingenierie: Ingenierie, *, actor: Actor, expected_version: int | None, type_ingenierie: str, motif: str
) -> Ingenierie:
    """Choose the type of ingénierie (fiche pratique 2), with the reason kept for the cahier des charges."""
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        fresh = apply_changes(
            ingenierie,
            {"type_ingenierie": type_ingenierie, "type_motif": motif},
            actor=actor,
            verb="projects.type",
            expected_version=expected_version,
        )
        touch(fresh.pk)
    return fresh


def update_section(
    ingenierie: Ingenierie, section: str, *, actor: Actor, expected_version: int | None, values: Mapping[str, Any]
):
    """Save ``problematique``, ``ciblage`` or ``role_dla``. Raises ``NotAllowed``, ``EditConflict``."""
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        fresh = apply_changes(
            getattr(ingenierie, section),
            values,
            actor=actor,
            verb=f"projects.{section}",
            expected_version=expected_version,
            scope=ingenierie,
        )
        touch(ingenierie.pk)
    return fresh


def perform_action(
    ingenierie: Ingenierie,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None,
    reason: str = "",
    overrides: Mapping[str, str] | None = None,
) -> Ingenierie:
    """Pass a gate, step back, abandon or reopen.

    ``overrides`` maps condition codes to the pilot's written reason for passing over them: each is kept in
    :class:`ConditionLevee` and in the journal. A condition the cycle declares not ``levable`` never passes.
    Raises what :func:`core.lifecycle.perform` raises.
    """
    overrides = {code: typed_text(text, limit=REASON_MAX) for code, text in (overrides or {}).items() if text.strip()}
    lifted: list[gates.ConditionState] = []

    def override(locked: Ingenierie, missing: tuple[str, ...]) -> Mapping[str, Any] | None:
        blocking = [state for state in gates.conditions_of(locked) if state.blocks]
        if any(not s.definition.levable and s.definition.code in overrides for s in blocking):
            raise InvalidInput("La condition sur le prestataire ne peut jamais être levée.")
        if not blocking or any(s.definition.code not in overrides for s in blocking):
            return None
        lifted.extend(blocking)
        return {"conditions_levees": ([], [s.definition.label for s in blocking])}

    def before(locked: Ingenierie) -> None:
        if locked.state in OPEN_STATES:
            locked.left_state = locked.state
        locked.state_since = clock.now()
        locked.last_activity_at = clock.now()

    def effect(locked: Ingenierie) -> None:
        for state in lifted:
            row = ConditionLevee.objects.create(
                ingenierie=locked,
                step=locked.left_state,
                condition=state.definition.code,
                label=state.definition.label,
                reason=overrides[state.definition.code],
                by=actor.user,
                by_label=actor.label,
            )
            journal.record(actor, "projects.condition_levee", row, scope=locked, reason=row.reason)
        touch(locked.pk, ended=True)

    return perform(
        ingenierie,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        override=override,
        before=before,
        effect=effect,
    )
