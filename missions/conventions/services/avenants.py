"""Avenants: a change that was asked for and accepted, written and numbered (002, « Outil de suivi »)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock
from core.errors import InvalidInput, NotAllowed
from engagement.budget.tva import Montants, montants
from missions.conventions.enums import EtatAvenant, EtatConvention
from missions.conventions.models import Avenant, Convention
from projects.ingenierie.services import ensure_open, touch

journal.register_verbs(
    {
        "missions.avenant_ouvert": "a ouvert un avenant à la convention",
        "missions.avenant_ecrit": "a modifié un avenant à la convention",
    }
)

AVENANTS_MAX = 40


@dataclass(frozen=True, slots=True)
class Termes:
    """What holds today: the convention's end and price, or those of its last signed avenant that changed them."""

    fin: dt.date | None
    prix: Montants


def termes_of(convention: Convention) -> Termes:
    """The end and the price that hold today: one query."""
    fin, prix = convention.fin, convention.prix
    for row in convention.avenants.filter(state=EtatAvenant.SIGNE).order_by("numero"):
        fin, prix = row.fin or fin, row.prix or prix
    told = Montants(None, None) if prix is None else montants(Decimal(prix), convention.base, convention.taux_tva)
    return Termes(fin, told)


def open_avenant(convention: Convention, values: Mapping[str, Any], *, actor: Actor) -> Avenant:
    """Write a change of a signed convention; ``values``: quoi, de, a, pourquoi, demande_par, demande_le,
    accepte_dla_le, accepte_structure_le, fin, prix.

    Raises ``NotAllowed`` (rights; a convention that is not signed is changed itself), ``InvalidInput``.
    """
    ingenierie = convention.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = lock(convention)
        locked.ingenierie = ingenierie
        if locked.state != EtatConvention.SIGNEE:
            raise NotAllowed(
                f"La convention est {locked.get_state_display()} : un avenant s’ajoute à une convention signée."
            )
        last = Avenant.objects.filter(convention=locked).aggregate(last=Max("numero"))["last"] or 0
        if last >= AVENANTS_MAX:
            raise InvalidInput(f"{AVENANTS_MAX} avenants au plus.")
        _check(locked, values)
        row = Avenant(convention=locked, numero=last + 1)
        create(row, values, actor=actor, verb="missions.avenant_ouvert", scope=ingenierie)
        touch(ingenierie.pk)
    return row


def update_avenant(
    avenant: Avenant, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> Avenant:
    """Change an avenant that is a draft. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    convention = avenant.convention
    ensure_open(convention.ingenierie, actor)
    with transaction.atomic():
        lock(convention)
        locked = lock(avenant, expected_version)
        locked.convention = convention
        locked.ensure_open()
        _check(convention, {n: values.get(n, getattr(locked, n)) for n in ("fin",)})
        fresh = apply_changes(
            locked,
            checked(locked, values),
            actor=actor,
            verb="missions.avenant_ecrit",
            expected_version=expected_version,
            scope=convention.ingenierie,
        )
        touch(convention.ingenierie_id)
    fresh.convention = convention
    return fresh


def _check(convention: Convention, values: Mapping[str, Any]) -> None:
    fin = values.get("fin")
    if fin and convention.debut and fin < convention.debut:
        raise InvalidInput("La nouvelle date de fin précède le début de la mission.")
