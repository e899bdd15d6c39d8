"""What the consents hold of somebody: given to her on request."""

from __future__ import annotations

from accounts.models import User
from accounts.personal import PERSONAL_DATA, Section
from capitalisation.consentements.models import Consentement


def of_user(user: User) -> list[Section]:
    """The consents asked at the address of ``user``."""
    rows = Consentement.objects.filter(email__iexact=user.email).select_related(
        "structure__structure", "structure__ingenierie"
    )
    told = [
        {
            "ingénierie": row.structure.ingenierie.titre,
            "structure": str(row.structure),
            "personne": row.personne,
            "fonction": row.fonction,
            "consentement": row.get_etat_display(),
            "le": row.le,
            "donné par": row.dit_par,
            "demande": row.texte,
        }
        for row in rows.order_by("pk")
    ]
    return [Section("Consentements à être nommé", told)]


def register() -> None:
    """Called once by :func:`capitalisation.consentements.providers.register`."""
    PERSONAL_DATA.register("capitalisation", of_user)
