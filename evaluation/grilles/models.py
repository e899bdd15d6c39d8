"""What becomes of a filled grid: handed to the prestataire, given back, told to whom it concerns, carried into the plan
d'accompagnement (002, « La grille d'évaluation et le suivi de l'ingénierie »)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from core import clock
from core.models import FrozenModel, VersionedModel
from evaluation.grilles.enums import DELAI_COMMENTAIRE, Destinataire, Moyen, Position
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.models import Questionnaire
from projects.structures_ciblees.models import StructureCiblee
from structures.plans.models import LignePlan


class SuiviGrille(VersionedModel):
    """Where a filled grid is between the DLA and the prestataire.

    A date counts only after the last closing of the answers: reopened and closed again, the grid is to hand over again.
    ``remises`` counts how many times it was.
    """

    questionnaire = models.OneToOneField(
        Questionnaire, on_delete=models.CASCADE, related_name="suivi_grille", editable=False
    )
    remise_at = models.DateTimeField("remise au prestataire le", null=True, editable=False)
    remise_par = models.CharField("remise par", max_length=200, blank=True, editable=False)
    remises = models.PositiveSmallIntegerField("nombre de remises", default=0, editable=False)
    rappel_at = models.DateTimeField("prestataire relancé le", null=True, editable=False)
    rendue_at = models.DateTimeField("rendue par le prestataire le", null=True, editable=False)
    rendue_par = models.CharField("rendue par", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "suivi d’une grille d’évaluation"
        verbose_name_plural = "suivi des grilles d’évaluation"

    def __str__(self) -> str:
        return f"suivi de : {self.questionnaire}"

    @property
    def est_remise(self) -> bool:
        """Does the prestataire have the grid as it was closed last?"""
        closed = self.questionnaire.clos_at
        return self.remise_at is not None and closed is not None and self.remise_at >= closed

    @property
    def est_rendue(self) -> bool:
        """Did it give it back since?"""
        return self.est_remise and self.rendue_at is not None and self.rendue_at >= self.remise_at

    @property
    def attendue_le(self) -> dt.date | None:
        """The day by which its comments are awaited."""
        return timezone.localdate(self.remise_at) + dt.timedelta(days=DELAI_COMMENTAIRE) if self.est_remise else None

    @property
    def position(self) -> Position:
        """Where the grid is."""
        state = self.questionnaire.state
        if state == EtatQuestionnaire.TERMINE:
            return Position.TERMINEE
        if state != EtatQuestionnaire.CLOS:
            return Position.REPONSES
        if self.est_rendue:
            return Position.RENDUE
        return Position.CHEZ_LE_PRESTATAIRE if self.est_remise else Position.A_REMETTRE


class Transmission(FrozenModel):
    """The evaluation told to the prestataire, or to the comité de pilotage: when, in what way, what was said of it.

    Kept as it was said; what was said later is another row.
    """

    frozen_refusal = "Ce qui a été dit de l’évaluation ne se modifie pas : ajoutez ce que vous avez dit ensuite."

    #: For the journal; it does not change, so it keeps no version.
    version: int | None = None

    #: The region reads the journal, and what is said of a mission only when the team shows it.
    journal_redacted = frozenset({"texte"})

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="transmissions", editable=False
    )
    destinataire = models.CharField("à qui", max_length=12, choices=Destinataire.choices, editable=False)
    le = models.DateField("date", default=clock.today)
    moyen = models.CharField("de quelle façon", max_length=12, choices=Moyen.choices)
    texte = models.TextField("ce qui a été dit", max_length=4000)
    par = models.CharField("par", max_length=200, editable=False)
    at = models.DateTimeField("enregistré le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "transmission de l’évaluation"
        verbose_name_plural = "transmissions de l’évaluation"
        ordering = ["le", "pk"]

    def __str__(self) -> str:
        return f"évaluation transmise : {self.get_destinataire_display()}"

    def clean(self):
        if self.le and self.le > clock.today():
            raise ValidationError({"le": "Cette date est à venir : dites-le une fois que c’est fait."})


class SuiteGrille(models.Model):
    """What an answer led to: a row of the plan d'accompagnement of a structure. ``code`` is the row of the grid."""

    #: For the journal; it does not change.
    version: int | None = None

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="suites", editable=False)
    structure = models.ForeignKey(
        StructureCiblee, on_delete=models.CASCADE, related_name="suites_evaluation", editable=False
    )
    code = models.CharField("ligne de la grille", max_length=60, editable=False)
    ligne = models.ForeignKey(LignePlan, on_delete=models.CASCADE, related_name="+", editable=False)
    par = models.CharField("par", max_length=200, editable=False)
    at = models.DateTimeField("le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "suite donnée à une évaluation"
        verbose_name_plural = "suites données à une évaluation"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "structure", "code"],
                name="suite_grille_once",
                violation_error_message="Cette réponse est déjà dans le plan de la structure.",
            )
        ]

    def __str__(self) -> str:
        """Without its words: the journal repeats it for good."""
        return f"suite donnée à la ligne {self.code}"
