"""What the uses of the library hold of somebody: given to her on request."""

from __future__ import annotations

from accounts.models import User
from accounts.personal import PERSONAL_DATA, Section
from capitalisation.usages.models import QuestionRessource, Signalement


def of_user(user: User) -> list[Section]:
    """What she wrote to authors, what she reported, and what came of it."""
    asked = QuestionRessource.objects.filter(user=user).select_related("ressource").order_by("pk")
    reported = Signalement.objects.filter(user=user).select_related("ressource").order_by("pk")
    return [
        Section(
            "Questions et remarques sur des ressources",
            [
                {"ressource": row.ressource.titre, "au nom de": row.de, "le": row.le, "genre": row.get_genre_display(),
                 "texte": row.texte, "réponse": row.reponse}
                for row in asked
            ],
        ),
        Section(
            "Problèmes signalés sur des ressources",
            [
                {"ressource": row.ressource.titre, "au nom de": row.de, "le": row.le,
                 "motif": row.get_motif_display(), "texte": row.texte, "état": row.get_etat_display(),
                 "suite": row.suite}
                for row in reported
            ],
        ),
    ]  # fmt: skip


def register() -> None:
    """Called once by :func:`capitalisation.usages.providers.register`."""
    PERSONAL_DATA.register("usages", of_user)
