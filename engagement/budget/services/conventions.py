"""Conventions with co-funders (000, fiche pratique 7): reference, date, document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput
from core.models import Attachment
from core.uploads import detach
from engagement.budget.enums import NatureRessource
from engagement.budget.models import ConventionCofinancement, LigneRessource
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch

journal.register_verbs(
    {
        "engagement.convention_ajoutee": "a ajouté une convention de cofinancement",
        "engagement.convention": "a modifié une convention de cofinancement",
        "engagement.convention_retiree": "a retiré une convention de cofinancement",
    }
)

CONVENTIONS_MAX = 30


def _signed(values: Mapping[str, Any]) -> None:
    if values.get("date_signature") and values["date_signature"] > clock.today():
        raise InvalidInput("La date de signature est dans le futur : laissez-la vide tant que rien n’est signé.")


def cofinanceurs_known(ingenierie: Ingenierie) -> dict[str, Any]:
    """What the budget that is kept says of a new convention: those who pay and whom no convention names yet, and what
    they granted together when all of them answered."""
    signed = [c.casefold() for c in _rows(ingenierie).values_list("cofinanceurs", flat=True)]
    found = LigneRessource.objects.filter(ingenierie=ingenierie, scenario__retenu=True).exclude(
        nature=NatureRessource.CREDITS_DLA
    )
    paying = [
        row
        for row in found.select_related("partenaire__partenaire", "dla").order_by("position", "pk")
        if row.obtenu != 0 and not any(row.nom.casefold() in names for names in signed)
    ]
    names = ", ".join(dict.fromkeys(row.nom for row in paying))
    granted = [row.obtenu for row in paying]
    montant = sum(granted) if granted and None not in granted else None
    return {"cofinanceurs": names if len(names) <= 300 else "", "montant": montant}


def _rows(ingenierie: Ingenierie):
    return ConventionCofinancement.objects.filter(ingenierie=ingenierie)


def add_convention(ingenierie: Ingenierie, values: Mapping[str, Any], *, actor: Actor) -> ConventionCofinancement:
    """Add a convention: ``reference`` (once per ingénierie), ``cofinanceurs``, ``date_signature``, ``montant``,
    ``objet``.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        lock(ingenierie)
        rows = ConventionCofinancement.objects.filter(ingenierie=ingenierie)
        if rows.count() >= CONVENTIONS_MAX:
            raise InvalidInput(f"{CONVENTIONS_MAX} conventions au plus.")
        _signed(values)
        row = ConventionCofinancement(ingenierie=ingenierie)
        create(row, values, actor=actor, verb="engagement.convention_ajoutee", scope=ingenierie)
        touch(ingenierie.pk)
    return row


def update_convention(
    convention: ConventionCofinancement, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> ConventionCofinancement:
    """Change a convention. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``, ``StaleState``."""
    ingenierie = convention.ingenierie
    ensure_open(ingenierie, actor)
    _signed(values)
    with transaction.atomic():
        lock(ingenierie)
        locked = lock(convention, expected_version)
        fresh = apply_changes(
            locked,
            checked(locked, values),
            actor=actor,
            verb="engagement.convention",
            expected_version=expected_version,
            scope=ingenierie,
        )
        touch(ingenierie.pk)
    return fresh


def remove_convention(
    convention: ConventionCofinancement, *, actor: Actor, expected_version: int | None = None
) -> None:
    """Take out a convention and its documents; the journal keeps what it said.

    Raises ``NotAllowed``, ``StaleState``.
    """
    ingenierie = convention.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = lock(convention, expected_version, typed=False)
        for piece in Attachment.objects.of(locked._meta.label_lower, [locked.pk]):
            detach(piece, actor=actor)
        remove(locked, actor=actor, verb="engagement.convention_retiree", scope=ingenierie)
        touch(ingenierie.pk)
