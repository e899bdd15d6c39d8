"""The portfolio shown to the public: which régions opened it, and what visitors write to prestataires."""

from __future__ import annotations

from django.db import models

from core import clock
from core.models import VersionedModel
from partners.portfolio.prestataire.models import Prestataire
from referentiels.models import Region


class Ouverture(VersionedModel):
    """Has the C2RA of a région opened its portfolio to the public? A région without a line has not."""

    region = models.OneToOneField(
        Region, on_delete=models.PROTECT, related_name="ouverture", verbose_name="région", editable=False
    )
    ouverte = models.BooleanField("ouverte au public", default=False)
    changed_at = models.DateTimeField("depuis", default=clock.now, editable=False)

    class Meta:
        verbose_name = "ouverture au public"
        verbose_name_plural = "ouvertures au public"
        ordering = ["region"]

    def __str__(self) -> str:
        return f"consultation publique, région {self.region}"


class MessagePublic(models.Model):
    """What a visitor writes to a prestataire: sent on by mail, then erased (``JOURS_GARDES``)."""

    prestataire = models.ForeignKey(
        Prestataire, on_delete=models.CASCADE, related_name="messages_publics", verbose_name="prestataire"
    )
    nom = models.CharField("nom", max_length=120)
    email = models.EmailField("adresse électronique", max_length=254)
    texte = models.TextField("message", max_length=3000)
    at = models.DateTimeField("reçu le", default=clock.now)

    class Meta:
        verbose_name = "message d’un visiteur"
        verbose_name_plural = "messages de visiteurs"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["at", "id"], name="message_public_at_idx")]

    def __str__(self) -> str:
        # Never the name nor the address: they are personal.
        return f"message {self.pk}"
