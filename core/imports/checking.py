"""What a line would do: new, changed, unchanged or wrong, and why. Writes nothing."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.html import strip_tags

from core.actor import Actor
from core.errors import DomainError
from core.formats import format_number
from core.imports.cells import check_value, date_cell, number_cell, rounded_cell
from core.imports.kinds import ImportKind, Resemblance
from core.models import ImportLine, Verdict


@dataclass(slots=True)
class Finding:
    """What is found of one line. ``values`` are clean; ``object`` is what it changes (``None``: it creates)."""

    verdict: str
    values: dict[str, Any] = field(default_factory=dict)
    object: Any = None
    errors: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    changes: list[list[str]] = field(default_factory=list)


class Checker:
    """Checks the lines of one file for one actor: what exists is read once, the form is built once."""

    def __init__(self, kind: ImportKind, actor: Actor, columns: Sequence[str], *, compare: bool = True):
        """``compare``: look for resemblances too; useless once the person has answered."""
        self.kind = kind
        self.actor = actor
        self.columns = [kind.column(name) for name in columns]
        self._form = kind.form(actor)
        self._form.fields = {c.name: self._form.fields[c.name] for c in self.columns if c.name in self._form.fields}
        self._known: dict[Hashable, list[int]] = defaultdict(list)
        for key, pk in kind.known(actor):
            self._known[key].append(pk)
        self._near = kind.resemblance(actor) if compare else Resemblance()
        #: what the lines seen so far are: key of a new object, or primary key, → number of the line
        self._new: dict[Hashable, int] = {}
        self._changed: dict[int, int] = {}

    def check_many(self, lines: Sequence[ImportLine]) -> list[Finding]:
        """The findings of these lines, in order. Lines are to be given in the order of the file."""
        cleaned = [self._clean(line) for line in lines]
        found: list[tuple[int | None, str]] = [
            (None, "") if errors else self._find(values) for values, errors, _ in cleaned
        ]
        objects = self.kind.objects({pk for pk, _ in found if pk is not None}, self.actor)
        return [
            self._judge(line, values, errors, remarks, pk, problem, objects)
            for line, (values, errors, remarks), (pk, problem) in zip(lines, cleaned, found, strict=True)
        ]

    # --- Cells → values ---
    def _clean(self, line: ImportLine) -> tuple[dict[str, Any], list[str], list[str]]:
        """Values, errors, remarks."""
        data: dict[str, str] = {}
        errors: list[str] = []
        remarks: list[str] = []
        for column in self.columns:
            text = line.cells.get(column.name, "")
            if not text:
                if column.required:
                    errors.append(f"« {column.heading} » : cette cellule est vide, elle doit être remplie.")
                continue
            try:
                check_value(text)
                if column.number:
                    text, rounded = rounded_cell(number_cell(text), self._decimals(column.name))
                    if rounded:
                        remarks.append(f"« {column.heading} » arrondi à {format_number(Decimal(text))}.")
                elif column.date:
                    text = date_cell(text)
                if column.read is not None:
                    text = column.read(text)
            except ValidationError as error:
                errors += [f"« {column.heading} » : {message}" for message in error.messages]
                continue
            data[column.name] = text
        form = self._bound(data)
        for name, messages in form.errors.get_json_data().items():
            heading = "" if name == NON_FIELD_ERRORS else f"« {self.kind.column(name).heading} » : "
            errors += [heading + strip_tags(message["message"]) for message in messages]
        return ({} if errors else form.values()), errors, remarks

    def _decimals(self, name: str) -> int | None:
        """How many decimals the field keeps; ``None`` when it does not say."""
        return getattr(self._form.fields.get(name), "decimal_places", None)

    def _bound(self, data: Mapping[str, str]) -> Any:
        """The form with these data: only what the line says is asked, an empty cell changes nothing."""
        form = copy.copy(self._form)
        form.fields = {name: field for name, field in self._form.fields.items() if name in data}
        form.data = data
        form.files = {}
        form.is_bound = True
        form._errors = None
        form._bound_fields_cache = {}
        if isinstance(form, forms.BaseModelForm):
            form.instance = type(form.instance)()
        return form

    # --- Values → object ---
    def _find(self, values: Mapping[str, Any]) -> tuple[int | None, str]:
        for key, how in self.kind.find_keys(values):
            pks = self._known.get(key)
            if pks and len(set(pks)) > 1:
                return None, f"plusieurs fiches lui correspondent ({how}) : donnez un numéro qui les distingue."
            if pks:
                return pks[0], ""
        return None, ""

    def _judge(
        self,
        line: ImportLine,
        values: dict[str, Any],
        errors: list[str],
        remarks: list[str],
        pk: int | None,
        problem: str,
        objects: Mapping[int, Any],
    ) -> Finding:
        if problem:
            errors = [*errors, problem[:1].upper() + problem[1:]]
        obj = objects.get(pk) if pk is not None else None
        if pk is not None and obj is None:
            errors = [*errors, "Cette fiche n’est pas dans votre annuaire."]
        if not errors:
            twin = self._twin(values, pk)
            if twin is not None and twin != line.number:
                errors = [f"C’est la même fiche que la ligne {twin} : gardez une seule des deux lignes."]
        changes = {}
        if obj is not None and self.kind.updates and not errors:
            changes = {
                name: (before, value)
                for name, value in values.items()
                if (before := self.kind.current(obj, name)) != value
            }
        changed = {name: value for name, (_, value) in changes.items()}
        if not errors and (obj is None or changes):
            try:
                self.kind.dry_run(obj, values if obj is None else changed, self.actor)
            except DomainError as error:
                errors = error.reasons or [error.message]
            except ValidationError as error:
                errors = list(error.messages)
        if errors:
            return Finding(Verdict.ERREUR, errors=errors)
        self._remember(line, values, pk)
        if obj is None:
            doubts = self._near.near(values)
            self._near.add(values, f"la ligne {line.number} de ce fichier")
            return Finding(Verdict.NOUVELLE, values, doubts=doubts, remarks=remarks)
        return Finding(
            Verdict.MODIFIEE if changes else Verdict.INCHANGEE,
            changed,
            obj,
            remarks=remarks,
            changes=[
                [self.kind.column(name).heading, self.kind.show(name, before), self.kind.show(name, value)]
                for name, (before, value) in changes.items()
            ],
        )

    def _twin(self, values: Mapping[str, Any], pk: int | None) -> int | None:
        """The line seen before that is the same object."""
        if pk is not None:
            return self._changed.get(pk)
        return next((self._new[key] for key, _ in self.kind.find_keys(values) if key in self._new), None)

    def _remember(self, line: ImportLine, values: Mapping[str, Any], pk: int | None) -> None:
        if pk is not None:
            self._changed[pk] = line.number
            return
        for key in self.kind.object_keys(values):
            self._new.setdefault(key, line.number)
