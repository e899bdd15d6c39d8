"""The action beside the structures, as it is envisaged (000, fiche pratique 5, « Action réalisée… »)."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from core.models import VersionedModel
from engagement.budget.jours import refuse_too_many
from engagement.presentation.enums import TypeIntervention
from referentiels.models import DetailPrestation


def validate_types(value: list[str]) -> None:
    """Only codes of :class:`TypeIntervention`."""
    if not isinstance(value, list) or set(value) - set(TypeIntervention.values):
        raise ValidationError("Choisissez parmi les types d’intervention proposés.", code="unknown")


def validate_half_days(value: Decimal) -> None:
    """Days are counted by halves."""
    if value is not None and (value * 2) % 1:
        raise ValidationError("Comptez par demi-journées : 4 ou 4,5.", code="half_days")


class ActionStructures(VersionedModel):
    """What the structures will live: kinds of intervention, days, duration, rhythm, contents in detail.

    ``jours`` counts days of intervention by halves. Days, duration and rhythm are those envisaged to engage; once the
    projet d'intervention tells them, it is the one that is read (:mod:`engagement.presentation.fiche`).
    """

    ingenierie = models.OneToOneField(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="action_structures", editable=False
    )
    types_intervention = models.JSONField(
        "types d’intervention auprès des structures", default=list, blank=True, validators=[validate_types]
    )
    jours = models.DecimalField(
        "nombre de journées envisagé",
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
    duree = models.CharField("durée des interventions", max_length=300, blank=True)
    rythme = models.CharField("rythme", max_length=300, blank=True)
    animation = models.CharField("rythme de l’animation par le DLA", max_length=300, blank=True)
    details = models.ManyToManyField(
        DetailPrestation, blank=True, related_name="+", verbose_name="contenus abordés, approche détaillée"
    )
    contenus = models.TextField("précisions sur les contenus", blank=True, max_length=4000)

    class Meta:
        verbose_name = "action auprès des structures"
        verbose_name_plural = "actions auprès des structures"
        constraints = [
            models.CheckConstraint(
                condition=Q(jours__isnull=True) | Q(jours__gt=0),
                name="action_jours_positive",
                violation_error_message="Le nombre de journées est supérieur à zéro.",
            )
        ]

    def __str__(self) -> str:
        return "action auprès des structures"

    def clean(self):
        refuse_too_many(self.jours_individuels, self.jours)

    @property
    def types_labels(self) -> list[str]:
        """The kinds of intervention, in the order of the fiche."""
        return [label for code, label in TypeIntervention.choices if code in self.types_intervention]
