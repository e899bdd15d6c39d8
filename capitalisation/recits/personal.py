"""What the récits hold of somebody who was asked to write a part of one: given to her on request."""

from __future__ import annotations

from accounts.models import User
from accounts.personal import PERSONAL_DATA, Section
from capitalisation.recits.models import Contribution


def of_user(user: User) -> list[Section]:
    """The contributions asked at the address of ``user``."""
    rows = Contribution.objects.filter(email__iexact=user.email).select_related("recit").order_by("pk")
    told = [
        {
            "récit": row.recit.titre,
            "nom": row.nom,
            "organisme": row.organisme,
            "état": row.get_etat_display(),
            "demandée le": row.demandee_le,
            "rendue le": row.rendue_le,
            "textes": row.apports,
        }
        for row in rows
    ]
    return [Section("Contributions à des récits", told)]


def register() -> None:
    """Called once by :func:`capitalisation.recits.providers.register`."""
    PERSONAL_DATA.register("contributions", of_user)
