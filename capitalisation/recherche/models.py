"""A search of the library that somebody keeps, and that writes when something new comes."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from core import clock
from core.models import VersionedModel
from core.sorting import french


class RechercheEnregistree(VersionedModel):
    """The criteria of a search (a query string), and until when its owner was told of what is new."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recherches", editable=False)
    nom = models.CharField("nom", max_length=120)
    criteres = models.CharField("critères", max_length=1000, editable=False)
    prevenir = models.BooleanField("m’écrire quand il y a du nouveau", default=True)
    vue_jusqua = models.DateTimeField("prévenu jusqu’au", default=clock.now, editable=False)
    created_at = models.DateTimeField("gardée le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "recherche enregistrée"
        verbose_name_plural = "recherches enregistrées"
        ordering = [french("nom"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "nom"],
                name="recherche_enregistree_once",
                violation_error_message="Vous avez déjà une recherche de ce nom.",
            )
        ]

    def __str__(self) -> str:
        return self.nom
