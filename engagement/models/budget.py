"""The budget of an ingénierie (000, fiche pratique 7): charges, ressources, valued time apart. Euros, exact cents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Q

from core.fields import MoneyField
from core.models import VersionedModel
from engagement.enums import ActeurValorise, NatureCharge, NatureRessource, Regime, Unite

CENT = Decimal("0.01")


class Budget(VersionedModel):
    """What is said of the whole budget. Its version guards the lines: two people never overwrite each other.

    Changing anything of a confirmed budget takes its confirmation away.
    """

    ingenierie = models.OneToOneField(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="budget", editable=False
    )
    regime = models.CharField("montants exprimés", max_length=4, choices=Regime.choices, default=Regime.TTC)
    tva_note = models.CharField("précision sur la TVA", max_length=300, blank=True)
    convention = models.TextField("convention avec les cofinanceurs", blank=True)
    non_superposition = models.TextField("vérification de l’absence de double financement", blank=True)
    commentaire = models.TextField("commentaire", blank=True)
    confirme_le = models.DateTimeField("confirmé le", null=True, blank=True, editable=False)
    confirme_par = models.CharField("confirmé par", max_length=200, blank=True, editable=False)

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


class _Ligne(models.Model):
    #: Version of the budget when the line changed, for the journal; the line itself keeps none.
    version: int | None = None

    position = models.PositiveIntegerField("ordre", default=0, editable=False)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class LigneCharge(_Ligne):
    """Something to pay for. ``montant`` in euros, HT or TTC as the budget says."""

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="charges", editable=False
    )
    nature = models.CharField("nature", max_length=16, choices=NatureCharge.choices, default=NatureCharge.REALISATION)
    libelle = models.CharField("libellé", max_length=200)
    phase = models.CharField("phase", max_length=80, blank=True)
    quantite = models.DecimalField("quantité", max_digits=7, decimal_places=2, null=True, blank=True)
    unite = models.CharField("unité", max_length=16, choices=Unite.choices, blank=True)
    montant = MoneyField("montant")

    class Meta(_Ligne.Meta):
        verbose_name = "charge"
        constraints = [
            models.CheckConstraint(
                condition=Q(montant__gt=0),
                name="charge_montant_positive",
                violation_error_message="Le montant d’une charge est supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(quantite__isnull=True, unite="") | (Q(quantite__gt=0) & ~Q(unite="")),
                name="charge_quantite_with_unite",
                violation_error_message="Une quantité, supérieure à zéro, se donne avec son unité.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle


class LigneRessource(_Ligne):
    """Somebody who pays. ``obtenu`` counts when it is known (0,00 € for a refusal), else ``demande``."""

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="ressources", editable=False
    )
    nature = models.CharField(
        "nature", max_length=32, choices=NatureRessource.choices, default=NatureRessource.CREDITS_DLA
    )
    partenaire = models.ForeignKey(
        "engagement.PartenaireProjet",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ressources",
        verbose_name="partenaire de l’ingénierie",
    )
    financeur = models.CharField("financeur", max_length=200, blank=True)
    demande = MoneyField("demandé", null=True, blank=True)
    obtenu = MoneyField("obtenu", null=True, blank=True)
    date_decision = models.DateField("date de la décision", null=True, blank=True)

    class Meta(_Ligne.Meta):
        verbose_name = "ressource"
        constraints = [
            models.CheckConstraint(
                condition=Q(demande__isnull=False) | Q(obtenu__isnull=False),
                name="ressource_has_montant",
                violation_error_message="Donnez le montant demandé, le montant obtenu, ou les deux.",
            ),
            models.CheckConstraint(
                condition=Q(demande__isnull=True) | Q(demande__gt=0),
                name="ressource_demande_positive",
                violation_error_message="Le montant demandé est supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(obtenu__isnull=True) | Q(obtenu__gte=0),
                name="ressource_obtenu_not_negative",
                violation_error_message="Le montant obtenu n’est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom(self) -> str:
        """Who pays, in words."""
        if self.partenaire_id:
            return str(self.partenaire)
        return self.financeur or self.get_nature_display()

    @property
    def compte(self) -> Decimal:
        """The amount that counts in the balance."""
        return self.obtenu if self.obtenu is not None else (self.demande or Decimal("0.00"))


class ValorisationTemps(_Ligne):
    """Time given without being paid by this budget: valued apart, never mixed with the charges."""

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="valorisations", editable=False
    )
    acteur = models.CharField("acteur", max_length=16, choices=ActeurValorise.choices, default=ActeurValorise.DLA)
    qui = models.CharField("qui, pour quoi", max_length=200)
    jours = models.DecimalField("jours", max_digits=6, decimal_places=2)
    taux_jour = MoneyField("valeur d’un jour", null=True, blank=True)

    class Meta(_Ligne.Meta):
        verbose_name = "temps valorisé"
        verbose_name_plural = "temps valorisés"
        constraints = [
            models.CheckConstraint(
                condition=Q(jours__gt=0),
                name="valorisation_jours_positive",
                violation_error_message="Le nombre de jours est supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(taux_jour__isnull=True) | Q(taux_jour__gt=0),
                name="valorisation_taux_positive",
                violation_error_message="La valeur d’un jour est supérieure à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return self.qui

    @property
    def montant(self) -> Decimal | None:
        """Days times the value of one, to the cent (half a cent goes up); ``None`` when no value is given."""
        if self.taux_jour is None:
            return None
        return (self.jours * self.taux_jour).quantize(CENT, ROUND_HALF_UP)

    @property
    def arrondi(self) -> bool:
        """Was :attr:`montant` rounded to the cent? The page says so."""
        return self.taux_jour is not None and self.montant != self.jours * self.taux_jour
