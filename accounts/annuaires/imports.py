"""Importing the sheets of a directory from a spreadsheet (``core.imports``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any

from accounts.annuaires.annuaire import Annuaire
from accounts.annuaires.likeness import NearSheets
from core.actor import Actor
from core.imports import ImportKind
from core.imports.kinds import Resemblance


class _Resembling(Resemblance):
    """Sheets with a close name, of the same ``place`` when the directory tells places apart."""

    def __init__(self, rows: Iterable[tuple[str, str, str, Hashable]], place: str) -> None:
        self._place = place
        self._names: dict[Hashable, NearSheets] = defaultdict(NearSheets)
        for label, name, sigle, where in rows:
            self._names[where].add(label, name, sigle)

    def _of(self, values: Mapping[str, Any]) -> NearSheets:
        return self._names[values[self._place].pk if self._place else None]

    def near(self, values: Mapping[str, Any]) -> list[str]:
        return [str(label) for label in self._of(values).near(values["name"])[:3]]

    def add(self, values: Mapping[str, Any], label: str) -> None:
        self._of(values).add(label, values["name"], values.get("sigle", ""))


class SheetImport(ImportKind):
    """Lines that inscribe sheets in the directory of the actor's organisation, or bring them up to date."""

    annuaire: Annuaire
    line_form: type[Any]
    #: The column (of a reference list) without which two close names say nothing.
    place = ""

    def __init__(self) -> None:
        kind = self.annuaire
        self.code, self.label, self.noun, self.feminine = kind.nouns, kind.title, kind.noun, kind.feminine
        self.list_route, self.detail_route = f"{kind.namespace}:liste", f"{kind.namespace}:detail"

    def why_not(self, actor: Actor) -> str | None:
        return self.annuaire.why_not_create(actor)

    def form(self, actor: Actor) -> Any:
        return self.line_form(actor=actor)

    def own(self, actor: Actor) -> Any:
        """The sheets of one's own directory."""
        return self.annuaire.model.objects.own(actor.organisation_id)

    def objects(self, pks: Collection[int], actor: Actor) -> dict[int, Any]:
        return self.own(actor).with_sheet_data().in_bulk(list(pks))

    def resembled(self, actor: Actor) -> Iterable[tuple[str, str, str, Hashable]]:
        """(label, name, sigle, key of the place) of the sheets that a new line may resemble."""
        raise TypeError(f"{type(self).__name__}.resembled manque.")

    def resemblance(self, actor: Actor) -> Resemblance:
        return _Resembling(self.resembled(actor), self.place)

    def dry_run(self, obj: Any | None, values: Mapping[str, Any], actor: Actor) -> None:
        if obj is not None:
            self.annuaire.check_values(obj, values)

    def write(self, obj: Any | None, values: Mapping[str, Any], actor: Actor, *, reason: str) -> Any:
        if obj is None:
            return self.annuaire.create(values, actor=actor, confirmed=True, reason=reason)
        return self.annuaire.update(obj, values, actor=actor, expected_version=obj.version, reason=reason)
