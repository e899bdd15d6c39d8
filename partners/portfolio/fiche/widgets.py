"""The picker of many-valued lists: check boxes by group, with a search that narrows them."""

from __future__ import annotations

from typing import Any

from core.widgets import GroupedCheckboxes


class Picker(GroupedCheckboxes):
    """Check boxes folded by group, and a box that shows only those whose words are typed.

    With ``rest``, the groups after the first are folded together under that name. Everything works by keyboard; without
    JavaScript the search is not there and the groups open as they are.
    """

    template_name = "widgets/choix_multiple.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, rest: str = "", **kwargs: Any):
        super().__init__(attrs, **kwargs)
        self.rest = rest

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["rest"] = self.rest
        if self.rest:
            widget["others"] = widget["groups"][1:]
            widget["groups"] = widget["groups"][:1]
            widget["others_chosen"] = sum(group["chosen"] for group in widget["others"])
        return context
