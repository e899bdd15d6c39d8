"""Opening an ingénierie: collective, or individuelle for one structure (002)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from core.actor import Actor
from core.editing import create
from core.errors import InvalidInput, NotAllowed
from core.text import search_text
from projects.demarche.models import ChecklistItem
from projects.enums import Cycle, EtatMobilisation
from projects.identification.models import Ciblage, Problematique, RoleDLA
from projects.identification.services import update_section
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_carries, refresh_scopes, tell_carrier, touch
from projects.methodologie import methodology
from projects.structures_ciblees.models import StructureCiblee
from referentiels.models import TypePrestation
from structures.annuaire.models import Structure

TITLE_MAX = 200


def default_title(structure: Structure, themes: Iterable[TypePrestation] = ()) -> str:
    """« Gestion financière : Les Amis du livre », or « Accompagnement de … » without a theme."""
    first = next(iter(themes), None)
    return (f"{first} : {structure.name}" if first else f"Accompagnement de {structure.name}")[:TITLE_MAX]


def open_individuelle(
    structure: Structure,
    *,
    actor: Actor,
    titre: str = "",
    themes: Iterable[TypePrestation] = (),
    values: Mapping[str, Any] | None = None,
    problematique: Mapping[str, Any] | None = None,
    origine: str = "",
) -> Ingenierie:
    """Open an ingénierie individuelle for ``structure``, piloted by the actor's organisation.

    ``titre`` is made from theme and structure when empty; territory and sector are those of the structure. ``values``
    are other fields of the ingénierie (``charge_mission``, ``date_debut``, ``date_fin``…); ``problematique`` fills that
    section (``contexte``, ``besoins``, ``origines`` …: a row of a plan d'accompagnement says its difficulty and
    its cause there); ``origine`` says how the structure came (« Ligne 3 du plan d'accompagnement »).

    Raises ``NotAllowed`` for who may not open one, ``InvalidInput`` for a structure that is not in the actor's active
    directory, and what :func:`create_ingenierie` raises.
    """
    themes = list(themes)
    with transaction.atomic():
        mine = Structure.objects.directory_of(actor).active().select_related("departement", "secteur")
        found = mine.filter(pk=structure.pk).first()
        if found is None:
            raise InvalidInput("Cette structure n’est pas dans votre annuaire actif : choisissez-en une autre.")
        ingenierie = open_cycle(
            Cycle.INDIVIDUELLE,
            actor=actor,
            values={**(values or {}), "titre": titre.strip() or default_title(found, themes)},
            many={"departements": [found.departement], "secteurs": [found.secteur], "themes": themes},
        )
        create(
            StructureCiblee(
                ingenierie=ingenierie,
                structure=found,
                seule=True,
                state=EtatMobilisation.CONFIRMEE,
                origine=origine.strip()[:200],
            ),
            actor=actor,
            verb="projects.structure_ajoutee",
            scope=ingenierie,
        )
        if problematique:
            update_section(ingenierie, "problematique", actor=actor, expected_version=None, values=problematique)
        touch(ingenierie.pk, structures=True)
    return Ingenierie.objects.get(pk=ingenierie.pk)


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
    who is not of the pilot. For one structure: :func:`open_individuelle`."""
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
            ensure_carries(values["charge_mission"], pilote)
        ingenierie = Ingenierie(cycle=cycle, methodologie_id=methodology.current_id(cycle), **values)
        ingenierie.search_text = search_text(ingenierie.titre, ingenierie.accroche)
        checklist = _checklist(ingenierie)
        ingenierie.actions_total = sum(not item.optional for item in checklist)
        create(
            ingenierie,
            actor=actor,
            verb="projects.creation",
            many_to_many={**many, "associes": [o for o in many.get("associes", ()) if o.pk != pilote.pk]},
        )
        Problematique.objects.create(ingenierie=ingenierie)
        Ciblage.objects.create(ingenierie=ingenierie)
        RoleDLA.objects.create(ingenierie=ingenierie)
        ChecklistItem.objects.bulk_create(checklist)
        refresh_scopes(ingenierie)
        if ingenierie.charge_mission is not None and not actor.is_system:
            tell_carrier(ingenierie, former=None, actor=actor)
    return ingenierie
