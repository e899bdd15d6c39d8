"""A row of a plan d'accompagnement opens an ingénierie, or is attached to one (002: « l'ingénierie est une des
ressources dans le plan d'accompagnement »)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from core import editing, journal
from core.actor import Actor
from core.errors import InvalidInput, StaleState
from projects.enums import OPEN_STATES, Cycle, Origine
from projects.identification.services import update_section
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from projects.ouverture.services import create_ingenierie, open_individuelle
from projects.plans.commande import mission_of
from projects.plans.models import LigneIngenierie
from projects.structures_ciblees.models import StructureCiblee
from projects.structures_ciblees.services import add_structures
from structures.plans.enums import EtatLigne
from structures.plans.models import LignePlan
from structures.plans.services import ensure_writable, follow_ligne

journal.register_verbs(
    {
        "projects.ligne_rattachee": "a rattaché une ligne de plan d’accompagnement",
        "projects.ligne_detachee": "a détaché une ligne de plan d’accompagnement",
    }
)

ORIGINE = "Plan d’accompagnement"


def attachable(ligne: LignePlan, actor: Actor) -> QuerySet[Ingenierie]:
    """The open ingénieries a row may be attached to: those in which the organisation that keeps the plan writes; an
    ingénierie individuelle only when it is for the structure of the plan."""
    found = Ingenierie.objects.filter(scopes__key=f"o{ligne.organisation_id}", state__in=OPEN_STATES)
    own = StructureCiblee.objects.filter(structure=ligne.plan.structure_id).values("ingenierie")
    found = found.filter(Q(cycle=Cycle.COLLECTIVE) | Q(pk__in=own))
    return found.select_related("pilote").order_by("-last_activity_at", "-pk")


def attach_ligne(ligne: LignePlan, ingenierie: Ingenierie, *, actor: Actor, ouvre: bool = False) -> LigneIngenierie:
    """Say that ``ingenierie`` carries out this row: its structure is targeted, the row is « en cours ».

    ``ouvre``: the ingénierie is being opened from this row.

    Raises ``NotAllowed`` (the plan or the ingénierie is not the actor's to write), ``InvalidInput``, ``StaleState`` for
    a row that is attached already.
    """
    ensure_writable(ligne.plan, actor)
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = editing.lock(ligne)
        if LigneIngenierie.objects.filter(ligne=locked).exists():
            raise StaleState("Cette ligne a déjà son ingénierie : rechargez la page.")
        if not locked.is_open:
            raise InvalidInput("Cette ligne est faite ou abandonnée : remettez-la en cours avant de la rattacher.")
        link = LigneIngenierie.objects.create(
            ligne=locked, ingenierie=ingenierie, ouvre=ouvre, rattachee_par=actor.label[:200]
        )
        structure = ligne.plan.structure_id
        if not ingenierie.structures_ciblees.filter(structure=structure).exists():
            add_structures(ingenierie, [structure], actor=actor, origine=ORIGINE)
        follow_ligne(ligne, EtatLigne.EN_COURS, actor=actor, note=f"Ingénierie : {ingenierie.titre}")
        journal.record(
            actor,
            "projects.ligne_rattachee",
            ligne,
            scope=ingenierie,
            changes={"structure": ("", str(ligne.plan.structure))},
        )
        touch(ingenierie.pk)
    return link


def detach_ligne(link: LigneIngenierie, *, actor: Actor) -> None:
    """Undo an attachment made by mistake; the structure stays targeted, the note of follow-up stays written.

    Raises ``NotAllowed``.
    """
    ligne, ingenierie = link.ligne, link.ingenierie
    ensure_writable(ligne.plan, actor)
    with transaction.atomic():
        locked = editing.lock(link)
        locked.delete()
        follow_ligne(ligne, ligne.etat, actor=actor, note=f"Détachée de l’ingénierie : {ingenierie.titre}")
        journal.record(actor, "projects.ligne_detachee", ligne, scope=ingenierie)


def problematique_of(ligne: LignePlan) -> dict[str, Any]:
    """What a row, and the mission recommended for it, say of the problématique of the ingénierie it opens."""
    mission = mission_of(ligne)
    needs = "\n".join(filter(None, [ligne.difficulte, ligne.cause and f"Cause supposée : {ligne.cause}"]))
    return {
        "contexte": mission.contexte if mission else "",
        "besoins": needs,
        "enjeux": ligne.resultats_attendus,
        "origines": [Origine.DIAGNOSTICS],
        "origines_precisions": f"Plan d’accompagnement de {ligne.plan.structure}.",
    }


def open_collective(
    ligne: LignePlan, values: Mapping[str, Any], many: Mapping[str, Iterable], *, actor: Actor
) -> Ingenierie:
    """Open an ingénierie collective from a row: its problématique is written from it, its structure targeted.

    ``values`` and ``many`` are those of the form of a new ingénierie. Raises ``NotAllowed``, ``InvalidInput``,
    ``StaleState``.
    """
    ensure_writable(ligne.plan, actor)
    with transaction.atomic():
        ingenierie = create_ingenierie(actor=actor, values=values, **many)
        update_section(ingenierie, "problematique", actor=actor, expected_version=None, values=problematique_of(ligne))
        attach_ligne(ligne, ingenierie, actor=actor, ouvre=True)
    return ingenierie


def open_for_structure(
    ligne: LignePlan,
    *,
    titre: str,
    themes: Iterable,
    values: Mapping[str, Any],
    besoins: str,
    actor: Actor,
) -> Ingenierie:
    """Open an ingénierie individuelle from a row, for the structure of the plan.

    Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``.
    """
    ensure_writable(ligne.plan, actor)
    with transaction.atomic():
        ingenierie = open_individuelle(
            ligne.plan.structure,
            actor=actor,
            titre=titre,
            themes=themes,
            values=values,
            problematique={**problematique_of(ligne), "besoins": besoins},
            origine=ORIGINE,
        )
        attach_ligne(ligne, ingenierie, actor=actor, ouvre=True)
    return ingenierie
