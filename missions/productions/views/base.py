"""A form of the team under the head of its mission, with what the rooms show around it."""

from __future__ import annotations

from typing import Any


class UnderMission:
    """Put before ``MissionEdit`` or ``MissionCreate``, for a template that extends ``missions/mission/base.html``."""

    def get_context(self, **context: Any) -> dict[str, Any]:
        shown = {"convention": self.convention, "salles": self.salles(), "can_write": self.can_write}
        return super().get_context(**{**shown, **context})
