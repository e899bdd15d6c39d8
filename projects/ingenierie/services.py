"""Who reads an ingénierie, its identity and its type, and what every service that writes in a dossier calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from accounts.services.passations import tell_handed
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, lock_rows
from core.errors import InvalidInput, NotAllowed
from core.text import search_text
from projects.enums import OPEN_STATES, EtatItem, EtatMobilisation
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie, IngenierieScope

journal.register_verbs(
    {
        "projects.creation": "a ouvert l’ingénierie",
        "projects.identite": "a modifié la carte d’identité de l’ingénierie",
        "projects.type": "a choisi le type d’ingénierie",
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


def _count(relation: str, kept: Q) -> Subquery:
    rows = Ingenierie.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    return Subquery(rows.annotate(n=Count(relation, filter=kept)).values("n"))


def _counted_actions() -> dict[str, Subquery]:
    """The counts of actions that lists show, as expressions on ``Ingenierie``: their room stands above."""
    listed = Q(checklist__optional=False)
    return {
        "actions_total": _count("checklist", listed),
        "actions_reglees": _count("checklist", listed & Q(checklist__state__in=[EtatItem.FAIT, EtatItem.SANS_OBJET])),
    }


def _counted_structures() -> dict[str, Subquery]:
    """The counts of structures that lists show, likewise."""
    left = Q(structures_ciblees__state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE])
    kept = {
        "reperees": Q(structures_ciblees__isnull=False),
        "contactees": Q(structures_ciblees__contactee_le__isnull=False),
        "repondu": Q(structures_ciblees__reponse_le__isnull=False),
        "declinees": Q(structures_ciblees__state=EtatMobilisation.DECLINEE),
        "confirmees": Q(structures_ciblees__state=EtatMobilisation.CONFIRMEE),
        "retenues": ~left,
    }
    return {f"structures_{name}": _count("structures_ciblees", which) for name, which in kept.items()}


def touch(ingenierie_id: int, *, actions: bool = False, structures: bool = False, ended: bool = False) -> None:
    """Note that something just happened in the dossier: its last activity, which orders the lists.

    Called by every service that changes something of an ingénierie, last in the same transaction; with ``actions`` or
    ``structures`` by those that change them: what lists tell of them is counted again. When the ingénierie was ended
    while the service worked, nothing is kept (raises ``NotAllowed``), unless the service itself may act on an
    ``ended`` one.
    """
    now = clock.now()
    touched = Ingenierie.objects.filter(pk=ingenierie_id)
    if not ended:
        touched = touched.filter(state__in=OPEN_STATES)
    counts = {**(_counted_actions() if actions else {}), **(_counted_structures() if structures else {})}
    if not touched.update(last_activity_at=now, **counts):
        raise NotAllowed(ENDED)
    state = Ingenierie.objects.filter(pk=ingenierie_id).values("state")
    IngenierieScope.objects.filter(ingenierie=ingenierie_id).update(last_activity_at=now, step=Subquery(state))


def own(model: type[Any], ingenierie: Ingenierie, **fields: Any) -> Any:
    """The one row of ``model`` of this ingénierie (and of these ``fields``), made with version 0 when there is none.

    Inside the caller's transaction.
    """
    return model._base_manager.get_or_create(ingenierie=ingenierie, **fields, defaults={"version": 0})[0]


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


def ensure_carries(person: User | None, pilote: Organisation) -> None:
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
            ensure_carries(*asked)
        carried_by = ingenierie.charge_mission
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
        if (fresh.charge_mission_id, fresh.pilote_id) != (carried_by.pk if carried_by else None, ingenierie.pilote_id):
            tell_carrier(fresh, former=carried_by, actor=actor)
    return fresh


def tell_carrier(ingenierie: Ingenierie, *, former: User | None, actor: Actor) -> None:
    """Tell who carries the ingénierie from now on, or the responsables of its new pilot while nobody does. In the
    caller's transaction."""
    line = ("Ingénieries portées", ingenierie.titre, reverse("projects:detail", args=[ingenierie.pk]))
    told = [ingenierie.charge_mission]
    if ingenierie.charge_mission is None:
        managers = Membership.objects.active().filter(organisation=ingenierie.pilote, role=Role.RESPONSABLE)
        told = [m.user for m in managers.select_related("user").order_by("pk")]
    for person in told:
        tell_handed(ingenierie.pilote, [line], from_user=former, to_user=person, actor=actor)


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
