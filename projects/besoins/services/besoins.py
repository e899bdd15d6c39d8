"""From needs to an ingénierie: opening one with the structures of a cell of the radar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from core.actor import Actor
from core.errors import InvalidInput
from core.formats import format_date, plural
from projects.besoins import radar
from projects.enums import Origine
from projects.identification.services import update_section
from projects.ingenierie.models import Ingenierie
from projects.ouverture.services import create_ingenierie
from projects.structures_ciblees.services import MAX_AT_ONCE, add_structures
from referentiels.models import TypePrestation
from structures.annuaire.models import Structure
from structures.diagnostics.models import Besoin

ORIGINE = "Radar des besoins"
#: A problématique quotes the needs one by one up to this number, then says how many others there are.
QUOTED = 40


def chosen_structures(ids: Iterable[int], *, actor: Actor) -> list[Structure]:
    """The structures ``ids`` of the actor's own directory, by name. Raises ``InvalidInput`` for none, too many, or one
    that is of another directory."""
    wanted = set(ids)
    if not wanted:
        raise InvalidInput("Cochez au moins une structure.")
    if len(wanted) > MAX_AT_ONCE:
        raise InvalidInput(f"Cochez {MAX_AT_ONCE} structures au plus à la fois.")
    mine = Structure.objects.directory_of(actor).active()
    if not actor.is_system:
        mine = mine.filter(organisation=actor.organisation_id)
    found = list(mine.filter(pk__in=wanted).select_related("departement", "secteur").order_by("search_text", "pk"))
    if len(found) != len(wanted):
        raise InvalidInput(
            "Une structure cochée n’est pas dans votre annuaire actif : rechargez la page, puis recommencez."
        )
    return found


def quoted(found: Sequence[Structure], needs: Mapping[int, Sequence[Besoin]]) -> str:
    """The needs in the words of the diagnostics, a line each, the structures in their order."""
    lines = [
        f"- {structure.name} ({structure.departement.code}) : {need.texte.strip()}"
        for structure in found
        for need in needs[structure.pk]
    ]
    more = len(lines) - QUOTED
    if more > 0:
        lines = [*lines[:QUOTED], f"… et {plural(more, 'autre besoin', 'autres besoins')} dans les diagnostics."]
    return "\n".join(lines)


def sources(needs: Mapping[int, Sequence[Besoin]]) -> str:
    """Where the needs come from: how many diagnostics, from when to when."""
    every = [need for rows in needs.values() for need in rows]
    number = len({need.diagnostic_id for need in every})
    first, last = min(n.date for n in every), max(n.date for n in every)
    when = f"du {format_date(first)}" if first == last else f"du {format_date(first)} au {format_date(last)}"
    return f"{plural(number, 'diagnostic partagé', 'diagnostics partagés')} {when}."


def open_from_needs(
    ids: Iterable[int], question: radar.Question, *, actor: Actor, titre: str, theme: TypePrestation | None
) -> Ingenierie:
    """Open an ingénierie collective with structures of the radar, their needs quoted in its problématique.

    ``question`` says which needs count, as on the page. Raises ``InvalidInput`` (no title, no structure, one without
    any need of the question), ``NotAllowed``.
    """
    titre = titre.strip()
    if not titre:
        raise InvalidInput("Donnez un titre à l’ingénierie.")
    with transaction.atomic():
        found = chosen_structures(ids, actor=actor)
        needs = radar.needs_of(found, question, actor)
        return write_from_needs(
            found, needs, actor=actor, values={"titre": titre}, themes=[theme] if theme is not None else []
        )


def write_from_needs(
    found: Sequence[Structure],
    needs: Mapping[int, Sequence[Besoin]],
    *,
    actor: Actor,
    values: Mapping[str, Any],
    themes: Sequence[TypePrestation],
    associes: Iterable = (),
    precisions: str = "",
) -> Ingenierie:
    """The ingénierie, its problématique and its targeted structures, in the caller's transaction."""
    without = [structure for structure in found if not needs[structure.pk]]
    if without:
        raise InvalidInput(
            f"« {without[0].name} » n’a pas de besoin recensé sur cette question : décochez-la, puis recommencez."
        )
    secteurs = {s.secteur_id: s.secteur for s in found}
    departements = {s.departement_id: s.departement for s in found}
    ingenierie = create_ingenierie(
        actor=actor,
        values=values,
        associes=associes,
        departements=departements.values(),
        secteurs=secteurs.values(),
        themes=themes,
    )
    update_section(
        ingenierie,
        "problematique",
        actor=actor,
        expected_version=None,
        values={
            "besoins": quoted(found, needs),
            "origines": [Origine.DIAGNOSTICS],
            "origines_precisions": "\n".join(filter(None, [sources(needs), precisions])),
        },
    )
    add_structures(ingenierie, [s.pk for s in found], actor=actor, origine=ORIGINE)
    return Ingenierie.objects.get(pk=ingenierie.pk)
