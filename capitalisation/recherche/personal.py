"""What the searches hold of somebody: given to her on request, erased with her account."""

from __future__ import annotations

from accounts.models import User
from accounts.personal import PERSONAL_DATA, Section
from accounts.services.erasure import ERASED_WITH
from capitalisation.recherche.models import RechercheEnregistree


def of_user(user: User) -> list[Section]:
    """The searches that ``user`` keeps."""
    rows = RechercheEnregistree.objects.filter(user=user).order_by("pk")
    told = [
        {
            "nom": row.nom,
            "critères": row.criteres,
            "prévenir": row.prevenir,
            "gardée le": row.created_at,
            "prévenu jusqu’au": row.vue_jusqua,
        }
        for row in rows
    ]
    return [Section("Recherches gardées dans la bibliothèque", told)]


def erase(user: User) -> None:
    """Nobody keeps these searches any more."""
    RechercheEnregistree.objects.filter(user=user).delete()


def register() -> None:
    """Called once by :func:`capitalisation.recherche.providers.register`."""
    PERSONAL_DATA.register("bibliotheque.recherches", of_user)
    ERASED_WITH.register("bibliotheque.recherches", erase)
