"""What is planned after the end, what was known at the start, and which needs came out of answers (000, fiche
pratique 6; démarche 4/4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock
from core.models import VersionedModel
from evaluation.questionnaires.models import Questionnaire, Repondant
from evaluation.resultats.enums import Mois
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.models import Besoin


class SuiviPrevu(VersionedModel):
    """The structures are asked again ``mois`` after the end, from the day ``le`` on.

    ``d_office``: who is in charge agreed beforehand that it opens and leaves by itself (``accord_par``, ``accord_le``).
    ``prevenu_le``: the day she was told that it is to be opened.
    """

    ingenierie = models.ForeignKey(Ingenierie, on_delete=models.CASCADE, related_name="suivis_prevus", editable=False)
    mois = models.PositiveSmallIntegerField("quand", choices=Mois.choices)
    le = models.DateField("à ouvrir le")
    d_office = models.BooleanField("l’ouvrir et l’envoyer ce jour-là sans me le redemander", default=False)
    accord_par = models.CharField("accord donné par", max_length=200, blank=True, editable=False)
    accord_le = models.DateTimeField("accord donné le", null=True, editable=False)
    prevenu_le = models.DateField("prévenu le", null=True, editable=False)
    questionnaire = models.OneToOneField(
        Questionnaire, on_delete=models.SET_NULL, null=True, related_name="suivi_prevu", editable=False
    )

    class Meta:
        verbose_name = "suivi prévu"
        verbose_name_plural = "suivis prévus"
        ordering = ["mois", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "mois"],
                name="suivi_prevu_once",
                violation_error_message="Ce suivi est déjà prévu.",
            ),
            models.CheckConstraint(
                condition=Q(mois__in=Mois.values),
                name="suivi_prevu_mois_known",
                violation_error_message="Choisissez 6, 12 ou 18 mois.",
            ),
        ]
        indexes = [models.Index(fields=["le"], name="suivi_prevu_due_idx", condition=Q(questionnaire=None))]

    def __str__(self) -> str:
        return f"suivi à {self.mois} mois"


class ValeursDepart(VersionedModel):
    """The indicators of one structure as they were known at its diagnostic, kept when the first follow-up is planned:
    its sheet changes, what one compares with does not. ``valeurs`` maps an indicator to what was known."""

    ciblee = models.OneToOneField(
        StructureCiblee, on_delete=models.CASCADE, related_name="valeurs_depart", editable=False
    )
    valeurs = models.JSONField("valeurs", default=dict, editable=False)
    le = models.DateField("connues le", default=clock.today, editable=False)

    class Meta:
        verbose_name = "valeurs de départ"
        verbose_name_plural = "valeurs de départ"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"valeurs de départ de {self.ciblee}"


class BesoinReleve(VersionedModel):
    """A need inscribed in the diagnostic of a structure from an answer to the question ``code``."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="besoins_releves", editable=False
    )
    repondant = models.ForeignKey(
        Repondant, on_delete=models.SET_NULL, null=True, related_name="besoins_releves", editable=False
    )
    code = models.CharField("question", max_length=60, editable=False)
    besoin = models.OneToOneField(Besoin, on_delete=models.CASCADE, related_name="releve_de", editable=False)
    le = models.DateTimeField("relevé le", default=clock.now, editable=False)
    par = models.CharField("relevé par", max_length=200, editable=False)

    class Meta:
        verbose_name = "besoin relevé"
        verbose_name_plural = "besoins relevés"
        ordering = ["pk"]
        indexes = [models.Index(fields=["questionnaire", "code"], name="besoin_releve_idx")]

    def __str__(self) -> str:
        return str(self.besoin)
