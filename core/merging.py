"""Merging two records of a directory that are one thing: a choice field by field, and nothing lost.

What points to the record that goes is moved to the one that is kept: every foreign key of every floor, by itself. Where
a move would collide (both records are in one ingénierie), the floor registers its own in :data:`MOVES`, from
``AppConfig.ready()``, under « app.model.field » in lower case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction

from core import clock, editing, journal
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, StaleState
from core.formats import format_number, plural
from core.models import Attachment, GeneratedDocument, PaireDistincte
from core.registry import Registry

#: ``move(kept, gone, actor) -> how many``, by « app.model.field » (``projects.structureciblee.structure``).
Move = Callable[[Any, Any, Actor], int]
MOVES: Registry[Move] = Registry("déplacements d’une réunion")

KEPT, GONE, BOTH = "gardee", "autre", "deux"


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field on which two records differ, in words, and what is proposed."""

    name: str
    label: str
    kept: str
    gone: str
    proposed: str
    both: bool


def _show(field: models.Field, value: Any) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    return format_number(value) if hasattr(value, "as_tuple") else str(value)


def field_choices(
    kept: models.Model, gone: models.Model, names: Sequence[str], *, one_of: Sequence[str] = ()
) -> list[FieldChoice]:
    """The fields of ``names`` that differ. An empty one gives way to the other; two long texts may both be kept.

    Of the fields ``one_of`` only one is ever filled: when ``kept`` has one, none of the other sheet is proposed.
    """
    found = []
    settled = set(one_of) if any(getattr(kept, name) not in (None, "") for name in one_of) else set()
    for name in names:
        field = kept._meta.get_field(name)
        mine, other = getattr(kept, name), getattr(gone, name)
        if mine == other:
            continue
        empty = mine in (None, "")
        both = isinstance(field, models.TextField) and not empty and other not in (None, "")
        label = str(field.verbose_name)
        found.append(
            FieldChoice(
                name,
                label[:1].upper() + label[1:],
                _show(field, mine),
                _show(field, other),
                GONE if empty and name not in settled else KEPT,
                both,
            )
        )
    return found


