"""What the room gives to the floors below."""

from __future__ import annotations

from consultations.consultes.permissions import why_not_record
from partners.recherche.registry import RESULT_ACTIONS, ResultAction
from projects.ingenierie.permissions import can_create


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
    RESULT_ACTIONS.register(
        "consulter",
        ResultAction(
            "Consulter pour une ingénierie…",
            "consultations:consulter",
            "envelope-check",
            lambda actor: not why_not_record(actor) and can_create(actor),
        ),
    )
