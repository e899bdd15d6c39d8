"""The network of partners of an ingénierie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from core import journal
from core.actor import Actor
from core.editing import apply_changes
from core.editing import lock as lock_row
from core.errors import InvalidInput, NotAllowed, StaleState
from engagement.models import LigneRessource, PartenaireProjet
from engagement.services.common import checked, create, lock, remove
from partners.directory.annuaire import PARTENAIRES
from partners.directory.models import Partenaire
from projects.models import Ingenierie
from projects.services.ingenierie import ensure_open, touch
from projects.services.ingenierie import lock as lock_ingenierie

journal.register_verbs(
    {
        "engagement.partenaire_ajoute": "a associé un partenaire",
        "engagement.partenaire": "a mis à jour un partenaire",
        "engagement.partenaire_retire": "a retiré un partenaire",
    }
)


class DejaAssocie(InvalidInput):
    """The partner is already in the ingénierie: ``existing``."""

    title = "Partenaire déjà associé"

    def __init__(self, existing: PartenaireProjet):
        super().__init__(f"« {existing} » est déjà associé à cette ingénierie.")
        self.existing = existing


def _refuse_twice(ingenierie: Ingenierie, partenaire: Partenaire) -> None:
    existing = ingenierie.partenaires_projet.filter(partenaire=partenaire).select_related("partenaire").first()
    if existing:
        raise DejaAssocie(existing)


def add_partenaire(
    ingenierie: Ingenierie, partenaire: Partenaire, *, actor: Actor, values: Mapping[str, Any] | None = None
) -> PartenaireProjet:
    """Associate a partner of the directory; its family is the directory's unless ``values`` says otherwise.

    ``partenaire`` must be readable by ``actor``. Raises ``NotAllowed``, ``DejaAssocie``, ``InvalidInput``.
    """
    ensure_open(ingenierie, actor)
    if not Partenaire.objects.visible_to(actor).filter(pk=partenaire.pk).exists():
        raise NotAllowed("Ce partenaire n’est pas dans un annuaire que vous pouvez lire.")
    if not partenaire.is_active:
        raise InvalidInput(f"« {partenaire} » a été retiré de l’annuaire actif : reprenez-le d’abord.")
    _refuse_twice(ingenierie, partenaire)
    row = PartenaireProjet(ingenierie=ingenierie, partenaire=partenaire, famille=partenaire.famille)
    values = checked(row, values or {})
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            # It may have been merged into another while the page was open.
            if lock_row(partenaire).merged_into_id is not None:
                raise StaleState(f"« {partenaire} » vient d’être réuni à une autre fiche : cherchez-le de nouveau.")
            create(row, actor=actor, verb="engagement.partenaire_ajoute", scope=ingenierie)
            touch(ingenierie.pk)
    except IntegrityError:
        # A colleague, or the other half of a double click, was a moment quicker.
        _refuse_twice(ingenierie, partenaire)
        raise
    return row


def add_new_partenaire(
    ingenierie: Ingenierie,
    directory_values: Mapping[str, Any],
    *,
    actor: Actor,
    values: Mapping[str, Any] | None = None,
    confirmed: bool = False,
) -> PartenaireProjet:
    """Inscribe a partner in the directory of the actor's organisation and associate it, both or neither.

    Raises what ``PARTENAIRES.create`` and :func:`add_partenaire` raise.
    """
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        partenaire = PARTENAIRES.create(directory_values, actor=actor, confirmed=confirmed)
        return add_partenaire(ingenierie, partenaire, actor=actor, values=values)


def update_partenaire(
    row: PartenaireProjet, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> PartenaireProjet:
    """Change what is noted of a partner here. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    ensure_open(row.ingenierie, actor)
    values = checked(row, values)
    with transaction.atomic():
        fresh = apply_changes(
            row,
            values,
            actor=actor,
            verb="engagement.partenaire",
            expected_version=expected_version,
            scope=row.ingenierie,
        )
        touch(row.ingenierie_id)
    return fresh


def remove_partenaire(row: PartenaireProjet, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take a partner out of the ingénierie; the directory keeps it, the budget lines it funds keep its name.

    Raises ``NotAllowed``, ``StaleState``.
    """
    ingenierie = row.ingenierie
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        # The budget, which may be naming this partner in a line, takes the same row first.
        lock_ingenierie(ingenierie)
        locked = lock(row, expected_version, typed=False)
        LigneRessource.objects.filter(partenaire=locked).update(partenaire=None, financeur=str(locked)[:200])
        remove(locked, actor=actor, verb="engagement.partenaire_retire", scope=ingenierie)
        touch(ingenierie.pk)
