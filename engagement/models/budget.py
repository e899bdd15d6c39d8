"""The budget of an ingénierie (000, fiche pratique 7): the whole, its scenarios, the conventions with co-funders."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core.fields import MoneyField
from core.models import VersionedModel
from engagement.enums import Regime


class Budget(VersionedModel):
    """What is said of the whole budget. Its version guards scenarios and lines: two people never overwrite each other.

    Changing anything of what a confirmed budget holds takes its confirmation away. ``total_charges``,
    ``total_ressources`` and ``montants_meles`` repeat what the lines of the kept scenario say, so that gates, tabs and
    lists read exact sums from one row; :mod:`engagement.services.budget` writes them with the lines.
    """

    ingenierie = models.OneToOneField(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="budget", editable=False
    )
    regime = models.CharField("montants exprimés", max_length=4, choices=Regime.choices, default=Regime.TTC)
    tva_note = models.CharField("précision sur la TVA", max_length=300, blank=True)
    convention = models.TextField("précisions sur les conventions", blank=True)
    non_superposition = models.TextField("vérification de l’absence de double financement", blank=True)
    commentaire = models.TextField("commentaire", blank=True)
    confirme_le = models.DateTimeField("confirmé le", null=True, blank=True, editable=False)
    confirme_par = models.CharField("confirmé par", max_length=200, blank=True, editable=False)
    total_charges = models.DecimalField(
        "total des charges", max_digits=15, decimal_places=2, default=Decimal("0.00"), editable=False
    )
    total_ressources = models.DecimalField(
        "total des ressources", max_digits=15, decimal_places=2, default=Decimal("0.00"), editable=False
    )
    montants_meles = models.PositiveIntegerField("montants à convertir", default=0, editable=False)

    class Meta:
        verbose_name = "budget"
        constraints = [
            models.CheckConstraint(
                condition=Q(confirme_le__isnull=True, confirme_par="")
                | (Q(confirme_le__isnull=False) & ~Q(confirme_par="")),
                name="budget_confirmed_by_somebody",
                violation_error_message="Un budget confirmé l’est par quelqu’un, à une date.",
            )
        ]

    def __str__(self) -> str:
        return "budget d’intervention"


class ScenarioBudget(models.Model):
    """One way of paying for the ingénierie. Exactly one is kept: it is the budget that gates and documents read."""

    #: Version of the budget when the scenario changed, for the journal; the scenario itself keeps none.
    version: int | None = None

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="scenarios_budget", editable=False
    )
    nom = models.CharField("nom du scénario", max_length=80)
    commentaire = models.TextField("ce qui le distingue", blank=True)
    retenu = models.BooleanField("retenu", default=False, editable=False)
    position = models.PositiveIntegerField("ordre", default=1, editable=False)

    #: What the journal keeps of a scenario that is taken out.
    journal_fields: ClassVar[dict[str, models.Field]] = {"lignes": models.TextField("lignes")}

    class Meta:
        verbose_name = "scénario de budget"
        verbose_name_plural = "scénarios de budget"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie"],
                condition=Q(retenu=True),
                name="scenario_budget_one_kept",
                violation_error_message="Un seul scénario de budget est retenu.",
            ),
            models.UniqueConstraint(
                "ingenierie",
                Lower("nom"),
                name="scenario_budget_name_once",
                violation_error_message="Un scénario de budget porte déjà ce nom.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class ConventionCofinancement(VersionedModel):
    """A convention with co-funders: reference, date, and its document among the attachments."""

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="conventions_cofinancement", editable=False
    )
    reference = models.CharField("référence de la convention", max_length=80)
    cofinanceurs = models.CharField("cofinanceurs", max_length=300)
    date_signature = models.DateField("date de signature", null=True, blank=True)
    montant = MoneyField("montant convenu", null=True, blank=True)
    objet = models.TextField("ce qu’elle prévoit", blank=True)

    class Meta:
        verbose_name = "convention de cofinancement"
        verbose_name_plural = "conventions de cofinancement"
        ordering = ["date_signature", "reference", "pk"]
        constraints = [
            models.UniqueConstraint(
                "ingenierie",
                Lower("reference"),
                name="convention_cofinancement_once",
                violation_error_message="Une convention porte déjà cette référence.",
            ),
            models.CheckConstraint(
                condition=Q(montant__isnull=True) | Q(montant__gt=0),
                name="convention_cofinancement_montant_positive",
                violation_error_message="Le montant convenu est supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"convention {self.reference}"
