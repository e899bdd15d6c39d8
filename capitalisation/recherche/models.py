"""What the search reads beside the resources, and the searches that people keep."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from capitalisation.bibliotheque.models import Ressource
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


class MotConnu(models.Model):
    """A word of the library, to put right one that is mistyped: normalised (``mot``), and as it is written."""

    mot = models.CharField("mot", max_length=40, primary_key=True)
    ecrit = models.CharField("tel qu’écrit", max_length=40)

    class Meta:
        verbose_name = "mot de la bibliothèque"
        verbose_name_plural = "mots de la bibliothèque"
        ordering = ["mot"]

    def __str__(self) -> str:
        return self.ecrit


class ActionAidee(models.Model):
    """An action of the démarche that a resource helps: what ``Ressource.actions`` says, as the database looks it up."""

    ressource = models.ForeignKey(Ressource, on_delete=models.CASCADE, related_name="actions_aidees")
    code = models.CharField("action de la démarche", max_length=80)

    class Meta:
        verbose_name = "action aidée"
        verbose_name_plural = "actions aidées"
        ordering = ["code", "ressource"]
        constraints = [models.UniqueConstraint(fields=["code", "ressource"], name="action_aidee_once")]

    def __str__(self) -> str:
        return self.code
