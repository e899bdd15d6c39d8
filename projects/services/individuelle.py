"""Opening an ingénierie individuelle: the second cycle, for one structure (002)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from core.actor import Actor
from core.editing import create
from core.errors import InvalidInput
from projects.enums import Cycle, EtatMobilisation
from projects.models import Ingenierie, StructureCiblee
from projects.services.ingenierie import open_cycle, touch, update_section
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
    directory, and what :func:`projects.services.create_ingenierie` raises.
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
        touch(ingenierie.pk, recount=True)
    return Ingenierie.objects.get(pk=ingenierie.pk)


def beneficiaire(ingenierie: Ingenierie) -> StructureCiblee | None:
    """The one structure of an ingénierie individuelle, with its sheet; ``None`` for a collective one."""
    return ingenierie.structures_ciblees.filter(seule=True).select_related("structure__organisation").first()
