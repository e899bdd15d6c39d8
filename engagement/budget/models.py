"""The budget of an ingénierie (000, fiche pratique 7): the whole, its scenarios and their lines, the conventions with
co-funders, the versions that comités d'appui saw. Euros, exact cents."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models import Organisation
from core import clock
from core.fields import MoneyField
from core.formats import NBSP, format_date_short, format_money_plain, format_number
from core.models import FrozenContent, VersionedModel
from engagement.budget.enums import TAUX_TVA, ActeurValorise, NatureCharge, NatureRessource, Part, Regime, Unite
from engagement.budget.tva import CENT, Montants, montants
from projects.enums import SensAvis


class Budget(VersionedModel):
    """What is said of the whole budget. Its version guards scenarios and lines: two people never overwrite each other.

    Changing anything of what a confirmed budget holds takes its confirmation away. ``total_charges``,
    ``total_ressources`` and ``montants_meles`` repeat what the lines of the kept scenario say, so that gates, tabs and
    lists read exact sums from one row; :mod:`engagement.budget.services.budget` writes them with the lines.
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
    ``mele``: the balance then says that HT and TTC are mixed. With a ``prix_unitaire``, ``montant`` is the quantity
    times it, to the cent (half a cent goes up).
    """

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="charges", editable=False
    )
    nature = models.CharField("nature", max_length=16, choices=NatureCharge.choices, default=NatureCharge.REALISATION)
    libelle = models.CharField("libellé", max_length=200)
    phase = models.CharField("phase", max_length=80, blank=True)
    quantite = models.DecimalField("quantité", max_digits=7, decimal_places=2, null=True, blank=True)
    unite = models.CharField("unité", max_length=16, choices=Unite.choices, blank=True)
    prix_unitaire = MoneyField("prix unitaire", null=True, blank=True)
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
                condition=Q(prix_unitaire__isnull=True) | Q(prix_unitaire__gt=0, quantite__isnull=False),
                name="charge_prix_with_quantite",
                violation_error_message="Un prix unitaire, supérieur à zéro, se donne avec une quantité et son unité.",
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
    def phase_dite(self) -> str:
        """« phase 2 » for a number, else the phase as typed."""
        return f"phase {self.phase}" if self.phase.isdigit() else self.phase

    @property
    def quantite_dite(self) -> str:
        """« 2 jours »; empty without a quantity."""
        if self.quantite is None:
            return ""
        unite = self.get_unite_display()
        if self.quantite < 2:
            unite = " ".join(word.rstrip("s") for word in unite.split())
        return f"{format_number(self.quantite)}{NBSP}{unite}"

    @property
    def calcul_dit(self) -> str:
        """« 4 jours × 900,00 € », with a unit price; else the quantity alone."""
        if self.prix_unitaire is None:
            return self.quantite_dite
        return f"{self.quantite_dite}{NBSP}× {format_money_plain(self.prix_unitaire)}"

    @property
    def montants(self) -> Montants:
        """HT, TVA and TTC as far as the rate tells them."""
        return montants(self.montant, self.base, self.taux_tva)

    def count_in(self, regime: str) -> None:
        """Set what enters a balance in ``regime``."""
        told = self.montants.selon(regime)
        self.compte, self.mele = (self.montant, True) if told is None else (told, False)


def prix_total(quantite: Decimal, prix: Decimal) -> Decimal:
    """Quantity times unit price, to the cent (half a cent goes up)."""
    return (quantite * prix).quantize(CENT, ROUND_HALF_UP)


class LigneRessource(_Ligne):
    """Somebody who pays. ``obtenu`` counts when it is known (0,00 € for a refusal), else ``demande``.

    With a ``part``, ``demande`` follows the charges until something is obtained (:mod:`engagement.budget.partage`).
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
    part = models.CharField("part", max_length=16, choices=Part.choices, blank=True)
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
                condition=Q(demande__isnull=False) | Q(obtenu__isnull=False) | ~Q(part=""),
                name="ressource_has_montant",
                violation_error_message="Donnez le montant demandé ou une part, le montant obtenu, ou les deux.",
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

    def clean(self):
        """Asked by forms and services alike: a constraint of the database does not know which day it is."""
        if self.obtenu is not None and self.date_decision and self.date_decision > clock.today():
            said = "Cette décision est dans le futur : retirez le montant obtenu, ou corrigez la date."
            raise ValidationError({"date_decision": said})

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

    @property
    def decision(self) -> str:
        """Where the decision stands, in words: « accordée le 02/11/2026 »."""
        date = format_date_short(self.date_decision)
        if self.obtenu is None:
            return f"demandée, décision attendue le {date}" if date else "demandée, sans date de décision"
        said = "refusée" if self.obtenu == 0 else "accordée"
        return f"{said} le {date}" if date else f"{said}, sans date de décision"

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
        return prix_total(self.jours, self.taux_jour)

    @property
    def arrondi(self) -> bool:
        """Was :attr:`montant` rounded to the cent? The page says so."""
        return self.taux_jour is not None and self.montant != self.jours * self.taux_jour


class VersionBudget(FrozenContent):
    """The kept scenario on the day of an opinion (:func:`engagement.budget.services.versions.read` draws it again).

    ``dla``, ``date_avis`` and ``sens`` repeat the opinion as it was recorded then: a later opinion of the same comité
    makes another version and changes nothing here.
    """

    frozen_refusal = "Une version de budget soumise à un comité d’appui ne se modifie ni ne s’efface."

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="versions_budget", editable=False
    )
    dla = models.CharField("DLA dont le comité d’appui s’est prononcé", max_length=200)
    date_avis = models.DateField("date de l’avis")
    sens = models.CharField("avis", max_length=12, choices=SensAvis.choices)

    class Meta:
        verbose_name = "version du budget"
        verbose_name_plural = "versions du budget"
        ordering = ["-numero", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "numero"],
                name="version_budget_once",
                violation_error_message="Cette version du budget existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.numero} du budget"
