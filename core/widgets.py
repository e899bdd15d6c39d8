"""Form widgets of our own, where a browser's ordinary one does not suffice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms


class GroupedCheckboxes(forms.SelectMultiple):
    """Many check boxes without a long page: folded by group, the groups that hold a choice open, three columns.

    ``group_by(instance)`` names the group of an object of a ``ModelMultipleChoiceField``; ``opened(instance)`` says
    which objects open their group even when nothing is chosen. Choices that come in groups (``ChoiceField``) keep them.
    Without groups the boxes are in columns, unfolded.
    Works by keyboard and without JavaScript (``<details>``).
    """

    template_name = "widgets/cases_groupees.html"
    use_fieldset = True
    allow_multiple_selected = True

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        group_by: Callable[[Any], str] | None = None,
        opened: Callable[[Any], bool] = lambda instance: False,
    ):
        super().__init__(attrs)
        self.group_by = group_by
        self.opened = opened

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = {str(v) for v in (value or ())}
        groups: dict[str, dict[str, Any]] = {}
        base = context["widget"]["attrs"].get("id", f"id_{name}")
        for index, (title, option, label) in enumerate(self._each()):
            instance = getattr(option, "instance", None)
            group = groups.setdefault(title, {"label": title, "open": False, "chosen": 0, "options": []})
            checked = str(option) in chosen
            group["open"] = group["open"] or checked or bool(instance is not None and self.opened(instance))
            group["chosen"] += checked
            group["options"].append({"id": f"{base}_{index}", "value": str(option), "label": label, "checked": checked})
        context["widget"]["groups"] = list(groups.values())
        context["widget"]["attrs"].pop("class", None)
        return context

    def _each(self) -> Iterator[tuple[str, Any, Any]]:
        """The group, the value, the label of each choice."""
        for option, label in self.choices:
            instance = getattr(option, "instance", None)
            if isinstance(label, (list, tuple)):
                yield from ((str(option), inner, told) for inner, told in label)
            else:
                yield (self.group_by(instance) if self.group_by and instance is not None else "", option, label)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return ""
