"""The picker of many-valued lists: check boxes by group, with a search that narrows them."""

from __future__ import annotations

from core.widgets import GroupedCheckboxes


class Picker(GroupedCheckboxes):
    """Check boxes folded by group, and a box that shows only those whose words are typed.

    Everything works by keyboard; without JavaScript the search is not there and the groups open as they are.
    """

    template_name = "widgets/choix_multiple.html"
