"""The lines of a scenario of the budget: charges, ressources, valued time apart. Euros, exact cents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from core.fields import MoneyField
from engagement.enums import TAUX_TVA, ActeurValorise, NatureCharge, NatureRessource, Regime, Unite
from engagement.models.budget import ScenarioBudget
from engagement.tva import CENT, Montants, montants


class _Ligne(models.Model):
    #: Version of the budget when the line changed, for the journal; the line itself keeps none.
    version: int | None = None

    scenario = models.ForeignKey(
        ScenarioBudget, on_delete=models.CASCADE, related_name="+", editable=False, verbose_name="scénario"
    )
    position = models.PositiveIntegerField("ordre", default=0, editable=False)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class LigneCharge(_Ligne):
    """Something to pay for. ``montant`` is typed HT or TTC (``base``); ``compte`` is what enters the balance.

    ``compte`` is in the regime of the budget when the rate allows it, else ``montant`` as typed and the line is
    ``mele``: the balance then says that HT and TTC are mixed.
    """

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="charges", editable=False
    )
    nature = models.CharField("nature", max_length=16, choices=NatureCharge.choices, default=NatureCharge.REALISATION)
    libelle = models.CharField("libellé", max_length=200)
    phase = models.CharField("phase", max_length=80, blank=True)
    quantite = models.DecimalField("quantité", max_digits=7, decimal_places=2, null=True, blank=True)
    unite = models.CharField("unité", max_length=16, choices=Unite.choices, blank=True)
    montant = MoneyField("montant")
    base = models.CharField("montant saisi", max_length=4, choices=Regime.choices, default=Regime.TTC)
    taux_tva = models.DecimalField(
        "taux de TVA", max_digits=4, decimal_places=2, choices=TAUX_TVA, null=True, blank=True
    )
    compte = models.DecimalField(
        "montant compté", max_digits=14, decimal_places=2, default=Decimal("0.00"), editable=False
    )
    mele = models.BooleanField("à convertir", default=False, editable=False)

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
            models.CheckConstraint(
                condition=Q(taux_tva__isnull=True) | Q(taux_tva__gte=0),
                name="charge_taux_not_negative",
                violation_error_message="Un taux de TVA n’est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle

    @property
    def montants(self) -> Montants:
        """HT, TVA and TTC as far as the rate tells them."""
        return montants(self.montant, self.base, self.taux_tva)

    def count_in(self, regime: str) -> None:
        """Set what enters a balance in ``regime``."""
        told = self.montants.selon(regime)
        self.compte, self.mele = (self.montant, True) if told is None else (told, False)


class LigneRessource(_Ligne):
    """Somebody who pays. ``obtenu`` counts when it is known (0,00 € for a refusal), else ``demande``.

    ``date_decision`` without ``obtenu`` is the day on which the decision is expected. ``dla`` says whose credits they
    are when several DLA put some.
    """

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
    dla = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="DLA qui apporte"
    )
    financeur = models.CharField("financeur", max_length=200, blank=True)
    demande = MoneyField("demandé", null=True, blank=True)
    obtenu = MoneyField("obtenu", null=True, blank=True)
    verse = MoneyField("versé", null=True, blank=True)
    date_decision = models.DateField("date de la décision", null=True, blank=True)
    base = models.CharField("montants dits", max_length=4, choices=Regime.choices, blank=True)
    mele = models.BooleanField("à convertir", default=False, editable=False)

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
            models.CheckConstraint(
                condition=Q(verse__isnull=True) | Q(verse__gte=0, obtenu__isnull=False, verse__lte=F("obtenu")),
                name="ressource_verse_within_obtenu",
                violation_error_message="Le montant versé ne dépasse pas le montant obtenu : corrigez l’un ou l’autre.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom(self) -> str:
        """Who pays, in words."""
        if self.partenaire_id:
            return str(self.partenaire)
        return self.financeur or (str(self.dla) if self.dla_id else "") or self.get_nature_display()

    @property
    def compte(self) -> Decimal:
        """The amount that counts in the balance."""
        return self.obtenu if self.obtenu is not None else (self.demande or Decimal("0.00"))

    def count_in(self, regime: str) -> None:
        """Say whether its amounts are those of ``regime``; a subsidy has no rate to convert them."""
        self.mele = bool(self.base) and self.base != regime


class ValorisationTemps(_Ligne):
    """Time given without being paid by this budget: valued apart, never mixed with the charges."""

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="valorisations", editable=False
    )
    acteur = models.CharField("acteur", max_length=16, choices=ActeurValorise.choices, default=ActeurValorise.DLA)
    qui = models.CharField("fonction, tâche", max_length=200)
    organisme = models.CharField("organisme", max_length=200, blank=True)
    dla = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="DLA"
    )
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
    def organisation(self) -> str:
        """Who gives the time, in words; empty when it is not said."""
        return str(self.dla) if self.dla_id else self.organisme

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
