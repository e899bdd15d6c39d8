"""What people write at a gate: overrides, attestations, opinion of the C2RA."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core import clock
from core.models import VersionedModel
from projects.enums import Etat, SensAvis
from projects.methodologie import methodology


class Written(models.Model):
    """What somebody wrote, once: when and by whom."""

    at = models.DateTimeField("le", default=clock.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name="par",
    )
    by_label = models.CharField("par", max_length=200, editable=False)

    class Meta:
        abstract = True


class ConditionLevee(Written):
    """A blocking condition the pilot overrode, with a written reason, to pass a gate (shown to the C2RA)."""

    ingenierie = models.ForeignKey("projects.Ingenierie", on_delete=models.CASCADE, related_name="conditions_levees")
    step = models.CharField("étape quittée", max_length=20, choices=Etat.choices)
    condition = models.CharField("condition", max_length=80)
    label = models.CharField("intitulé de la condition", max_length=200)
    reason = models.TextField("motif")

    class Meta:
        verbose_name = "condition levée"
        verbose_name_plural = "conditions levées"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.label


class Attestation(Written):
    """The pilot's written word that a condition holds, for what happens outside the application."""

    ingenierie = models.ForeignKey("projects.Ingenierie", on_delete=models.CASCADE, related_name="attestations")
    condition = models.CharField("condition", max_length=80)
    date = models.DateField("date du fait attesté")
    text = models.TextField("ce qui est attesté")

    class Meta:
        verbose_name = "attestation"
        ordering = ["condition", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "condition"],
                name="attestation_once",
                violation_error_message="Cette condition est déjà attestée.",
            )
        ]

    def __str__(self) -> str:
        gates = methodology.get(self.ingenierie.methodologie_id).gates
        labels = {definition.code: definition.label for rows in gates.values() for definition in rows}
        return labels.get(self.condition, self.condition)


class AvisC2RA(VersionedModel, Written):
    """The opinion of the region's C2RA at a gate: recommended, never blocking."""

    ingenierie = models.ForeignKey("projects.Ingenierie", on_delete=models.CASCADE, related_name="avis_c2ra")
    step = models.CharField("étape", max_length=20, choices=Etat.choices)
    sens = models.CharField("avis", max_length=12, choices=SensAvis.choices)
    commentaire = models.TextField("commentaire", blank=True)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "avis du C2RA"
        verbose_name_plural = "avis du C2RA"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["ingenierie", "step", "organisation"], name="avis_c2ra_once_per_step")
        ]

    def __str__(self) -> str:
        return f"avis {self.get_sens_display()} du C2RA"


class DemandeAvisC2RA(Written):
    """The pilot asks the C2RA of the région for its opinion at a step; once per step, whoever asks."""

    ingenierie = models.ForeignKey("projects.Ingenierie", on_delete=models.CASCADE, related_name="demandes_avis_c2ra")
    step = models.CharField("étape", max_length=20, choices=Etat.choices)

    class Meta:
        verbose_name = "demande d’avis au C2RA"
        verbose_name_plural = "demandes d’avis au C2RA"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "step"],
                name="demande_avis_c2ra_once_per_step",
                violation_error_message="L’avis du C2RA est déjà demandé à cette étape.",
            )
        ]

    def __str__(self) -> str:
        return "demande d’avis au C2RA"
