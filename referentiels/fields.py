"""Form fields that choose in a reference list, from the lists kept in memory: no query, whatever the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import clock, listing
from referentiels import lists
from referentiels.models import Branche, Departement, ReferenceItem, Region, Secteur


def is_current(item: ReferenceItem) -> bool:
    """May the item be chosen today?"""
    today = clock.today()
    return (item.valid_from is None or item.valid_from <= today) and (item.valid_to is None or item.valid_to >= today)


class ReferenceSelect(forms.Select):
    """A ``<select>`` whose options are drawn once for all: a form with every département costs what another costs."""

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        attributes = self.build_attrs(self.attrs, attrs)
        chosen = "" if value is None else str(value)
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(attributes), listing.options(list(self.choices), chosen)
        )


class ReferenceField(forms.ChoiceField):
    """Chooses one item of ``model``; the cleaned value is the item (or ``None``).

    ``group`` gives the heading under which an item stands. Items past their validity are only offered where they are
    already chosen. Shared objects: never modify the cleaned value.
    """

    widget = ReferenceSelect
    default_error_messages = {"invalid_choice": "Ce choix n’est pas dans la liste."}

    def __init__(
        self,
        model: type[ReferenceItem],
        *,
        group: Callable[[Any], str] | None = None,
        empty_label: str = "Choisir…",
        **kwargs: Any,
    ):
        self.model = model
        self.group = group
        self.empty_label = empty_label
        super().__init__(choices=(), **kwargs)
        self.offer()

    def __deepcopy__(self, memo: dict) -> ReferenceField:
        # Each form draws its choices afresh: the list may have changed since the class was read.
        copied = super().__deepcopy__(memo)
        copied.offer()
        return copied

    def offer(self, first: Callable[[Any], bool] | None = None, first_label: str = "") -> None:
        """Set the choices; items for which ``first`` holds come first, under ``first_label``."""
        self.choices = lambda: self._drawn(first, first_label)

    def _drawn(self, first: Callable[[Any], bool] | None, first_label: str) -> list[tuple[str, Any]]:
        groups: dict[str, list[tuple[str, str]]] = {}
        ahead: list[tuple[str, str]] = []
        for item in lists.items(self.model):
            if not is_current(item):
                continue
            pair = (str(item.pk), str(item))
            if first is not None and first(item):
                ahead.append(pair)
            else:
                groups.setdefault(self.group(item) if self.group else "", []).append(pair)
        drawn: list[tuple[str, Any]] = [("", self.empty_label)]
        if ahead:
            drawn.append((first_label, ahead))
            groups = {heading or "Autres": pairs for heading, pairs in groups.items()}
        for heading, pairs in groups.items():
            if heading:
                drawn.append((heading, pairs))
            else:
                drawn.extend(pairs)
        return drawn

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, ReferenceItem) else value

    def to_python(self, value: Any) -> ReferenceItem | None:
        if value in self.empty_values:
            return None
        if isinstance(value, self.model):
            return value
        try:
            item = lists.by_id(self.model, int(str(value)))
        except ValueError:
            item = None
        if item is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return item

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)


class RegionField(ReferenceField):
    """A région; the person's own comes first (see :meth:`prefer_region`)."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", "Région")
        super().__init__(Region, **kwargs)

    def prefer_region(self, region_id: int | None) -> None:
        if lists.by_id(Region, region_id) is not None:
            self.offer(lambda item: item.pk == region_id, "Votre région")


class DepartementField(ReferenceField):
    """A département; those of the person's own région come first (see :meth:`prefer_region`)."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", "Département")
        super().__init__(Departement, **kwargs)

    def prefer_region(self, region_id: int | None) -> None:
        region = lists.by_id(Region, region_id)
        if region is not None:
            self.offer(lambda item: item.region_id == region_id, str(region))


class SecteurField(ReferenceField):
    """A sector of activity."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", "Secteur d’activité")
        super().__init__(Secteur, **kwargs)


def _secteur_of(branche: Branche) -> str:
    secteur = lists.by_id(Secteur, branche.secteur_id)
    return str(secteur) if secteur else ""


class BrancheField(ReferenceField):
    """A branch, under the heading of its sector."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", "Branche")
        super().__init__(Branche, group=_secteur_of, **kwargs)
