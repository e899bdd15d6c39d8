"""What « Confirmer » writes before the cahier des charges: projet d'intervention, evaluation framework (000, démarche
3/4; fiche pratique 6).

The rows of an ingénierie that has written nothing yet do not exist: ``projects.ingenierie.services.draft_of`` gives an
empty one, version 0.
"""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from core.formats import plural
from core.models import VersionedModel
from engagement.budget.jours import jours_dits, refuse_too_many
from mobilisation.projet.enums import Registre
from projects.ingenierie.models import Ingenierie


def validate_half_days(value: Decimal) -> None:
    """Days are counted by halves."""
    if value is not None and (value * 2) % 1:
        raise ValidationError("Comptez par demi-journées : 4 ou 4,5.", code="half_days")


class ProjetIntervention(VersionedModel):
    """The projet d'intervention: what the structures aim at, who intervenes, how long.

    ``jours`` is counted in days of intervention beside the structures, halves being demi-journées. Its dates are typed
    here and nowhere else (:mod:`mobilisation.projet.periode`). The conditions
    (rhythm, period, place…) are those of the :class:`~mobilisation.scenarios.models.Scenario` that is kept.
    """

    ingenierie = models.OneToOneField(
        Ingenierie, on_delete=models.CASCADE, related_name="projet_intervention", editable=False
    )
    objectifs_collectifs = models.TextField("objectifs collectifs des structures", blank=True)
    objectifs_individuels = models.TextField("objectifs individuels des structures", blank=True)
    commentaires = models.TextField("commentaires des structures sur la démarche", blank=True)
    suites = models.TextField("ce qui en a été retenu avec les partenaires", blank=True)
    temps_pilote = models.TextField("temps d’intervention du pilote", blank=True)
    systeme_intervenant = models.TextField("système intervenant", blank=True)
    jours = models.DecimalField(
        "nombre de jours d’intervention",
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.5"), "Indiquez au moins une demi-journée."), validate_half_days],
    )

    jours_individuels = models.DecimalField(
        "dont jours individuels",
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0), "Un nombre de jours n’est pas négatif."), validate_half_days],
    )
    date_debut = models.DateField("début de l’intervention", null=True, blank=True)
    date_fin = models.DateField("fin de l’intervention", null=True, blank=True)

    class Meta:
        verbose_name = "projet d’intervention"
        verbose_name_plural = "projets d’intervention"
        constraints = [
            models.CheckConstraint(
                condition=Q(date_debut__isnull=True) | Q(date_fin__isnull=True) | Q(date_fin__gte=F("date_debut")),
                name="projet_dates_in_order",
                violation_error_message="La fin de l’intervention précède son début : vérifiez les deux dates.",
            ),
            models.CheckConstraint(
                condition=Q(jours__isnull=True) | Q(jours__gt=0),
                name="projet_jours_positive",
                violation_error_message="Le nombre de jours est supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return "projet d’intervention"

    def clean(self):
        refuse_too_many(self.jours_individuels, self.jours)

    @property
    def jours_dits(self) -> str:
        """« 6 jours, dont 4 collectifs et 2 individuels », or empty."""
        return jours_dits(self.jours, individuels=self.jours_individuels)

    @property
    def demi_journees(self) -> str:
        """« 9 demi-journées », or empty."""
        return plural(int(self.jours * 2), "demi-journée") if self.jours else ""

    @property
    def is_written(self) -> bool:
        """Objectives of the structures and système intervenant are there."""
        return bool(self.objectifs_collectifs.strip() and self.systeme_intervenant.strip())


class CadreEvaluation(VersionedModel):
    """The framework of the evaluation, confirmed before the intervention (fiche pratique 6)."""

    ingenierie = models.OneToOneField(
        Ingenierie, on_delete=models.CASCADE, related_name="cadre_evaluation", editable=False
    )
    objet = models.TextField("objet de l’évaluation", blank=True)
    objectifs = models.TextField("objectifs de l’évaluation", blank=True)
    registres = models.JSONField("registres de l’évaluation", default=list, blank=True)
    outils = models.TextField("outils et indicateurs", blank=True)
    participation_structures = models.TextField("participation des structures", blank=True)
    participation_partenaires = models.TextField("participation des partenaires", blank=True)
    participation_intervenants = models.TextField("participation des intervenants", blank=True)

    class Meta:
        verbose_name = "cadre de l’évaluation"
        verbose_name_plural = "cadres de l’évaluation"

    def __str__(self) -> str:
        return "cadre de l’évaluation"

    @property
    def registres_labels(self) -> list[str]:
        labels = dict(Registre.choices)
        return [labels[code] for code in self.registres if code in labels]

    @property
    def missing(self) -> list[str]:
        """What is still to be written before the framework is adopted."""
        participation = self.participation_structures + self.participation_partenaires + self.participation_intervenants
        told = (
            ("l’objet", self.objet.strip()),
            ("les registres", self.registres),
            ("les outils et indicateurs", self.outils.strip()),
            ("la participation des acteurs", participation.strip()),
        )
        return [label for label, value in told if not value]
