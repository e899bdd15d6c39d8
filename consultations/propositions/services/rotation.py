"""Turning all that lies sealed under the first key, so that an older one may be withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction

from consultations.propositions import coffre
from consultations.propositions.models import ContenuScelle, PieceScellee, Proposition
from consultations.propositions.services.brouillon import SCELLES
from core.editing import lock
from core.files import delete_file, save_file

log = structlog.get_logger(__name__)


def turn_all() -> Counter[str]:
    """Encrypt under the first key what lies under another: drafts, deposits, files. What is deposited keeps its
    SHA-256, its instant and its receipt.

    Returns how many of each were turned, and under « illisibles » what no key of ours reads. May be run again.
    """
    counts: Counter[str] = Counter()
    for name, model, turn in (
        ("brouillons", Proposition, _draft),
        ("depots", ContenuScelle, _content),
        ("fichiers", PieceScellee, _file),
    ):
        for row in _each(model):
            try:
                with transaction.atomic():
                    counts[name] += turn(lock(row))
            except (coffre.CoffreFerme, FileNotFoundError):
                log.error("proposition_not_turned", kind=name, pk=row.pk)
                counts["illisibles"] += 1
    return counts


def _each(model: type[models.Model]) -> Iterator[models.Model]:
    for pk in model._default_manager.order_by("pk").values_list("pk", flat=True):
        yield model(pk=pk)


def _text(row: models.Model, champ: str) -> bool:
    kept = getattr(row, champ)
    turned = coffre.turned(kept.encode()) if kept else None
    if turned is None:
        return False
    setattr(row, champ, turned.decode())
    row.save(update_fields=[champ])
    return True


def _draft(row: Proposition) -> bool:
    return _text(row, "brouillon_scelle")


def _content(row: ContenuScelle) -> bool:
    return _text(row, "jeton")


def _file(row: PieceScellee) -> bool:
    named = _text(row, "nom_scelle")
    with default_storage.open(row.storage_key) as stored:
        turned = coffre.turned(stored.read())
    if turned is None:
        return named
    old = row.storage_key
    row.storage_key = save_file(SCELLES, ContentFile(turned))
    row.save(update_fields=["storage_key"])
    transaction.on_commit(_deleting(old))
    return True


def _deleting(key: str) -> Callable[[], None]:
    return lambda: delete_file(key)
