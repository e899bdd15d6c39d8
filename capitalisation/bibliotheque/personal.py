"""What the library holds of somebody: given to her on request."""

from __future__ import annotations

from accounts.models import User
from accounts.personal import PERSONAL_DATA, Section
from capitalisation.bibliotheque.models import Ressource


def of_user(user: User) -> list[Section]:
    """The resources that she deposited for her organisation."""
    rows = Ressource.objects.filter(auteur=user).select_related("contributeur").order_by("pk")
    told = [
        {
            "titre": row.titre,
            "déposée le": row.created_at,
            "pour": str(row.contributeur),
            "état": row.get_state_display(),
        }
        for row in rows
    ]
    return [Section("Ressources déposées dans la bibliothèque", told)]


def register() -> None:
    """Called once by :func:`capitalisation.bibliotheque.providers.register`."""
    PERSONAL_DATA.register("bibliotheque", of_user)
