"""The grid of a call: begun from that of 002, adapted until the propositions are opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from consultations.appel.models import Appel
from consultations.lecture.enums import Famille
from consultations.lecture.modele import modele
from consultations.lecture.models import Critere, Grille
from consultations.lecture.permissions import why_not_adapt
from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, NotAllowed
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "consultations.grille": "a commencé la grille de lecture",
        "consultations.critere_ajoute": "a ajouté à la grille de lecture le critère",
        "consultations.critere": "a modifié dans la grille de lecture le critère",
        "consultations.critere_retire": "a retiré de la grille de lecture le critère",
    }
)


def begin(appel: Appel, *, actor: Actor) -> Grille:
    """The grid of ``appel``, begun with the criteria of 002 (and of 000 when it is collective) when there is none.

    For the services of the room, in their transaction: they have asked whether ``actor`` may.
    """
    locked = lock(appel)
    found = Grille.objects.filter(appel=locked).first()
    if found is not None:
        return found
    grille = create(Grille(appel=locked), actor=actor, verb="consultations.grille", scope=appel.ingenierie)
    rows = []
    for family in modele(individuelle=appel.ingenierie.is_individuelle):
        for row in family.criteres:
            rows.append(
                Critere(
                    grille=grille,
                    famille=family.code,
                    intitule=row.intitule,
                    dont="\n".join(row.dont),
                    fait=row.fait,
                    ordre=len(rows),
                )
            )
    Critere.objects.bulk_create(rows)
    return grille


def _adaptable(appel: Appel, actor: Actor) -> None:
    refusal = why_not_adapt(appel, actor)
    if refusal:
        raise NotAllowed(refusal)


@transaction.atomic
def start(appel: Appel, *, actor: Actor) -> Grille:
    """Begin the grid of ``appel``, to adapt it; a second click gets the one that is there. Raises ``NotAllowed``."""
    ingenierie = lock(appel.ingenierie)
    locked = lock(appel)
    locked.ingenierie = ingenierie
    _adaptable(locked, actor)
    grille = begin(locked, actor=actor)
    touch(ingenierie.pk)
    return grille


def _locked(grille: Grille, actor: Actor) -> tuple[Grille, Appel]:
    """The grid, locked with its call: nobody opens the propositions while a criterion changes."""
    ingenierie = lock(grille.appel.ingenierie)
    appel = lock(grille.appel)
    appel.ingenierie = ingenierie
    _adaptable(appel, actor)
    locked = lock(grille)
    locked.appel = appel
    return locked, appel


@transaction.atomic
def add_critere(grille: Grille, values: Mapping[str, Any], *, actor: Actor) -> Critere:
    """Add a criterion at the end of its family; ``values``: famille, intitule, dont, poids.

    Raises ``NotAllowed`` (not the pilot, propositions opened), ``InvalidInput``.
    """
    locked, appel = _locked(grille, actor)
    _check_family(appel, values.get("famille"))
    last = locked.criteres.aggregate(last=Max("ordre"))["last"]
    critere = create(
        Critere(grille=locked, ordre=0 if last is None else last + 1),
        values,
        actor=actor,
        verb="consultations.critere_ajoute",
        scope=appel.ingenierie,
    )
    touch(appel.ingenierie_id)
    return critere


@transaction.atomic
def update_critere(
    critere: Critere, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Critere:
    """Rename a criterion, change its points, its weight, its family. What the application answers is only weighed or
    renamed. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    _, appel = _locked(critere.grille, actor)
    if "famille" in values:
        _check_family(appel, values["famille"])
    fresh = apply_changes(
        critere,
        checked(critere, values),
        actor=actor,
        verb="consultations.critere",
        expected_version=expected_version,
        scope=appel.ingenierie,
    )
    touch(appel.ingenierie_id)
    return fresh


@transaction.atomic
def remove_critere(critere: Critere, *, actor: Actor) -> None:
    """Take a criterion out of the grid. Raises ``NotAllowed``, ``StaleState``."""
    _, appel = _locked(critere.grille, actor)
    remove(lock(critere), actor=actor, verb="consultations.critere_retire", scope=appel.ingenierie)
    touch(appel.ingenierie_id)


def _check_family(appel: Appel, famille: Any) -> None:
    if famille not in {family.code.value for family in modele(individuelle=appel.ingenierie.is_individuelle)}:
        raise InvalidInput("Choisissez une famille de la grille.")
    if famille == Famille.AUTRES:
        raise InvalidInput("« Autres commentaires » est libre : elle n’a pas de critère.")
