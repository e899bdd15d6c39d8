"""What the fiche de suivi gives to the mission, to the dossier, to the home pages."""

from __future__ import annotations

from missions.conventions.registry import A_LA_SIGNATURE
from missions.suivi import services


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    A_LA_SIGNATURE.register("suivi", services.a_la_signature)