def chosen_values(kept: models.Model, gone: models.Model, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The values of ``kept`` after the choices (field → ``KEPT``, ``GONE`` or ``BOTH``).

    Raises ``InvalidInput`` for two texts that are too long together.
    """
    values: dict[str, Any] = {}
    for name, choice in chosen.items():
        field = kept._meta.get_field(name)
        if choice == GONE:
            values[name] = getattr(gone, name)
        elif choice == BOTH and isinstance(field, models.TextField):
            text = f"{getattr(kept, name)}\n\n{getattr(gone, name)}"
            if field.max_length and len(text) > field.max_length:
                raise InvalidInput(
                    f"« {field.verbose_name} » : les deux textes font {format_number(len(text))} caractères ensemble, "
                    f"pour {format_number(field.max_length)} au plus. Raccourcissez l’un des deux, puis reprenez."
                )
            values[name] = text
    return values


def lock_both(kept: Any, gone: Any, versions: tuple[int | None, int | None]) -> tuple[Any, Any]:
    """Lock both rows, always in the same order, and compare their versions with what the page showed.

    Raises ``StaleState`` when one was merged or removed meanwhile, ``EditConflict`` when one was changed.
    """
    fresh = {obj.pk: editing.lock(obj) for obj in sorted((kept, gone), key=lambda o: o.pk)}
    pair = fresh[kept.pk], fresh[gone.pk]
    for obj, version in zip(pair, versions, strict=True):
        if obj.merged_into_id is not None:
            raise StaleState(f"« {obj} » a déjà été réunie à une autre fiche : rechargez la page.")
        if version is not None and version != obj.version:
            raise EditConflict(
                f"« {obj} » a été modifiée entre-temps : relisez les deux fiches, puis choisissez de nouveau.",
                entries=journal.entries_since(obj, version),
                current=obj,
            )
    return pair


def move_all(kept: Any, gone: Any, actor: Actor) -> list[str]:
    """Move to ``kept`` everything that points to ``gone``; returns what moved, in words. In the caller's transaction.

    Raises ``InvalidInput`` when two rows would collide and no floor says what to do of it.
    """
    told = []
    for relation in kept._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue  # the rows of a many-to-many table come as a relation of their own
        model, field = relation.related_model, relation.field
        if model is type(kept) and field.name == "merged_into":
            continue
        move = MOVES.get(f"{model._meta.label_lower}.{field.name}")
        count = move(kept, gone, actor) if move else _move_rows(model, field, kept, gone)
        if count and not model._meta.auto_created:
            told.append(plural(count, str(model._meta.verbose_name), str(model._meta.verbose_name_plural)))
    files = _move_files(kept, gone)
    if files:
        told.append(plural(files, "pièce jointe", "pièces jointes"))
    return told


def _move_rows(model: type[models.Model], field: models.Field, kept: Any, gone: Any) -> int:
    # Plain querysets: a model's own may refuse `update`, and no state changes here.
    rows = models.QuerySet(model).filter(**{field.attname: gone.pk})
    pks = list(rows.values_list("pk", flat=True))
    for pk in pks:
        row = models.QuerySet(model).filter(pk=pk)
        try:
            with transaction.atomic():
                row.update(**{field.attname: kept.pk})
        except IntegrityError:
            if not model._meta.auto_created:
                raise InvalidInput(
                    f"Les deux fiches ont chacune une {model._meta.verbose_name} au même endroit : "
                    "gardez-en une seule, puis réunissez les fiches."
                ) from None
            row.delete()  # a choice of a list that both had
    return len(pks)


def _move_files(kept: Any, gone: Any) -> int:
    """Attached files and printed documents, which refer to their object by plain ids."""
    label = kept._meta.label_lower
    count = 0
    there = set(
        Attachment.objects.present()
        .filter(object_type=label, object_id=kept.pk)
        .values_list("category", "sha256", "original_name")
    )
    for piece in Attachment.objects.filter(object_type=label, object_id=gone.pk):
        if piece.removed_at is None and (piece.category, piece.sha256, piece.original_name) in there:
            piece.removed_at = clock.now()  # the very same file is there
        elif piece.removed_at is None:
            count += 1
        piece.object_id = kept.pk
        piece.save(update_fields=["object_id", "removed_at"])
    GeneratedDocument.objects.filter(object_type=label, object_id=gone.pk).update(object_id=kept.pk)
    for model in (Attachment, GeneratedDocument):
        model.objects.filter(scope_type=label, scope_id=gone.pk).update(scope_id=kept.pk)
    return count


def settle(kept: Any, gone: Any, values: Mapping[str, Any], *, actor: Actor, verbs: tuple[str, str]) -> Any:
    """Close ``gone`` into ``kept`` and give ``kept`` these values; both locked and checked by the caller.

    ``verbs`` are those of the journal of ``kept`` and of ``gone``. Returns ``kept`` as saved.
    """
    moved = move_all(kept, gone, actor)
    type(kept)._base_manager.filter(merged_into=gone).update(merged_into=kept)
    gone.merged_into = kept
    gone.is_active = False
    gone.version += 1
    gone.save(update_fields=["merged_into", "is_active", "version"])
    journal.record(actor, verbs[1], gone, changes={"merged_into": (None, str(kept))})
    changes = {name: (getattr(kept, name), value) for name, value in values.items() if getattr(kept, name) != value}
    for name, (_, value) in changes.items():
        setattr(kept, name, value)
    kept.version += 1
    kept.save()
    reason = f"Fiche réunie : « {gone} » (n° {gone.pk}). " + (f"Repris : {', '.join(moved)}." if moved else "")
    journal.record(actor, verbs[0], kept, changes=changes, reason=reason.strip())
    return kept


# --- Pairs that somebody looked at -----------------------------------------------------------------------------------


def pair_key(one: int, other: int) -> tuple[int, int]:
    """The two primary keys in their recorded order."""
    return (one, other) if one < other else (other, one)


def say_distinct(one: models.Model, other: models.Model, *, actor: Actor) -> None:
    """Remember that these two are different things. The caller has checked the rights."""
    first, second = pair_key(one.pk, other.pk)
    PaireDistincte.objects.get_or_create(
        object_type=one._meta.label_lower,
        first_id=first,
        second_id=second,
        defaults={"said_at": clock.now(), "said_by_id": actor.user_id, "said_by_label": actor.label[:200]},
    )


def distinct_pairs(model: type[models.Model]) -> set[tuple[int, int]]:
    """The pairs of ``model`` that somebody found different."""
    return set(PaireDistincte.objects.filter(object_type=model._meta.label_lower).values_list("first_id", "second_id"))
